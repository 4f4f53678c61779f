/*
 * EXPORT DATABASE writes schema.sql (CREATE ...) and load.sql (COPY ...).  IMPORT
 * DATABASE runs both in one transaction, and cannot be used once LOAD has happened:
 *
 *   CREATE SCHEMA semantic_layer         exists
 *   CREATE MACRO semantic_view ...       exists
 *   CREATE VIEW v AS ... semantic_view   asks for a definition that nobody sees yet
 *
 * So the definitions are read and committed first, then everything that is not ours
 * runs in a transaction, as IMPORT does it.  Should that fail, they go again.
 */
#include "duck/import.h"

#include "base/ident.h"
#include "base/scan.h"
#include "duck/catalog.h"
#include "duck/macros.h"

enum { SHOWN_STATEMENT = 120, ROOM_FOR_COMMIT = 8 * 1024 };

#define READ_DEFINITIONS "temp.main.imported_definitions"

static const sv_column columns[] = {{"status", DUCKDB_TYPE_VARCHAR}};

const sv_columns sv_import_columns = SV_COLUMNS(columns);

/* ---- files ---- */

static sv_str in_folder(sv_session *s, sv_str folder, sv_str file)
{
	sv_buf path = SV_BUF_INIT(s->arena);
	sv_buf_put(&path, folder);
	if (folder.len && !strchr("/\\", folder.ptr[folder.len - 1]))
		sv_buf_putc(&path, '/');
	sv_buf_put(&path, file);
	return (sv_str){sv_buf_cstr(&path), path.len};
}

static bool read_file(sv_session *s, sv_str folder, sv_str file, sv_str *out)
{
	sv_str path = in_folder(s, folder, file);
	sv_rows rows = sv_session_try(s, "SELECT content FROM read_text($1)", &SV_PARAM(path), 1);
	if (rows.error)
		return sv_session_fail(s, SV_E_INVALID, "semantic_import: %s", rows.error);
	if (rows.row_count != 1)
		return sv_session_fail(s, SV_E_INVALID,
		                       "semantic_import: there is no file '%.*s'. Give the folder that "
		                       "EXPORT DATABASE wrote",
		                       SV_FMT(path));
	*out = sv_rows_at(&rows, 0, 0);
	return true;
}

/* ---- statements ---- */

/* The next word, quote or character behind blanks and comments; empty at the end. */
static sv_str next_token(sv_str text, size_t *pos, sv_scan_kind *kind)
{
	sv_ident_skip_blanks(text, pos);
	sv_scan token = sv_scan_at(text, *pos);
	sv_str out = {text.ptr + *pos, token.end - *pos};
	*kind = token.kind;
	*pos = token.end;
	return out;
}

/* The next statement, without its semicolon; false at the end. */
static bool next_statement(sv_str text, size_t *pos, sv_str *out)
{
	sv_scan_kind kind = SV_SCAN_BLANK;
	while (kind != SV_SCAN_END) {
		sv_ident_skip_blanks(text, pos);
		size_t start = *pos;
		size_t end = start;
		for (;;) {
			sv_str token = next_token(text, pos, &kind);
			if (kind == SV_SCAN_END || sv_str_eq(token, SV_LIT(";")))
				break;
			end = *pos;
		}
		*out = (sv_str){text.ptr + start, end - start};
		if (out->len)
			return true;
	}
	return false;
}

typedef enum {
	RUN,         /* as it stands */
	LEAVE_OUT,   /* LOAD has made it */
	DEFINITIONS, /* COPY semantic_layer._definitions FROM ... */
} statement_kind;

static bool is_definitions(const sv_ident *name)
{
	return name->count >= 2 && sv_str_ieq(name->parts[name->count - 2], SV_LIT("semantic_layer")) &&
	       sv_str_ieq(name->parts[name->count - 1], SV_LIT("_definitions"));
}

static statement_kind kind_of(sv_session *s, sv_str text)
{
	size_t pos = 0;
	sv_scan_kind kind;
	sv_ident name;
	sv_str verb = next_token(text, &pos, &kind);
	sv_str object = {0};
	if (sv_str_ieq(verb, SV_LIT("CREATE")))
		object = next_token(text, &pos, &kind);
	else if (!sv_str_ieq(verb, SV_LIT("COPY")))
		return RUN;
	sv_ident_skip_blanks(text, &pos);
	if (!sv_ident_read(s->arena, text, &pos, &name))
		return RUN;
	sv_str last = name.parts[name.count - 1];
	if (!object.ptr)
		return is_definitions(&name) ? DEFINITIONS : RUN;
	bool is_ours =
	    (sv_str_ieq(object, SV_LIT("SCHEMA")) && sv_str_ieq(last, SV_LIT("semantic_layer"))) ||
	    (sv_str_ieq(object, SV_LIT("TABLE")) && is_definitions(&name)) ||
	    (sv_str_ieq(object, SV_LIT("MACRO")) &&
	     sv_macros_is_ours(last, sv_str_dup(s->arena, text)));
	return is_ours ? LEAVE_OUT : RUN;
}

/* '/where/it/was/orders.csv' -> orders.csv, still with doubled quotes */
static sv_str file_name(sv_str literal)
{
	size_t start = literal.len - 1;
	while (start > 1 && !strchr("/\\", literal.ptr[start - 1]))
		start--;
	return (sv_str){literal.ptr + start, literal.len - 1 - start};
}

/*
 * A COPY of load.sql, from the folder as it is called now.
 *
 *   COPY orders FROM '/then/orders.csv' (FORMAT 'csv')
 *   COPY `into` FROM '/now/orders.csv' (FORMAT 'csv')
 *
 * What somebody added by hand stays as it is.
 */
