#include "duck/catalog.h"

#include "base/ident.h"
#include "base/near.h"
#include "duck/marks.h"

enum { MAX_TRIES = 30, REBUILD_AFTER = 5, MAX_NAP_MS = 50, ROOM_FOR_ANSWER = 8 * 1024 };

#define TABLE_COLUMNS " (name VARCHAR PRIMARY KEY, definition VARCHAR)"

/* ---- names ---- */

bool sv_catalog_find_database(sv_session *s, sv_str database, sv_str *found, bool *is_attached)
{
	sv_rows rows;
	if (!sv_session_query(s,
	                      "SELECT database_name FROM duckdb_databases() "
	                      "WHERE NOT internal AND lower(database_name) = lower($1)",
	                      &SV_PARAM(database), 1, &rows))
		return false;
	*is_attached = false;
	for (size_t i = 0; i < rows.row_count && !*is_attached; i++) {
		*found = sv_rows_at(&rows, i, 0);
		*is_attached = sv_str_ieq(*found, database);
	}
	return true;
}

static sv_str join(sv_session *s, const sv_str *parts, size_t count)
{
	sv_buf out = SV_BUF_INIT(s->arena);
	for (size_t i = 0; i < count; i++) {
		sv_buf_puts(&out, i ? "." : "");
		sv_buf_put(&out, parts[i]);
	}
	return (sv_str){sv_buf_cstr(&out), out.len};
}

bool sv_catalog_key_of(sv_session *s, const sv_str *parts, size_t count, sv_view_key *out)
{
	sv_str name = join(s, parts, count);
	*out = (sv_view_key){.text = name, .name = name};
	if (count > 1) {
		sv_str found = {0};
		if (!sv_catalog_find_database(s, parts[0], &found, &out->has_database))
			return false;
		if (out->has_database) {
			out->database = found;
			out->name = join(s, parts + 1, count - 1);
		}
	}
	if (!out->name.len)
		return sv_session_fail(s, SV_E_INVALID, "a semantic view needs a name");
	sv_session_set_view(s, out->text);
	return out->has_database || sv_marks_default_database(s, &out->database);
}

bool sv_catalog_key(sv_session *s, sv_str text, sv_view_key *out)
{
	sv_ident ident;
	if (sv_ident_parse(s->arena, text, &ident))
		return sv_catalog_key_of(s, ident.parts, ident.count, out);
	return sv_catalog_key_of(s, &text, 1, out);
}

sv_str sv_catalog_written(sv_session *s, sv_str database, sv_str name, bool is_full)
{
	if (!is_full && sv_str_ieq(database, s->instance->database))
		return name;
	sv_buf out = SV_BUF_INIT(s->arena);
	out.keywords = &s->instance->keywords;
	sv_buf_put_ident(&out, database);
	sv_buf_putc(&out, '.');
	sv_ident ident;
	if (sv_ident_parse(s->arena, name, &ident) &&
	    sv_str_eq(join(s, ident.parts, ident.count), name))
		sv_buf_put(&out, name);
	else
		sv_buf_put_ident(&out, name);
	return (sv_str){sv_buf_cstr(&out), out.len};
}

/* ---- reading ---- */

/* `before` "database".semantic_layer._definitions `after` */
static const char *about_table(sv_session *s, const char *before, sv_str database,
                               const char *after)
{
	sv_buf sql = SV_BUF_INIT(s->arena);
	sv_buf_puts(&sql, before);
	sv_buf_put_ident(&sql, database);
	sv_buf_puts(&sql, ".semantic_layer._definitions");
	sv_buf_puts(&sql, after);
	return sv_buf_cstr(&sql);
}

/* Why the table could not be read: there is none (no problem), it is not as it
 * must be, or what DuckDB said. */
