/*
 * Each check of the data is one statement that counts what contradicts the author;
 * it stands in `detail`.  It sees committed rows, as every connection of ours.
 */
#include "duck/check.h"

#include "duck/types.h"
#include "duck/view.h"
#include "model/names.h"
#include "sql/sql.h"

static const sv_column columns[] = {
    {"check", DUCKDB_TYPE_VARCHAR},  {"object", DUCKDB_TYPE_VARCHAR},
    {"status", DUCKDB_TYPE_VARCHAR}, {"violations", DUCKDB_TYPE_BIGINT},
    {"detail", DUCKDB_TYPE_VARCHAR},
};

const sv_columns sv_check_columns = SV_COLUMNS(columns);

/* What a statement has counted: the key of a table is asked for again by every
 * relationship that leads to it. */
typedef struct {
	sv_str sql;
	int64_t found;
} counted;

typedef struct {
	sv_session *s;
	const sv_model *model;
	sv_str database;
	sv_answer *out;
	counted *counted;
	size_t count;
	size_t cap;
} checker;

static sv_cell *add(checker *c, const char *check, sv_str object, const char *status)
{
	sv_cell *row = sv_answer_add(c->out);
	sv_cell_set_text(&row[0], (sv_str){check, strlen(check)});
	sv_cell_set_text(&row[1], object);
	sv_cell_set_text(&row[2], (sv_str){status, strlen(status)});
	return row;
}

static sv_buf new_sql(checker *c)
{
	sv_buf sql = SV_BUF_INIT(c->s->arena);
	sql.keywords = &c->s->instance->keywords;
	return sql;
}

static sv_str text_of(const sv_buf *b)
{
	return (sv_str){b->ptr, b->len};
}

static const counted *find_counted(const checker *c, const sv_buf *sql)
{
	for (size_t i = 0; i < c->count; i++)
		if (sv_str_eq(c->counted[i].sql, text_of(sql)))
			return &c->counted[i];
	return NULL;
}

static int64_t keep_counted(checker *c, const sv_buf *sql, sv_str digits)
{
	counted now = {.sql = text_of(sql)};
	for (size_t i = 0; i < digits.len; i++)
		now.found = now.found * 10 + (digits.ptr[i] - '0');
	if (c->count == c->cap) {
		size_t cap = c->cap ? c->cap * 2 : 16;
		c->counted =
		    sv_arena_grow(c->s->arena, c->counted, c->cap * sizeof(now), cap * sizeof(now));
		c->cap = cap;
	}
	c->counted[c->count++] = now;
	return now.found;
}

/* What a statement counts.  -1: it cannot be run, which was added as a row. */
static int64_t count(checker *c, const char *check, sv_str object, sv_buf *sql)
{
	const counted *before = find_counted(c, sql);
	if (before)
		return before->found;
	sv_buf as_text = SV_BUF_INIT(c->s->arena);
	sv_buf_putf(&as_text, "SELECT (%s)::VARCHAR", sv_buf_cstr(sql));
	sv_rows rows = sv_session_try(c->s, sv_buf_cstr(&as_text), NULL, 0);
	if (!rows.error)
		return keep_counted(c, sql, sv_rows_at(&rows, 0, 0));
	sv_buf detail = SV_BUF_INIT(c->s->arena);
	sv_buf_puts(&detail, "cannot be checked: ");
	sv_buf_puts(&detail, rows.error);
	sv_cell *row = add(c, check, object, "note");
	sv_cell_set_text(&row[4], text_of(&detail));
	return -1;
}

/* A row for a check that must count nothing. */
static void add_counted(checker *c, const char *check, sv_str object, sv_buf *sql)
{
	int64_t found = count(c, check, object, sql);
	if (found < 0)
		return;
	sv_cell *row = add(c, check, object, found ? "violated" : "ok");
	sv_cell_set_number(&row[3], found);
	sv_cell_set_text(&row[4], text_of(sql));
}

/* ---- pieces of SQL ---- */

/* memory.main.orders AS o */
static void put_table(checker *c, sv_buf *sql, const sv_table *t)
{
	sv_sql_put_source(t, c->database, sql);
	sv_buf_puts(sql, " AS ");
	sv_buf_put_ident(sql, t->name);
}