static sv_str copy_here(sv_session *s, sv_str text, sv_str folder, const char *into)
{
	size_t pos = 0;
	sv_scan_kind kind = SV_SCAN_BLANK;
	sv_buf out = SV_BUF_INIT(s->arena);
	sv_str table = {0};
	if (!sv_str_ieq(next_token(text, &pos, &kind), SV_LIT("COPY")))
		return text;
	size_t start = pos;
	while (kind != SV_SCAN_END && kind != SV_SCAN_STRING) {
		size_t before = pos;
		sv_str token = next_token(text, &pos, &kind);
		if (kind == SV_SCAN_WORD && sv_str_ieq(token, SV_LIT("FROM")))
			table = (sv_str){text.ptr + start, before - start};
		if (kind != SV_SCAN_STRING || !table.ptr)
			continue;
		sv_buf_puts(&out, "COPY ");
		if (into)
			sv_buf_puts(&out, into);
		else
			sv_buf_put(&out, table);
		sv_buf_puts(&out, " FROM '");
		for (size_t i = 0; i < folder.len; i++) {
			sv_buf_puts(&out, folder.ptr[i] == '\'' ? "'" : "");
			sv_buf_putc(&out, folder.ptr[i]);
		}
		sv_buf_putc(&out, '/');
		sv_buf_put(&out, file_name(token));
		sv_buf_putc(&out, '\'');
		sv_buf_put(&out, (sv_str){text.ptr + pos, text.len - pos});
		return (sv_str){sv_buf_cstr(&out), out.len};
	}
	return text;
}

/* ---- running ---- */

typedef struct {
	sv_session *s;
	sv_str folder;
	sv_str schema; /* the text of schema.sql */
	sv_str load;   /* of load.sql */
} importing;

static bool run(sv_session *s, sv_str sql)
{
	sv_rows rows = sv_session_try(s, sv_str_dup(s->arena, sql), NULL, 0);
	if (!rows.error)
		return true;
	bool is_long = sql.len > SHOWN_STATEMENT;
	return sv_session_fail(s, SV_E_INVALID, "semantic_import: %s\n\nin: %.*s%s", rows.error,
	                       is_long ? (int)SHOWN_STATEMENT : (int)sql.len, sql.ptr,
	                       is_long ? "..." : "");
}

/* Takes back what was committed first.  Also when memory has run out: it needs none. */
typedef struct {
	duckdb_connection *connection;
	const char *removal;
} undo;

static void take_back(void *handle)
{
	const undo *u = handle;
	duckdb_query(*u->connection, "ROLLBACK", NULL);
	duckdb_query(*u->connection, u->removal, NULL);
}

/* Reads the definitions into a table of our connection. */
static bool read_definitions(importing *i)
{
	sv_str text;
	if (!run(i->s, SV_LIT("CREATE OR REPLACE TEMP TABLE imported_definitions "
	                      "(name VARCHAR, definition VARCHAR)")))
		return false;
	for (size_t pos = 0; next_statement(i->load, &pos, &text);)
		if (kind_of(i->s, text) == DEFINITIONS &&
		    !run(i->s, copy_here(i->s, text, i->folder, READ_DEFINITIONS)))
			return false;
	return true;
}

static bool run_others(importing *i)
{
	sv_str text;
	if (!run(i->s, SV_LIT("BEGIN TRANSACTION")))
		return false;
	for (size_t pos = 0; next_statement(i->schema, &pos, &text);)
		if (kind_of(i->s, text) == RUN && !run(i->s, text))
			return false;
	for (size_t pos = 0; next_statement(i->load, &pos, &text);)
		if (kind_of(i->s, text) == RUN && !run(i->s, copy_here(i->s, text, i->folder, NULL)))
			return false;
	sv_arena_reserve(i->s->arena, ROOM_FOR_COMMIT);
	return run(i->s, SV_LIT("COMMIT"));
}

static bool put_status(sv_session *s, sv_answer *out)
{
	sv_rows rows;
	if (!sv_session_query(s, "SELECT count(*)::VARCHAR FROM " READ_DEFINITIONS, NULL, 0, &rows))
		return false;
	sv_buf status = SV_BUF_INIT(s->arena);
	sv_buf_puts(&status, "Database imported successfully, semantic views: ");
	sv_buf_put(&status, sv_rows_at(&rows, 0, 0));
	sv_cell_set_text(sv_answer_add(out), (sv_str){sv_buf_cstr(&status), status.len});
	return true;
}

bool sv_import(sv_session *s, const sv_value *args, sv_answer *out)
{
	importing i = {.s = s};
	sv_str database = s->instance->database;
	if (!sv_value_require(s, &args[0], "semantic_import", "the folder", &i.folder) ||
	    !read_file(s, i.folder, SV_LIT("schema.sql"), &i.schema) ||
	    !read_file(s, i.folder, SV_LIT("load.sql"), &i.load) || !read_definitions(&i) ||
	    !put_status(s, out))
		return false;
	undo *u = SV_NEW(s->arena, undo);
	*u = (undo){s->connection, sv_catalog_removal(s, database, READ_DEFINITIONS)};
	void **place = sv_arena_own(s->arena, take_back);
	if (!sv_catalog_add_all(s, database, READ_DEFINITIONS))
		return false;
	*place = u;
	bool ok = run_others(&i);
	*place = NULL;
	if (!ok)
		take_back(u);
	return ok;
}