static sv_lookup explain(sv_session *s, sv_str database, const char *error)
{
	sv_rows rows;
	if (!sv_session_query(
	        s,
	        "SELECT string_agg(column_name || ' ' || data_type, ', ' ORDER BY column_index) "
	        "FROM duckdb_columns() WHERE lower(database_name) = lower($1) "
	        "AND schema_name = 'semantic_layer' AND table_name = '_definitions'",
	        &SV_PARAM(database), 1, &rows))
		return SV_LOOKUP_FAILED;
	sv_str columns = sv_rows_at(&rows, 0, 0);
	if (!columns.ptr)
		return SV_LOOKUP_MISSING;
	if (sv_str_ieq(columns, SV_LIT("name VARCHAR, definition VARCHAR")))
		sv_session_fail(s, SV_E_INVALID, "%s", error);
	else
		sv_session_fail(s, SV_E_INVALID,
		                "the table semantic_layer._definitions of database '%.*s' has the columns "
		                "(%.*s) instead of (name VARCHAR, definition VARCHAR)",
		                SV_FMT(database), SV_FMT(columns));
	return SV_LOOKUP_FAILED;
}

sv_str sv_catalog_created_on(sv_str definition)
{
	const sv_str before = SV_LIT("{\"created_on\":\"");
	enum { TIME_LEN = 26 };
	if (definition.len < before.len + TIME_LEN ||
	    memcmp(definition.ptr, before.ptr, before.len) != 0)
		return (sv_str){0};
	return (sv_str){definition.ptr + before.len, TIME_LEN};
}

/* SQL text cannot hold a NUL. */
static bool can_be_literal(sv_str name)
{
	return !memchr(name.ptr, '\0', name.len);
}

/* The row of this name: a literal is faster than a parameter, and IN (x) than = x. */
static void put_where_name(sv_buf *out, sv_str name)
{
	sv_buf_puts(out, " WHERE name IN (");
	if (can_be_literal(name))
		sv_buf_put_literal(out, name);
	else
		sv_buf_puts(out, "$1");
	sv_buf_puts(out, ")");
}

/* The row whose name is exactly this. */
static sv_lookup find_exact(sv_session *s, sv_str database, sv_str name, sv_str *definition)
{
	bool is_literal = can_be_literal(name);
	sv_buf where = SV_BUF_INIT(s->arena);
	put_where_name(&where, name);
	const char *sql = about_table(s, "SELECT definition FROM ", database, sv_buf_cstr(&where));
	sv_rows rows = sv_session_try(s, sql, &SV_PARAM(name), is_literal ? 0 : 1);
	if (rows.error)
		return explain(s, database, rows.error);
	if (!rows.row_count)
		return SV_LOOKUP_MISSING;
	*definition = sv_rows_at(&rows, 0, 0);
	return SV_LOOKUP_FOUND;
}

/* Among names that lower() makes equal, the one that DuckDB's identifiers would
 * call equal: they ignore the case of ASCII letters only. */
static bool pick(const sv_rows *rows, sv_str name, sv_str *found)
{
	for (size_t i = 0; i < rows->row_count; i++) {
		*found = sv_rows_at(rows, i, 0);
		if (found->ptr && sv_str_ieq(*found, name))
			return true;
	}
	return false;
}

sv_lookup sv_catalog_find(sv_session *s, sv_view_key *name, sv_str *definition)
{
	sv_lookup found = find_exact(s, name->database, name->name, definition);
	if (found != SV_LOOKUP_MISSING)
		return found;
	const char *sql =
	    about_table(s, "SELECT name FROM ", name->database, " WHERE lower(name) = lower($1)");
	sv_rows rows = sv_session_try(s, sql, &SV_PARAM(name->name), 1);
	if (rows.error)
		return explain(s, name->database, rows.error);
	sv_str stored;
	if (!pick(&rows, name->name, &stored))
		return SV_LOOKUP_MISSING;
	name->name = stored;
	return find_exact(s, name->database, stored, definition);
}

/* The databases that hold definitions, the opened one first. */
static bool databases_with_views(sv_session *s, sv_rows *out)
{
	return sv_session_query(s,
	                        "SELECT database_name FROM duckdb_tables() "
	                        "WHERE schema_name = 'semantic_layer' AND table_name = '_definitions' "
	                        "AND NOT internal ORDER BY database_name <> $1, database_name",
	                        &SV_PARAM(s->instance->database), 1, out);
}