/* o.a`between`o.b... */
static void put_columns(sv_buf *sql, const sv_table *t, const sv_strs *names, const char *between)
{
	for (size_t i = 0; i < names->count; i++) {
		sv_buf_puts(sql, i ? between : "");
		sv_buf_put_ident(sql, t->name);
		sv_buf_putc(sql, '.');
		sv_buf_put_ident(sql, names->items[i]);
	}
}

/* o (id, line) */
static sv_str key_name(checker *c, const sv_table *t, const sv_strs *key)
{
	sv_buf out = SV_BUF_INIT(c->s->arena);
	sv_buf_put(&out, t->name);
	for (size_t i = 0; i < key->count; i++) {
		sv_buf_puts(&out, i ? ", " : " (");
		sv_buf_put(&out, key->items[i]);
	}
	sv_buf_putc(&out, ')');
	return text_of(&out);
}

/* ---- keys ---- */

/* Values of a key that several rows have; rows with a NULL in it are equal to none. */
static void put_duplicates(checker *c, sv_buf *sql, const sv_table *t, const sv_strs *key)
{
	sv_buf_puts(sql, "SELECT count(*) FROM (SELECT 1 FROM ");
	put_table(c, sql, t);
	sv_buf_puts(sql, " WHERE ");
	put_columns(sql, t, key, " IS NOT NULL AND ");
	sv_buf_puts(sql, " IS NOT NULL GROUP BY ");
	put_columns(sql, t, key, ", ");
	sv_buf_puts(sql, " HAVING count(*) > 1)");
}

static void check_unique(checker *c, const char *check, sv_str object, const sv_table *t,
                         const sv_strs *key)
{
	sv_buf sql = new_sql(c);
	put_duplicates(c, &sql, t, key);
	add_counted(c, check, object, &sql);
}

static void check_not_null(checker *c, const sv_table *t)
{
	sv_buf sql = new_sql(c);
	sv_buf_puts(&sql, "SELECT count(*) FROM ");
	put_table(c, &sql, t);
	sv_buf_puts(&sql, " WHERE ");
	put_columns(&sql, t, &t->primary_key, " IS NULL OR ");
	sv_buf_puts(&sql, " IS NULL");
	add_counted(c, "primary_key_not_null", key_name(c, t, &t->primary_key), &sql);
}

static void check_keys(checker *c, const sv_table *t)
{
	if (t->primary_key.count) {
		check_unique(c, "primary_key_unique", key_name(c, t, &t->primary_key), t, &t->primary_key);
		check_not_null(c, t);
	}
	for (size_t i = 0; i < t->unique_key_count; i++)
		check_unique(c, "unique_key", key_name(c, t, &t->unique_keys[i]), t, &t->unique_keys[i]);
}

/* ---- relationships ---- */

/* Rows that find no row, such as those with a NULL in the foreign key. */
static void put_unmatched(checker *c, sv_buf *sql, const sv_relationship *r)
{
	const sv_table *from = &c->model->tables[r->from.index];
	const sv_table *to = &c->model->tables[r->to.index];
	sv_buf_puts(sql, "SELECT count(*) FROM ");
	put_table(c, sql, from);
	sv_buf_puts(sql, " WHERE NOT EXISTS (FROM ");
	put_table(c, sql, to);
	for (size_t i = 0; i < r->from_columns.count; i++) {
		sv_strs from_column = {&r->from_columns.items[i], 1};
		sv_strs to_column = {&r->to_columns.items[i], 1};
		sv_buf_puts(sql, i ? " AND " : " WHERE ");
		put_columns(sql, from, &from_column, "");
		sv_buf_puts(sql, " = ");
		put_columns(sql, to, &to_column, "");
	}
	sv_buf_putc(sql, ')');
}

static void check_integrity(checker *c, const sv_relationship *r)
{
	static const char check[] = "referential_integrity";
	sv_buf sql = new_sql(c);
	put_unmatched(c, &sql, r);
	if (r->assumes_integrity) {
		add_counted(c, check, r->name, &sql);
		return;
	}
	int64_t found = count(c, check, r->name, &sql);
	if (found < 0)
		return;
	sv_buf detail = SV_BUF_INIT(c->s->arena);
	sv_buf_puts(&detail,
	            found ? "these rows have no match, which is legal: "
	                  : "every row has a match: ASSUME REFERENTIAL INTEGRITY would hold today "
	                    "and make queries faster: ");
	sv_buf_put(&detail, text_of(&sql));
	sv_cell *row = add(c, check, r->name, "note");
	sv_cell_set_number(&row[3], found);
	sv_cell_set_text(&row[4], text_of(&detail));
}

