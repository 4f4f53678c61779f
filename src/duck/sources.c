#include "duck/sources.h"

#include "base/ident.h"
#include "sql/sql.h"

/* A table or view somewhere. */
typedef struct {
	sv_str database;
	sv_str schema;
	sv_str name;
	sv_strs columns;
	bool is_view;
} object;

typedef struct {
	sv_session *s;
	sv_arena *arena; /* of a model to note things in; NULL: just look */
	sv_str database; /* of the view */
	object *objects;
	size_t object_count;
} finder;

static bool read_source(sv_session *s, const sv_table *t, sv_ident *out)
{
	return !t->is_query && sv_ident_parse(s->arena, t->source, out);
}

/* Rows of duckdb_columns(), sorted, to objects. */
static void take_objects(finder *f, const sv_rows *rows)
{
	f->objects = SV_NEW_N(f->s->arena, object, rows->row_count);
	sv_str *columns = SV_NEW_N(f->s->arena, sv_str, rows->row_count);
	for (size_t i = 0; i < rows->row_count; i++) {
		object *last = f->object_count ? &f->objects[f->object_count - 1] : NULL;
		bool is_same = last && sv_str_eq(last->database, sv_rows_at(rows, i, 0)) &&
		               sv_str_eq(last->schema, sv_rows_at(rows, i, 1)) &&
		               sv_str_eq(last->name, sv_rows_at(rows, i, 2));
		if (!is_same) {
			last = &f->objects[f->object_count++];
			*last = (object){.database = sv_rows_at(rows, i, 0),
			                 .schema = sv_rows_at(rows, i, 1),
			                 .name = sv_rows_at(rows, i, 2),
			                 .columns = {.items = &columns[i]},
			                 .is_view = sv_str_eq(sv_rows_at(rows, i, 4), SV_LIT("true"))};
		}
		columns[i] = sv_rows_at(rows, i, 3);
		last->columns.count++;
	}
}

/* The name of a source: where it was found, else what is written. */
static bool read_found(finder *f, const sv_table *t, sv_ident *out)
{
	if (!t->found_name.ptr)
		return read_source(f->s, t, out);
	*out = (sv_ident){.parts = {f->database, t->found_schema, t->found_name}, .count = 3};
	return true;
}

static sv_str slice(sv_str text, const sv_read *r)
{
	return (sv_str){text.ptr + r->start, r->end - r->start};
}

static void add_name(finder *f, sv_strs *names, size_t *cap, sv_str name)
{
	if (names->count == *cap) {
		size_t wider = *cap ? *cap * 2 : 16;
		names->items =
		    sv_arena_grow(f->s->arena, names->items, *cap * sizeof(sv_str), wider * sizeof(sv_str));
		*cap = wider;
	}
	names->items[names->count++] = name;
}

/* The last parts of the names that queries read. */
static void add_read_names(finder *f, sv_strs *names, size_t *cap, sv_str text,
                           const sv_reads *reads)
{
	sv_ident ident;
	for (size_t i = 0; i < reads->count; i++)
		if (sv_ident_parse(f->s->arena, slice(text, &reads->items[i]), &ident))
			add_name(f, names, cap, ident.parts[ident.count - 1]);
}

/* Every table and view that has the name of a source, or of what a query reads. */
static bool read_objects(finder *f, const sv_model *m)
{
	sv_rows rows;
	sv_strs names = {0};
	size_t cap = 0;
	for (size_t t = 0; t < m->table_count; t++) {
		const sv_table *table = &m->tables[t];
		sv_ident ident;
		if (f->arena ? read_source(f->s, table, &ident) : read_found(f, table, &ident))
			add_name(f, &names, &cap, ident.parts[ident.count - 1]);
		if (f->arena)
			add_read_names(f, &names, &cap, table->source, &table->reads);
	}
	for (size_t i = 0; f->arena && i < sv_model_expr_count(m); i++) {
		const sv_expr *e = sv_model_expr_at(m, i);
		add_read_names(f, &names, &cap, e->text, &e->reads);
	}
	if (names.count == 0)
		return true;
	if (!sv_session_query(f->s,
	                      "SELECT database_name, schema_name, table_name, column_name, "
	                      "(table_oid IN (SELECT view_oid FROM duckdb_views() v WHERE "
	                      "v.database_name = c.database_name))::VARCHAR "
	                      "FROM duckdb_columns() c "
	                      "WHERE lower(table_name) IN (SELECT lower(unnest($1))) "
	                      "ORDER BY database_name, schema_name, table_name, column_index",
	                      &SV_PARAM_LIST(&names), 1, &rows))
		return false;
	take_objects(f, &rows);
	return true;
}