/* Names of views, with the database before those of another than `database`. */
static sv_strs names_of(sv_session *s, sv_str database, sv_str of)
{
	sv_strs out = {0};
	sv_rows rows =
	    sv_session_try(s, about_table(s, "SELECT name FROM ", of, " ORDER BY name"), NULL, 0);
	if (rows.error)
		return out;
	out.items = SV_NEW_N(s->arena, sv_str, rows.row_count);
	for (size_t i = 0; i < rows.row_count; i++) {
		sv_str name = sv_rows_at(&rows, i, 0);
		if (name.ptr)
			out.items[out.count++] =
			    sv_str_ieq(of, database) ? name : join(s, (sv_str[]){of, name}, 2);
	}
	return out;
}

static const char *did_you_mean(sv_session *s, sv_str name)
{
	sv_buf hint = SV_BUF_INIT(s->arena);
	sv_buf_putf(&hint, "Did you mean \"%.*s\"?", SV_FMT(name));
	return sv_buf_cstr(&hint);
}

/* What may be meant by the name of a view that is not there: one of another database,
 * or a name that is nearly the same; NULL: nothing. */
static const char *guess(sv_session *s, const sv_view_key *name)
{
	sv_rows databases;
	sv_strs own = names_of(s, name->database, name->database);
	size_t near = sv_near_find(name->name, own.items, own.count);
	if (near < own.count)
		return did_you_mean(s, own.items[near]);
	if (name->has_database || !databases_with_views(s, &databases))
		return NULL;
	for (size_t i = 0; i < databases.row_count; i++) {
		sv_str database = sv_rows_at(&databases, i, 0);
		sv_strs theirs = names_of(s, name->database, database);
		for (size_t k = 0; k < theirs.count && !sv_str_ieq(database, name->database); k++)
			if (sv_str_ieq(theirs.items[k], join(s, (sv_str[]){database, name->name}, 2)))
				return did_you_mean(s, theirs.items[k]);
	}
	return NULL;
}

bool sv_catalog_fail_missing(sv_session *s, const sv_view_key *name)
{
	s->diags.subject = NULL;
	sv_str text = sv_session_shorten(s, name->text);
	const char *hint = guess(s, name);
	sv_diags_add(&s->diags, SV_E_UNKNOWN_NAME, SV_NOWHERE, "semantic view '%.*s' does not exist",
	             SV_FMT(text))
	    ->hint = hint;
	return false;
}

bool sv_catalog_fail_exists(sv_session *s, const sv_view_key *name)
{
	s->diags.subject = NULL;
	sv_str text = sv_session_shorten(s, name->text);
	return sv_session_fail(s, SV_E_DUPLICATE, "semantic view '%.*s' already exists", SV_FMT(text));
}

bool sv_catalog_read(sv_session *s, sv_view_key *name, sv_str *definition)
{
	sv_lookup found = sv_catalog_find(s, name, definition);
	if (found == SV_LOOKUP_MISSING)
		sv_catalog_fail_missing(s, name);
	return found == SV_LOOKUP_FOUND;
}

/*
 * The way of most queries: a name as the table has it, and no other database attached.
 * One statement takes a quarter less time than two, and with one column less than with
 * two: so the row that is no name of a database that is always there must be the only
 * one, and begin as we write definitions.  False, without a problem, for whatever else
 * there is.
 */
static bool find_alone(sv_session *s, sv_str name, sv_str *definition)
{
	sv_buf where = SV_BUF_INIT(s->arena);
	size_t others = 0;
	if (!s->mark.ptr || !sv_marks_may_be_alone(s) || !can_be_literal(name))
		return false;
	put_where_name(&where, name);
	const char *sql = about_table(
	    s, "SELECT database_name FROM duckdb_databases() UNION ALL SELECT definition FROM ",
	    s->instance->database, sv_buf_cstr(&where));
	sv_rows rows = sv_session_try(s, sql, NULL, 0);
	for (size_t i = 0; i < rows.row_count; i++) {
		if (!sv_marks_is_other(s, sv_rows_at(&rows, i, 0)))
			continue;
		*definition = sv_rows_at(&rows, i, 0);
		others++;
	}
	return others == 1 && sv_catalog_created_on(*definition).ptr;
}

