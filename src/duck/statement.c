#include "duck/statement.h"

#include "base/ident.h"
#include "base/scan.h"
#include "ddl/definition.h"
#include "ddl/parser.h"
#include "duck/define.h"
#include "duck/properties.h"
#include "duck/show.h"
#include "duck/view.h"
#include "model/read.h"
#include "model/write.h"

static const sv_column status_columns[] = {{"status", DUCKDB_TYPE_VARCHAR}};

static bool accept(sv_str text, size_t *pos, const char *word)
{
	sv_ident_skip_blanks(text, pos);
	sv_scan token = sv_scan_at(text, *pos);
	sv_str found = {text.ptr + *pos, token.end - *pos};
	if (token.kind != SV_SCAN_WORD || !sv_str_ieq(found, (sv_str){word, strlen(word)}))
		return false;
	*pos = token.end;
	return true;
}

static void accept_if_exists(sv_str text, size_t *pos)
{
	size_t behind = *pos;
	if (!accept(text, &behind, "IF"))
		return;
	accept(text, &behind, "NOT");
	if (accept(text, &behind, "EXISTS"))
		*pos = behind;
}

/* Problems of a statement that does not parse name its view too, where it has come
 * so far: CREATE OR REPLACE SEMANTIC VIEW sales AS TABELS ... */
static void name_view(sv_session *s, sv_str text)
{
	static const char *const verbs[] = {"CREATE", "ALTER", "DROP", "DESCRIBE", "DESC"};
	size_t pos = 0;
	sv_ident name;
	bool is_one = false;
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]) && !is_one; i++)
		is_one = accept(text, &pos, verbs[i]);
	if (accept(text, &pos, "OR") && !accept(text, &pos, "REPLACE"))
		return;
	if (!is_one || !accept(text, &pos, "SEMANTIC") || !accept(text, &pos, "VIEW"))
		return;
	accept_if_exists(text, &pos);
	sv_ident_skip_blanks(text, &pos);
	if (!sv_ident_read(s->arena, text, &pos, &name))
		return;
	sv_buf written = SV_BUF_INIT(s->arena);
	for (size_t i = 0; i < name.count; i++) {
		sv_buf_puts(&written, i ? "." : "");
		sv_buf_put(&written, name.parts[i]);
	}
	sv_session_set_view(s, (sv_str){sv_buf_cstr(&written), written.len});
}

static sv_statement *parse(sv_session *s, const sv_value *args)
{
	sv_str text;
	if (!sv_value_require(s, &args[0], "semantic_ddl", "the statement", &text))
		return NULL;
	s->diags.source = text;
	sv_statement *statement = sv_ddl_parse_statement(s->arena, text, &s->diags);
	if (!statement)
		name_view(s, text);
	return statement;
}

bool sv_statement_bind(sv_session *s, const sv_value *args, sv_columns *out)
{
	const sv_statement *statement = parse(s, args);
	if (!statement)
		return false;
	switch (statement->kind) {
	case SV_STMT_CREATE:
	case SV_STMT_ALTER:
	case SV_STMT_DROP:
		*out = (sv_columns)SV_COLUMNS(status_columns);
		return true;
	case SV_STMT_DESCRIBE:
		*out = sv_properties_columns;
		return true;
	case SV_STMT_SHOW_VIEWS:
	case SV_STMT_SHOW_MEMBERS:
	case SV_STMT_SHOW_COLUMNS:
		*out = sv_show_columns(statement);
		return true;
	}
	return sv_session_fail(s, SV_E_INTERNAL, "internal error: unknown statement");
}

static bool key_of(sv_session *s, const sv_view_name *name, sv_view_key *out)
{
	return sv_catalog_key_of(s, name->parts.items, name->parts.count, out);
}

/* Semantic view 'sales' `what` */
static void put_status(sv_session *s, const sv_view_key *key, const char *what, sv_answer *out)
{
	sv_buf text = SV_BUF_INIT(s->arena);
	sv_buf_puts(&text, "Semantic view '");
	sv_buf_put(&text, key->text);
	sv_buf_puts(&text, "' ");
	sv_buf_puts(&text, what);
	sv_cell_set_text(sv_answer_add(out), (sv_str){text.ptr, text.len});
}

/* ---- CREATE ---- */

static bool read_file(sv_session *s, const sv_word *path, sv_str *out)
{
	sv_rows rows = sv_session_try(s, "SELECT content FROM read_text($1)", &SV_PARAM(path->text), 1);
	if (rows.error) {
		sv_diags_add(&s->diags, SV_E_INVALID, path->span, "%s", rows.error);
		return false;
	}
	if (rows.row_count != 1) {
		sv_diags_add(&s->diags, SV_E_INVALID, path->span,
		             rows.row_count ? "FILE must name one file" : "there is no such file");
		return false;
	}
	*out = sv_rows_at(&rows, 0, 0);
	return true;
}

static sv_model *read_definition(sv_session *s, const sv_statement *create)
{
	sv_str text;
	if (!create->as.create.is_file)
		return sv_definition_of_create(s->arena, create, &s->diags);
	if (!read_file(s, &create->as.create.text, &text))
		return NULL;
	sv_str statement = s->diags.source;
	s->diags.source = text;
	sv_model *m = sv_definition_read_as(s->arena, create->as.create.form, text, &s->diags);
	if (!m)
		return NULL;
	s->diags.source = statement; /* where the comment stands */
	if (!sv_definition_set_comment(m, create, &s->diags))
		return NULL;
	s->diags.source = text;
	return m;
}

