/*
 * One function per plan node; each only appends.  Clauses start on a line of
 * their own, queries in brackets are indented by two spaces.
 */
#include "sql/sql.h"

typedef struct {
	sv_buf *out;
	sv_str database;
	size_t depth; /* of brackets around queries and joins */
} printer;

static void put_select(printer *e, const sv_select *s);
static void put_text(printer *e, const sv_text *t);

static void new_line(printer *e)
{
	sv_buf_putc(e->out, '\n');
	for (size_t i = 0; i < e->depth; i++)
		sv_buf_puts(e->out, "  ");
}

/* "(", the query on lines of its own, ")" */
static void put_bracketed(printer *e, const sv_select *s)
{
	sv_buf_putc(e->out, '(');
	e->depth++;
	new_line(e);
	put_select(e, s);
	e->depth--;
	new_line(e);
	sv_buf_putc(e->out, ')');
}

/* A column, a call or CASE ... END: needs no brackets wherever it stands. */
static bool stands_alone(const sv_text *t)
{
	if (t->count != 1)
		return false;
	switch (t->items[0].kind) {
	case SV_PIECE_COLUMN:
	case SV_PIECE_ZERO:
	case SV_PIECE_ANY:
	case SV_PIECE_WHEN:
	case SV_PIECE_SCALAR:
		return true;
	case SV_PIECE_NEST:
		return t->items[0].is_bare || stands_alone(t->items[0].inner);
	case SV_PIECE_SQL:
	case SV_PIECE_TABLE:
	case SV_PIECE_PRESENT:
		break;
	}
	return false;
}

/* db.main.orders */
static void put_found(sv_buf *out, sv_str database, sv_str schema, sv_str name)
{
	sv_buf_put_ident(out, database);
	sv_buf_putc(out, '.');
	sv_buf_put_ident(out, schema);
	sv_buf_putc(out, '.');
	sv_buf_put_ident(out, name);
}

void sv_sql_put_source(const sv_table *t, sv_str database, sv_buf *out)
{
	size_t done = 0;
	if (t->found_name.ptr) {
		put_found(out, database, t->found_schema, t->found_name);
		return;
	}
	for (size_t i = 0; i < t->reads.count; i++) {
		const sv_read *r = &t->reads.items[i];
		sv_buf_put(out, (sv_str){t->source.ptr + done, r->start - done});
		put_found(out, database, r->found_schema, r->found_name);
		done = r->end;
	}
	sv_buf_put(out, (sv_str){t->source.ptr + done, t->source.len - done});
}

static void put_column(printer *e, const sv_from *from, sv_str name)
{
	sv_buf_put_ident(e->out, from->alias);
	sv_buf_putc(e->out, '.');
	sv_buf_put_ident(e->out, name);
}

static void put_call(printer *e, const char *before, const sv_text *inner, const char *after)
{
	sv_buf_puts(e->out, before);
	put_text(e, inner);
	sv_buf_puts(e->out, after);
}

static void put_piece(printer *e, const sv_piece *p)
{
	switch (p->kind) {
	case SV_PIECE_SQL:
		sv_buf_put(e->out, p->text);
		return;
	case SV_PIECE_COLUMN:
		put_column(e, p->from, p->text);
		return;
	case SV_PIECE_TABLE:
		put_found(e->out, e->database, p->read->found_schema, p->read->found_name);
		return;
	case SV_PIECE_NEST:
		if (p->is_bare || stands_alone(p->inner))
			put_text(e, p->inner);
		else
			put_call(e, "(", p->inner, ")");
		return;
	case SV_PIECE_ZERO:
		put_call(e, "coalesce(", p->inner, ", 0)");
		return;
	case SV_PIECE_ANY:
		put_call(e, "any_value(", p->inner, ")");
		return;
	case SV_PIECE_PRESENT:
		put_call(e, "", p->inner, " IS NOT NULL");
		return;
	case SV_PIECE_WHEN:
		put_call(e, "CASE WHEN ", p->test, " THEN ");
		put_text(e, p->inner);
		if (p->other)
			put_call(e, " ELSE ", p->other, "");
		sv_buf_puts(e->out, " END");
		return;
	case SV_PIECE_SCALAR:
		put_bracketed(e, p->select);
		return;
	}
}

static void put_text(printer *e, const sv_text *t)
{
	for (size_t i = 0; i < t->count; i++)
		put_piece(e, &t->items[i]);
}

static void put_outputs(printer *e, const sv_select *s)
{
	sv_buf_puts(e->out, s->is_distinct ? "SELECT DISTINCT" : "SELECT");
	e->depth++;
	for (size_t i = 0; i < s->output_count; i++) {
		if (i)
			sv_buf_putc(e->out, ',');
		if (s->output_count > 1)
			new_line(e);
		else
			sv_buf_putc(e->out, ' ');
		put_text(e, &s->outputs[i].value);
		sv_buf_puts(e->out, " AS ");
		sv_buf_put_ident(e->out, s->outputs[i].name);
	}
	e->depth--;
}