/* Whether a source may mean this object:
 *
 *   orders            in any schema of the view's database
 *   staging.orders    in that schema, or in schema main of that database
 *   db.main.orders
 */
static bool may_mean(const finder *f, const sv_ident *source, const object *o)
{
	const sv_str *part = source->parts;
	bool is_own = sv_str_ieq(o->database, f->database);
	if (!sv_str_ieq(part[source->count - 1], o->name))
		return false;
	if (source->count == 1)
		return is_own;
	if (source->count == 2)
		return (is_own && sv_str_ieq(part[0], o->schema)) ||
		       (sv_str_ieq(part[0], o->database) && sv_str_ieq(o->schema, SV_LIT("main")));
	return source->count == 3 && sv_str_ieq(part[0], o->database) && sv_str_ieq(part[1], o->schema);
}

static void put_object(sv_buf *out, const finder *f, const object *o)
{
	sv_buf_putc(out, '\'');
	if (!sv_str_ieq(o->database, f->database)) {
		sv_buf_put(out, o->database);
		sv_buf_putc(out, '.');
	}
	sv_buf_put(out, o->schema);
	sv_buf_putc(out, '.');
	sv_buf_put(out, o->name);
	sv_buf_putc(out, '\'');
}

/* subject: "source 'orders' of table 'o'" */
static bool fail_several(finder *f, sv_span place, const char *subject, const sv_ident *name)
{
	sv_buf list = SV_BUF_INIT(f->s->arena);
	for (size_t i = 0; i < f->object_count; i++) {
		if (may_mean(f, name, &f->objects[i])) {
			sv_buf_puts(&list, list.len ? ", " : "");
			put_object(&list, f, &f->objects[i]);
		}
	}
	sv_diags_add(&f->s->diags, SV_E_AMBIGUOUS, place, "%s may be each of %s", subject,
	             sv_buf_cstr(&list))
	    ->hint = "Write it with its schema, or with its database and schema";
	return false;
}

static sv_str keep(sv_arena *a, sv_str text)
{
	return (sv_str){sv_str_dup(a, text), text.len};
}

/* The only object that a source may mean; NULL when there is none.  *is_several:
 * there are several. */
static const object *find_one(finder *f, const sv_ident *source, bool *is_several)
{
	const object *found = NULL;
	*is_several = false;
	for (size_t i = 0; i < f->object_count; i++) {
		if (!may_mean(f, source, &f->objects[i]))
			continue;
		*is_several = found;
		if (found)
			return NULL;
		found = &f->objects[i];
	}
	return found;
}

static bool note(finder *f, sv_table *t, const sv_ident *source, sv_strs *columns, bool *knows)
{
	bool is_several;
	const object *found = find_one(f, source, &is_several);
	if (is_several) {
		sv_buf subject = SV_BUF_INIT(f->s->arena);
		sv_buf_putf(&subject, "source '%.*s' of table '%.*s'", SV_FMT(t->source), SV_FMT(t->name));
		return fail_several(f, t->source_place, sv_buf_cstr(&subject), source);
	}
	if (!found)
		return true;
	*columns = found->columns;
	*knows = true;
	if (sv_str_ieq(found->database, f->database)) {
		t->found_schema = keep(f->arena, found->schema);
		t->found_name = keep(f->arena, found->name);
		t->is_found_view = found->is_view;
	}
	return true;
}