bool sv_catalog_open(sv_session *s, sv_str text, sv_view_key *key, sv_str *definition)
{
	sv_ident ident;
	sv_str name = text;
	bool is_ident = sv_ident_parse(s->arena, text, &ident);
	if (is_ident)
		name = ident.parts[0];
	if ((!is_ident || ident.count == 1) && name.len && find_alone(s, name, definition)) {
		*key = (sv_view_key){.text = name, .database = s->instance->database, .name = name};
		sv_session_set_view(s, name);
		return true;
	}
	return sv_catalog_key(s, text, key) && sv_catalog_read(s, key, definition);
}

sv_lookup sv_catalog_look(sv_session *s, const sv_view_key *name)
{
	sv_view_key found = *name;
	sv_str ignored;
	return sv_catalog_find(s, &found, &ignored);
}

/* Appends the definitions of one database; that it holds none is no problem. */
static bool list_one(sv_session *s, sv_str database, sv_stored_list *out)
{
	const char *sql = about_table(s, "SELECT name, definition FROM ", database, " ORDER BY name");
	sv_rows rows = sv_session_try(s, sql, NULL, 0);
	if (rows.error)
		return explain(s, database, rows.error) != SV_LOOKUP_FAILED;
	size_t total = out->count + rows.row_count;
	out->items = sv_arena_grow(s->arena, out->items, out->count * sizeof(sv_stored),
	                           total * sizeof(sv_stored));
	for (size_t i = 0; i < rows.row_count; i++)
		out->items[out->count++] = (sv_stored){.database = database,
		                                       .name = sv_rows_at(&rows, i, 0),
		                                       .definition = sv_rows_at(&rows, i, 1)};
	return true;
}

bool sv_catalog_list(sv_session *s, sv_str database, sv_stored_list *out)
{
	*out = (sv_stored_list){0};
	if (database.ptr)
		return list_one(s, database, out);
	sv_rows rows;
	if (!databases_with_views(s, &rows))
		return false;
	for (size_t i = 0; i < rows.row_count; i++)
		if (!list_one(s, sv_rows_at(&rows, i, 0), out))
			return false;
	return true;
}

bool sv_catalog_is_writable(sv_session *s, sv_str database)
{
	sv_rows rows = sv_session_try(s,
	                              "SELECT 'yes' FROM duckdb_databases() "
	                              "WHERE database_name = $1 AND NOT readonly",
	                              &SV_PARAM(database), 1);
	return !rows.error && rows.row_count;
}

/* ---- writing ---- */

typedef enum {
	STEP_DONE,
	STEP_RETRY,   /* a conflict with another transaction */
	STEP_UNBOUND, /* the table is not there, or not as it must be */
	STEP_FAILED,  /* a problem was added */
} outcome;

/* What is to happen in one transaction. */
typedef struct {
	const sv_view_key *name;
	const sv_view_key *to; /* RENAME */
	sv_create_mode mode;
	sv_str old;
	sv_str definition;
	const char *table; /* whose rows are added */
	bool existed;
	bool is_done;
	bool is_changed;   /* a row was */
	const char *error; /* of the statement that met a conflict */
	duckdb_error_type error_type;
} change;

typedef outcome (*step)(sv_session *s, change *what);

/* A conflict with another transaction goes away, any other error does not. */
static outcome judge(sv_session *s, change *what, const sv_rows *rows)
{
	if (!rows->error)
		return STEP_DONE;
	if (sv_rows_is_unbound(rows)) {
		what->error = rows->error;
		return STEP_UNBOUND;
	}
	if (rows->error_type == DUCKDB_ERROR_TRANSACTION ||
	    rows->error_type == DUCKDB_ERROR_CONSTRAINT) {
		what->error = rows->error;
		what->error_type = rows->error_type;
		return STEP_RETRY;
	}
	if (strstr(rows->error, "read-only mode"))
		sv_session_fail(s, SV_E_INVALID,
		                "database '%.*s' is read-only. Open or attach it for writing to change its "
		                "semantic views",
		                SV_FMT(what->name->database));
	else
		sv_session_fail(s, SV_E_INVALID, "%s", rows->error);
	return STEP_FAILED;
}