static bool create(sv_session *s, const sv_statement *c, sv_answer *out)
{
	sv_view_key key;
	bool existed = false;
	sv_create_mode mode = SV_CREATE;
	if (!key_of(s, &c->view, &key))
		return false;
	if (c->as.create.or_replace)
		mode = SV_CREATE_OR_REPLACE;
	else if (c->if_exists)
		mode = SV_CREATE_IF_NOT_EXISTS;
	if (mode != SV_CREATE_OR_REPLACE) { /* early: what exists need not be read */
		sv_lookup found = sv_catalog_look(s, &key);
		if (found == SV_LOOKUP_FAILED)
			return false;
		existed = found == SV_LOOKUP_FOUND;
		if (existed && mode == SV_CREATE)
			return sv_catalog_fail_exists(s, &key);
	}
	if (!existed) {
		sv_model *m = read_definition(s, c);
		if (!m || !sv_define_model(s, &key, m, mode, &existed))
			return false;
	}
	put_status(s, &key,
	           existed && mode == SV_CREATE_IF_NOT_EXISTS ? "already exists, statement succeeded"
	                                                      : "registered successfully",
	           out);
	return true;
}

/* ---- ALTER, DROP ---- */

/* Writes a definition again with another comment; *is_done: false when somebody
 * else changed it meanwhile. */
static bool comment_once(sv_session *s, sv_view_key *key, sv_str comment, bool *existed,
                         bool *is_done)
{
	sv_str definition;
	sv_lookup found = sv_catalog_find(s, key, &definition);
	*existed = found == SV_LOOKUP_FOUND;
	*is_done = found == SV_LOOKUP_MISSING;
	if (found != SV_LOOKUP_FOUND)
		return found == SV_LOOKUP_MISSING;
	if (!definition.ptr)
		return sv_session_fail(s, SV_E_INVALID, "the definition is NULL");
	sv_model *m = sv_model_read(s->arena, definition, &s->diags);
	if (!m)
		return false;
	m->comment = comment;
	return sv_catalog_change(s, key, definition,
	                         sv_define_stored(s, m, sv_catalog_created_on(definition)), is_done);
}

static bool set_comment(sv_session *s, sv_view_key *key, sv_str comment, bool *existed)
{
	bool is_done = false;
	s->diags.source = (sv_str){0}; /* problems are in the stored definition */
	while (!is_done)
		if (!comment_once(s, key, comment, existed, &is_done))
			return false;
	return true;
}

/* The new name is that of a view in the same database. */
static bool new_key(sv_session *s, const sv_view_key *key, const sv_view_name *name,
                    sv_view_key *out)
{
	const char *subject = s->diags.subject;
	if (!key_of(s, name, out))
		return false;
	s->diags.subject = subject;
	if (out->has_database && !sv_str_ieq(out->database, key->database)) {
		sv_diags_add(&s->diags, SV_E_INVALID, name->span,
		             "a view cannot be renamed into another database");
		return false;
	}
	out->database = key->database;
	return true;
}

static bool alter(sv_session *s, const sv_statement *a, sv_answer *out)
{
	sv_view_key key;
	sv_view_key to;
	bool existed = true;
	bool ok = false;
	if (!key_of(s, &a->view, &key))
		return false;
	switch (a->as.alter.action) {
	case SV_ALTER_RENAME:
		ok = new_key(s, &key, &a->as.alter.new_name, &to) &&
		     sv_catalog_rename(s, &key, &to, &existed);
		break;
	case SV_ALTER_SET_COMMENT:
		ok = set_comment(s, &key, a->as.alter.comment.text, &existed);
		break;
	case SV_ALTER_UNSET_COMMENT:
		ok = set_comment(s, &key, (sv_str){0}, &existed);
		break;
	}
	if (!ok)
		return false;
	if (!existed && !a->if_exists)
		return sv_catalog_fail_missing(s, &key);
	put_status(s, &key, existed ? "altered successfully" : "does not exist, statement succeeded",
	           out);
	return true;
}

static bool drop(sv_session *s, const sv_statement *d, sv_answer *out)
{
	sv_view_key key;
	bool existed;
	if (!key_of(s, &d->view, &key) || !sv_catalog_drop(s, &key, &existed))
		return false;
	if (!existed && !d->if_exists)
		return sv_catalog_fail_missing(s, &key);
	put_status(s, &key, existed ? "dropped successfully" : "does not exist, statement succeeded",
	           out);
	return true;
}

static bool describe(sv_session *s, const sv_statement *d, sv_answer *out)
{
	sv_view_key key;
	if (!key_of(s, &d->view, &key))
		return false;
	s->diags.source = (sv_str){0};
	return sv_properties(s, &key, out);
}

bool sv_statement_run(sv_session *s, const sv_value *args, sv_answer *out)
{
	const sv_statement *statement = parse(s, args);
	if (!statement)
		return false;
	switch (statement->kind) {
	case SV_STMT_CREATE:
		return create(s, statement, out);
	case SV_STMT_ALTER:
		return alter(s, statement, out);
	case SV_STMT_DROP:
		return drop(s, statement, out);
	case SV_STMT_DESCRIBE:
		return describe(s, statement, out);
	case SV_STMT_SHOW_VIEWS:
	case SV_STMT_SHOW_MEMBERS:
	case SV_STMT_SHOW_COLUMNS:
		return sv_show(s, statement, out);
	}
	return sv_session_fail(s, SV_E_INTERNAL, "internal error: unknown statement");
}