/* Finds what queries read; only what lies in the view's own database is kept. */
static bool note_reads(finder *f, sv_str text, sv_span place, sv_reads *reads)
{
	size_t kept = 0;
	bool ok = true;
	for (size_t i = 0; i < reads->count; i++) {
		sv_read *read = &reads->items[i];
		sv_str written = slice(text, read);
		sv_ident ident;
		bool is_several;
		if (!sv_ident_parse(f->s->arena, written, &ident))
			continue;
		const object *found = find_one(f, &ident, &is_several);
		if (is_several) {
			sv_buf subject = SV_BUF_INIT(f->s->arena);
			sv_buf_putf(&subject, "table '%.*s' of a query", SV_FMT(written));
			ok = fail_several(f, place, sv_buf_cstr(&subject), &ident);
		} else if (found && sv_str_ieq(found->database, f->database)) {
			read->found_schema = keep(f->arena, found->schema);
			read->found_name = keep(f->arena, found->name);
			reads->items[kept++] = *read;
		}
	}
	reads->count = kept;
	return ok;
}

static void bind_query(finder *f, const sv_table *t, sv_strs *columns, bool *knows)
{
	sv_buf sql = SV_BUF_INIT(f->s->arena);
	sv_buf_puts(&sql, "FROM ");
	sv_sql_put_source(t, f->database, &sql);
	sv_buf_puts(&sql, " AS q");
	sv_rows rows = sv_session_describe(f->s, sv_buf_cstr(&sql));
	if (rows.error)
		return;
	*knows = true;
	*columns =
	    (sv_strs){.items = SV_NEW_N(f->s->arena, sv_str, rows.row_count), .count = rows.row_count};
	for (size_t i = 0; i < rows.row_count; i++)
		columns->items[i] = sv_rows_at(&rows, i, 0);
}

static void make_room(sv_session *s, const sv_model *m, sv_sources *out)
{
	out->columns = SV_NEW_N(s->arena, sv_strs, m->table_count);
	out->knows_columns = SV_NEW_N(s->arena, bool, m->table_count);
}

bool sv_sources_find(sv_session *s, sv_arena *a, sv_model *m, sv_str database, sv_sources *out)
{
	finder f = {.s = s, .arena = a, .database = database};
	bool ok = true;
	make_room(s, m, out);
	if (!read_objects(&f, m))
		return false;
	for (size_t t = 0; t < m->table_count; t++) {
		sv_ident ident;
		sv_table *table = &m->tables[t];
		table->found_schema = table->found_name = (sv_str){0};
		table->is_found_view = false;
		ok = note_reads(&f, table->source, table->source_place, &table->reads) && ok;
		if (read_source(s, table, &ident))
			ok = note(&f, table, &ident, &out->columns[t], &out->knows_columns[t]) && ok;
		else if (table->is_query)
			bind_query(&f, table, &out->columns[t], &out->knows_columns[t]);
	}
	for (size_t i = 0; i < sv_model_expr_count(m); i++) {
		sv_expr *e = sv_model_expr_at(m, i);
		ok = note_reads(&f, e->text, e->place, &e->reads) && ok;
	}
	return ok;
}

bool sv_sources_look(sv_session *s, const sv_model *m, sv_str database, sv_sources *out)
{
	finder f = {.s = s, .database = database};
	make_room(s, m, out);
	if (!read_objects(&f, m))
		return false;
	for (size_t t = 0; t < m->table_count; t++) {
		sv_ident ident;
		bool is_several;
		const sv_table *table = &m->tables[t];
		if (table->is_query) {
			bind_query(&f, table, &out->columns[t], &out->knows_columns[t]);
		} else if (read_found(&f, table, &ident)) {
			const object *found = find_one(&f, &ident, &is_several);
			out->knows_columns[t] = found;
			out->columns[t] = found ? found->columns : (sv_strs){0};
		}
	}
	return true;
}