static outcome run(sv_session *s, change *what, const char *sql, const sv_param *params,
                   size_t count)
{
	sv_rows rows = sv_session_try(s, sql, params, count);
	return judge(s, what, &rows);
}

/* Runs a statement that changes rows. */
static outcome write(sv_session *s, change *what, const char *sql, const sv_param *params,
                     size_t count)
{
	what->is_changed = true;
	return run(s, what, sql, params, count);
}

/* The stored name of a view, whatever its case; NULL pointer: there is none. */
static outcome find_name(sv_session *s, change *what, const sv_view_key *name, sv_str *stored)
{
	const char *sql =
	    about_table(s, "SELECT name FROM ", name->database, " WHERE lower(name) = lower($1)");
	sv_rows rows = sv_session_try(s, sql, &SV_PARAM(name->name), 1);
	*stored = (sv_str){0};
	if (!rows.error && !pick(&rows, name->name, stored))
		*stored = (sv_str){0};
	return judge(s, what, &rows);
}

static const char *create_schema(sv_session *s, sv_str database)
{
	sv_buf sql = SV_BUF_INIT(s->arena);
	sv_buf_puts(&sql, "CREATE SCHEMA IF NOT EXISTS ");
	sv_buf_put_ident(&sql, database);
	sv_buf_puts(&sql, ".semantic_layer");
	return sv_buf_cstr(&sql);
}

static const char *create_table(sv_session *s, sv_str database)
{
	return about_table(s, "CREATE TABLE IF NOT EXISTS ", database, TABLE_COLUMNS);
}

static outcome make_table(sv_session *s, change *what)
{
	outcome o = run(s, what, create_schema(s, what->name->database), NULL, 0);
	return o == STEP_DONE ? run(s, what, create_table(s, what->name->database), NULL, 0) : o;
}

static outcome create_step(sv_session *s, change *what)
{
	const sv_view_key *name = what->name;
	sv_str stored;
	outcome o = make_table(s, what);
	if (o == STEP_DONE)
		o = find_name(s, what, name, &stored);
	if (o != STEP_DONE)
		return o;
	what->existed = stored.ptr != NULL;
	if (!what->existed) {
		sv_param row[] = {SV_PARAM(name->name), SV_PARAM(what->definition)};
		return write(s, what, about_table(s, "INSERT INTO ", name->database, " VALUES ($1, $2)"),
		             row, 2);
	}
	if (what->mode == SV_CREATE_IF_NOT_EXISTS)
		return STEP_DONE;
	if (what->mode == SV_CREATE) {
		sv_catalog_fail_exists(s, name);
		return STEP_FAILED;
	}
	sv_param row[] = {SV_PARAM(stored), SV_PARAM(what->definition), SV_PARAM(name->name)};
	if (sv_str_eq(stored, name->name))
		return write(
		    s, what,
		    about_table(s, "UPDATE ", name->database, " SET definition = $2 WHERE name = $1"), row,
		    2);
	return write(s, what,
	             about_table(s, "UPDATE ", name->database,
	                         " SET name = $3, definition = $2 WHERE name = $1"),
	             row, 3);
}

static outcome drop_step(sv_session *s, change *what)
{
	sv_str stored;
	outcome o = find_name(s, what, what->name, &stored);
	what->existed = o == STEP_DONE && stored.ptr;
	if (!what->existed)
		return o;
	return write(s, what, about_table(s, "DELETE FROM ", what->name->database, " WHERE name = $1"),
	             &SV_PARAM(stored), 1);
}

static outcome rename_step(sv_session *s, change *what)
{
	sv_str stored;
	sv_str taken;
	outcome o = find_name(s, what, what->name, &stored);
	what->existed = o == STEP_DONE && stored.ptr;
	if (!what->existed)
		return o;
	o = find_name(s, what, what->to, &taken);
	if (o != STEP_DONE)
		return o;
	if (taken.ptr && !sv_str_eq(taken, stored)) {
		sv_catalog_fail_exists(s, what->to);
		return STEP_FAILED;
	}
	sv_param names[] = {SV_PARAM(stored), SV_PARAM(what->to->name)};
	return write(s, what,
	             about_table(s, "UPDATE ", what->name->database, " SET name = $2 WHERE name = $1"),
	             names, 2);
}

