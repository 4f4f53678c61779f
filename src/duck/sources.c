#include "duck/sources.h"

#include "base/ident.h"

/* A table or view somewhere. */
typedef struct {
	sv_str database;
	sv_str schema;
	sv_str name;
	sv_strs columns;
} object;

typedef struct {
	sv_session *s;
	sv_arena *arena; /* of the model */
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
			                 .columns = {.items = &columns[i]}};
		}
		columns[i] = sv_rows_at(rows, i, 3);
		last->columns.count++;
	}
}

/* Every table and view that has the name of a source. */
static bool read_objects(finder *f, const sv_model *m)
{
	sv_rows rows;
	sv_strs names = {.items = SV_NEW_N(f->s->arena, sv_str, m->table_count)};
	for (size_t t = 0; t < m->table_count; t++) {
		sv_ident ident;
		if (read_source(f->s, &m->tables[t], &ident))
			names.items[names.count++] = ident.parts[ident.count - 1];
	}
	if (names.count == 0)
		return true;
	if (!sv_session_query(f->s,
	                      "SELECT database_name, schema_name, table_name, column_name "
	                      "FROM duckdb_columns() "
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

static bool fail_several(finder *f, const sv_table *t, const sv_ident *source)
{
	sv_buf list = SV_BUF_INIT(f->s->arena);
	for (size_t i = 0; i < f->object_count; i++) {
		if (may_mean(f, source, &f->objects[i])) {
			sv_buf_puts(&list, list.len ? ", " : "");
			put_object(&list, f, &f->objects[i]);
		}
	}
	sv_diags_add(&f->s->diags, SV_E_AMBIGUOUS, t->source_place,
	             "source '%.*s' of table '%.*s' may be each of %s", SV_FMT(t->source),
	             SV_FMT(t->name), sv_buf_cstr(&list))
	    ->hint = "Write it with its schema, or with its database and schema";
	return false;
}

static sv_str keep(sv_arena *a, sv_str text)
{
	return (sv_str){sv_str_dup(a, text), text.len};
}

static bool find_one(finder *f, sv_table *t, const sv_ident *source, sv_strs *columns, bool *knows)
{
	const object *found = NULL;
	for (size_t i = 0; i < f->object_count; i++) {
		if (!may_mean(f, source, &f->objects[i]))
			continue;
		if (found)
			return fail_several(f, t, source);
		found = &f->objects[i];
	}
	if (!found)
		return true;
	*columns = found->columns;
	*knows = true;
	if (sv_str_ieq(found->database, f->database)) {
		t->found_schema = keep(f->arena, found->schema);
		t->found_name = keep(f->arena, found->name);
	}
	return true;
}

static void bind_query(finder *f, const sv_table *t, sv_strs *columns, bool *knows)
{
	sv_buf sql = SV_BUF_INIT(f->s->arena);
	sv_buf_puts(&sql, "FROM ");
	sv_buf_put(&sql, t->source);
	sv_buf_puts(&sql, "\n AS q");
	sv_rows rows = sv_session_describe(f->s, sv_buf_cstr(&sql));
	if (rows.error)
		return;
	*knows = true;
	*columns = (sv_strs){.items = SV_NEW_N(f->s->arena, sv_str, rows.row_count),
	                     .count = rows.row_count};
	for (size_t i = 0; i < rows.row_count; i++)
		columns->items[i] = sv_rows_at(&rows, i, 0);
}

bool sv_sources_find(sv_session *s, sv_arena *a, sv_model *m, sv_str database, sv_sources *out)
{
	finder f = {.s = s, .arena = a, .database = database};
	bool ok = true;
	out->columns = SV_NEW_N(s->arena, sv_strs, m->table_count);
	out->knows_columns = SV_NEW_N(s->arena, bool, m->table_count);
	if (!read_objects(&f, m))
		return false;
	for (size_t t = 0; t < m->table_count; t++) {
		sv_ident ident;
		sv_table *table = &m->tables[t];
		table->found_schema = table->found_name = (sv_str){0};
		if (read_source(s, table, &ident))
			ok = find_one(&f, table, &ident, &out->columns[t], &out->knows_columns[t]) && ok;
		else if (table->is_query)
			bind_query(&f, table, &out->columns[t], &out->knows_columns[t]);
	}
	return ok;
}