/* Without an alias a table goes by its own name. */
static bool names_itself(const sv_from *f)
{
	const sv_table *t = f->table;
	return sv_str_eq(t->found_name.ptr ? t->found_name : t->source, f->alias);
}

static void put_source(printer *e, const sv_from *f)
{
	sv_sql_put_source(f->table, e->database, e->out);
	if (!names_itself(f)) {
		sv_buf_puts(e->out, " AS ");
		sv_buf_put_ident(e->out, f->alias);
	}
}

static void put_item(printer *e, const sv_from *f)
{
	switch (f->kind) {
	case SV_FROM_TABLE:
		put_source(e, f);
		return;
	case SV_FROM_SELECT:
		put_bracketed(e, f->selects[0]);
		break;
	case SV_FROM_UNION:
		sv_buf_putc(e->out, '(');
		e->depth++;
		for (size_t i = 0; i < f->select_count; i++) {
			if (i) {
				new_line(e);
				sv_buf_puts(e->out, "UNION ALL BY NAME");
			}
			new_line(e);
			put_select(e, f->selects[i]);
		}
		e->depth--;
		new_line(e);
		sv_buf_putc(e->out, ')');
		break;
	case SV_FROM_CROSS:
		for (size_t i = 0; i < f->select_count; i++) {
			sv_buf_puts(e->out, i ? ", " : "");
			put_bracketed(e, f->selects[i]);
			sv_buf_putf(e->out, " AS t%zu", i + 1);
		}
		return;
	}
	sv_buf_puts(e->out, " AS ");
	sv_buf_put_ident(e->out, f->alias);
}

/* An item and what is joined to it; brackets where that is joined as a whole. */
static void put_from(printer *e, const sv_from *f)
{
	put_item(e, f);
	for (const sv_from *c = f->first; c; c = c->next) {
		new_line(e);
		sv_buf_puts(e->out, c->is_inner ? "JOIN " : "LEFT JOIN ");
		if (c->first) {
			sv_buf_putc(e->out, '(');
			e->depth++;
			new_line(e);
			put_from(e, c);
			e->depth--;
			new_line(e);
			sv_buf_putc(e->out, ')');
		} else {
			put_from(e, c);
		}
		for (size_t i = 0; i < c->on_count; i++) {
			sv_buf_puts(e->out, i ? " AND " : " ON ");
			put_text(e, &c->on[i]);
		}
	}
}

static void put_where(printer *e, const sv_select *s)
{
	for (size_t i = 0; i < s->where_count; i++) {
		new_line(e);
		sv_buf_puts(e->out, i ? "  AND " : "WHERE ");
		if (s->where_count > 1)
			put_call(e, "(", &s->where[i], ")");
		else
			put_text(e, &s->where[i]);
	}
}

static void put_group(printer *e, const sv_select *s)
{
	if (!s->is_grouped || s->key_count == 0)
		return;
	new_line(e);
	sv_buf_puts(e->out, "GROUP BY ");
	for (size_t i = 0; i < s->key_count; i++)
		sv_buf_putf(e->out, i ? ", %zu" : "%zu", i + 1);
}

/* The last row comes first: the order is turned round. */
static void put_last(printer *e, const sv_select *s)
{
	if (!s->last_order_count)
		return;
	new_line(e);
	sv_buf_puts(e->out, "QUALIFY row_number() OVER (");
	for (size_t i = 0; i < s->key_count; i++) {
		sv_buf_puts(e->out, i ? ", " : "PARTITION BY ");
		put_text(e, &s->outputs[i].value);
	}
	for (size_t i = 0; i < s->last_order_count; i++) {
		const sv_last_order *o = &s->last_order[i];
		sv_buf_puts(e->out, i ? ", " : (s->key_count ? " ORDER BY " : "ORDER BY "));
		put_text(e, &s->outputs[o->output].value);
		sv_buf_puts(e->out, o->is_descending ? " ASC" : " DESC");
		sv_buf_puts(e->out, o->is_null_last ? " NULLS FIRST" : " NULLS LAST");
	}
	sv_buf_puts(e->out, ") = 1");
}

static void put_select(printer *e, const sv_select *s)
{
	put_outputs(e, s);
	new_line(e);
	sv_buf_puts(e->out, "FROM ");
	put_from(e, s->from);
	put_where(e, s);
	put_group(e, s);
	put_last(e, s);
}

void sv_sql_put(const sv_plan *plan, sv_str database, sv_buf *out)
{
	printer e = {.out = out, .database = database};
	put_select(&e, plan->root);
}