/* The seed form: rows for which a join finds more than one row. */
static void check_join(checker *c, size_t join)
{
	const sv_model *m = c->model;
	const sv_relationship *r = &m->relationships[join];
	sv_buf sql = new_sql(c);
	sv_buf_puts(&sql, "SELECT count(*) FROM ");
	put_table(c, &sql, &m->tables[0]);
	for (size_t i = 0; i < join; i++) {
		sv_buf_puts(&sql, " LEFT JOIN ");
		put_table(c, &sql, &m->tables[m->relationships[i].to.index]);
		sv_buf_puts(&sql, " ON (");
		sv_buf_put(&sql, m->relationships[i].on.text);
		sv_buf_putc(&sql, ')');
	}
	sv_buf_puts(&sql, " WHERE (SELECT count(*) FROM ");
	put_table(c, &sql, &m->tables[r->to.index]);
	sv_buf_puts(&sql, " WHERE (");
	sv_buf_put(&sql, r->on.text);
	sv_buf_puts(&sql, ")) > 1");
	add_counted(c, "join_finds_one_row", r->to.name, &sql);
}

static void check_relationship(checker *c, size_t relationship)
{
	const sv_relationship *r = &c->model->relationships[relationship];
	if (c->model->is_seed) {
		check_join(c, relationship);
		return;
	}
	check_unique(c, "target_key_unique", r->name, &c->model->tables[r->to.index], &r->to_columns);
	check_integrity(c, r);
}

/* ---- expressions ---- */

static const char *not_found(checker *c, const sv_sources *sources)
{
	sv_buf out = SV_BUF_INIT(c->s->arena);
	sv_buf_puts(&out, "not found outside the sessions that may have them: the sources of");
	for (size_t t = 0, shown = 0; t < c->model->table_count; t++)
		if (!sources->knows_columns[t])
			sv_buf_putf(&out, "%s '%.*s'", shown++ ? "," : "", SV_FMT(c->model->tables[t].name));
	return sv_buf_cstr(&out);
}

static bool check_expressions(checker *c, const sv_view *v)
{
	size_t total = sv_model_member_count(c->model);
	size_t *members = SV_NEW_N(c->s->arena, size_t, total);
	sv_sources sources;
	if (!sv_sources_look(c->s, c->model, c->database, &sources))
		return false;
	size_t bindable = sv_types_bindable(c->s, v, &sources, members);
	sv_types types = sv_types_read(c->s, v, c->database, members, bindable, SV_ALL_ERRORS);
	for (size_t i = 0; i < total; i++) {
		bool is_bound = types.types[i].ptr;
		const char *why = types.errors[i];
		sv_str name = sv_names_qualified(c->s->arena, c->model, i);
		const char *failed = why ? "violated" : "note";
		sv_cell *row = add(c, "expression_binds", name, is_bound ? "ok" : failed);
		if (is_bound || why)
			sv_cell_set_number(&row[3], why != NULL);
		if (is_bound)
			continue;
		if (!why)
			why = not_found(c, &sources);
		sv_cell_set_text(&row[4], (sv_str){why, strlen(why)});
	}
	return true;
}

bool sv_check_view(sv_session *s, const sv_value *args, sv_answer *out)
{
	sv_str name;
	sv_view_key key;
	if (!sv_value_require(s, &args[0], "check_semantic_view", "the name", &name))
		return false;
	const sv_entry *entry = sv_view_open(s, name, &key);
	if (!entry)
		return false;
	checker c = {.s = s, .model = entry->view.model, .database = key.database, .out = out};
	for (size_t i = 0; i < c.model->table_count; i++)
		check_keys(&c, &c.model->tables[i]);
	for (size_t i = 0; i < c.model->relationship_count; i++)
		check_relationship(&c, i);
	return check_expressions(&c, &entry->view);
}