static outcome change_step(sv_session *s, change *what)
{
	sv_param row[] = {SV_PARAM(what->name->name), SV_PARAM(what->definition), SV_PARAM(what->old)};
	sv_rows rows =
	    sv_session_try(s,
	                   about_table(s, "UPDATE ", what->name->database,
	                               " SET definition = $2 WHERE name = $1 AND definition = $3 "
	                               "RETURNING name"),
	                   row, 3);
	what->is_done = what->is_changed = rows.row_count > 0;
	return judge(s, what, &rows);
}

static outcome add_all_step(sv_session *s, change *what)
{
	outcome o = make_table(s, what);
	if (o != STEP_DONE)
		return o;
	sv_buf same = SV_BUF_INIT(s->arena);
	sv_buf_puts(&same, " AS d JOIN ");
	sv_buf_puts(&same, what->table);
	sv_buf_puts(&same, " AS t ON lower(d.name) = lower(t.name) LIMIT 1");
	sv_rows rows = sv_session_try(
	    s, about_table(s, "SELECT d.name FROM ", what->name->database, sv_buf_cstr(&same)), NULL,
	    0);
	if (rows.row_count) {
		sv_catalog_fail_exists(s, &(sv_view_key){.text = sv_rows_at(&rows, 0, 0)});
		return STEP_FAILED;
	}
	o = judge(s, what, &rows);
	sv_buf from = SV_BUF_INIT(s->arena);
	sv_buf_puts(&from, " FROM ");
	sv_buf_puts(&from, what->table);
	return o == STEP_DONE
	           ? write(s, what,
	                   about_table(s, "INSERT INTO ", what->name->database, sv_buf_cstr(&from)),
	                   NULL, 0)
	           : o;
}

/*
 * Puts all rows into a new table.  Before 1.5, DuckDB's index keeps the name of a
 * dropped view, and refuses it, as long as a transaction lives that is older than
 * the drop: such as that of the caller, who drops a view and defines it again.
 */
static outcome rebuild(sv_session *s, change *what)
{
	sv_str database = what->name->database;
	const char *const statements[] = {
	    about_table(
	        s, "CREATE OR REPLACE TEMP TABLE kept_definitions AS SELECT name, definition FROM ",
	        database, ""),
	    about_table(s, "CREATE OR REPLACE TABLE ", database, TABLE_COLUMNS),
	    about_table(s, "INSERT INTO ", database, " FROM temp.main.kept_definitions"),
	    "DROP TABLE temp.main.kept_definitions",
	};
	outcome o = STEP_DONE;
	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]) && o == STEP_DONE; i++)
		o = run(s, what, statements[i], NULL, 0);
	return o;
}

/*
 * A row that changes is no change of the catalog, so before 2.0 DuckDB would go on
 * with the plan of a prepared statement that was made from the old definition.  A
 * comment, be it the same, is one.
 */
static outcome touch(sv_session *s, change *what)
{
	return run(s, what,
	           about_table(s, "COMMENT ON TABLE ", what->name->database,
	                       " IS 'Semantic views. Written anew with each change of one, so that "
	                       "prepared statements are planned anew'"),
	           NULL, 0);
}

static outcome try_once(sv_session *s, step body, change *what, bool with_rebuild)
{
	what->is_changed = false;
	outcome o = run(s, what, "BEGIN TRANSACTION", NULL, 0);
	if (o == STEP_DONE && with_rebuild)
		o = rebuild(s, what);
	if (o == STEP_DONE)
		o = body(s, what);
	if (o == STEP_DONE && what->is_changed)
		o = touch(s, what);
	/* What is committed must be answered for: the confirmation finds its room. */
	sv_arena_reserve(s->arena, ROOM_FOR_ANSWER + 8 * what->name->text.len);
	if (o == STEP_DONE)
		o = run(s, what, "COMMIT", NULL, 0);
	if (o != STEP_DONE)
		sv_session_try(s, "ROLLBACK", NULL, 0);
	return o;
}

/* Why the table cannot be written. */
static sv_lookup explain_write(sv_session *s, sv_str database, const char *error)
{
	sv_rows rows;
	if (!sv_session_query(s,
	                      "SELECT view_name FROM duckdb_views() "
	                      "WHERE lower(database_name) = lower($1) "
	                      "AND schema_name = 'semantic_layer' AND view_name = '_definitions'",
	                      &SV_PARAM(database), 1, &rows))
		return SV_LOOKUP_FAILED;
	if (!rows.row_count)
		return explain(s, database, error);
	sv_session_fail(s, SV_E_INVALID,
	                "semantic_layer._definitions of database '%.*s' is a view and not a table: its "
	                "semantic views can be asked, but not changed",
	                SV_FMT(database));
	return SV_LOOKUP_FAILED;
}

static void give_lock(void *lock)
{
	sv_lock_give(lock);
}

/*
 * Runs a change in a transaction of its own.  Our own writers wait for each
 * other, so that two names which differ in case only cannot both be new; a
 * conflict with others' transactions is tried again for about a second.
 */
static bool transact(sv_session *s, step body, change *what)
{
	outcome o = STEP_RETRY;
	for (unsigned i = 0; o == STEP_RETRY && i < MAX_TRIES; i++) {
		bool with_rebuild = i >= REBUILD_AFTER && what->error_type == DUCKDB_ERROR_CONSTRAINT;
		if (i)
			sv_nap(i * 2 < MAX_NAP_MS ? i * 2 : MAX_NAP_MS);
		void **place = sv_arena_own(s->arena, give_lock);
		sv_lock_take(&s->instance->writing);
		*place = &s->instance->writing;
		o = try_once(s, body, what, with_rebuild);
		*place = NULL;
		sv_lock_give(&s->instance->writing);
	}
	if (o == STEP_UNBOUND) { /* now that the transaction has ended, it can be asked why */
		what->existed = false;
		if (explain_write(s, what->name->database, what->error) == SV_LOOKUP_FAILED)
			return false;
		return body != create_step || sv_session_fail(s, SV_E_INVALID, "%s", what->error);
	}
	if (o == STEP_RETRY)
		sv_session_fail(s, SV_E_INVALID,
		                "other transactions keep changing the definitions, try again: %s",
		                what->error);
	return o == STEP_DONE;
}

bool sv_catalog_create(sv_session *s, const sv_view_key *name, sv_str definition,
                       sv_create_mode mode, bool *existed)
{
	change what = {.name = name, .definition = definition, .mode = mode};
	bool ok = transact(s, create_step, &what);
	*existed = what.existed;
	return ok;
}

bool sv_catalog_drop(sv_session *s, const sv_view_key *name, bool *existed)
{
	change what = {.name = name};
	bool ok = transact(s, drop_step, &what);
	*existed = what.existed;
	return ok;
}

bool sv_catalog_rename(sv_session *s, const sv_view_key *name, const sv_view_key *to, bool *existed)
{
	change what = {.name = name, .to = to};
	bool ok = transact(s, rename_step, &what);
	*existed = what.existed;
	return ok;
}

bool sv_catalog_change(sv_session *s, const sv_view_key *name, sv_str old, sv_str definition,
                       bool *is_done)
{
	change what = {.name = name, .old = old, .definition = definition};
	bool ok = transact(s, change_step, &what);
	*is_done = what.is_done;
	return ok;
}

bool sv_catalog_add_all(sv_session *s, sv_str database, const char *table)
{
	sv_view_key any = {.database = database};
	change what = {.name = &any, .table = table};
	return transact(s, add_all_step, &what);
}

const char *sv_catalog_removal(sv_session *s, sv_str database, const char *table)
{
	sv_buf where = SV_BUF_INIT(s->arena);
	sv_buf_puts(&where, " WHERE name IN (SELECT name FROM ");
	sv_buf_puts(&where, table);
	sv_buf_putc(&where, ')');
	return about_table(s, "DELETE FROM ", database, sv_buf_cstr(&where));
}

void sv_catalog_set_up(sv_session *s)
{
	sv_session_try(s, create_schema(s, s->instance->database), NULL, 0);
	sv_session_try(s, create_table(s, s->instance->database), NULL, 0);
}
