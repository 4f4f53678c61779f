#include "ddl/definition.h"

#include "base/ident.h"
#include "base/scan.h"
#include "base/utf8.h"
#include "ddl/lower.h"
#include "ddl/parser.h"
#include "model/read.h"
#include "model/write.h"

/* Where the first word or bracket stands: SQL's comments and YAML's (#) are skipped.
 * *is_yaml: there was one of YAML's. */
static size_t first_token(sv_str text, bool *is_yaml)
{
	size_t pos = text.len - sv_utf8_skip_bom(text).len;
	*is_yaml = false;
	for (;;) {
		sv_ident_skip_blanks(text, &pos);
		if (pos >= text.len || text.ptr[pos] != '#')
			return pos;
		*is_yaml = true;
		while (pos < text.len && text.ptr[pos] != '\n')
			pos++;
	}
}

static bool is_word(sv_str text, size_t pos, sv_str word)
{
	sv_scan s = sv_scan_at(text, pos);
	return s.kind == SV_SCAN_WORD && sv_str_ieq((sv_str){text.ptr + pos, s.end - pos}, word);
}

/* TABLES, or any word and a bracket, so that `METRICS (` is told what is missing.
 * `tables:` starts a YAML document. */
static bool is_clause_text(sv_str text, size_t pos)
{
	bool is_tables = is_word(text, pos, SV_LIT("TABLES"));
	if (sv_scan_at(text, pos).kind != SV_SCAN_WORD)
		return false;
	pos = sv_scan_at(text, pos).end;
	sv_ident_skip_blanks(text, &pos);
	char next = pos < text.len ? text.ptr[pos] : '\0';
	return next == '(' || (is_tables && next != ':');
}

static sv_model *fail_create(sv_str text, size_t pos, sv_diags *diags)
{
	sv_diags_add(diags, SV_E_SYNTAX, (sv_span){(uint32_t)pos, (uint32_t)sv_scan_at(text, pos).end},
	             "this is a statement, not a definition")
	    ->hint = "Run a statement with CALL semantic_ddl($$ CREATE SEMANTIC VIEW ... $$), or give "
	             "what stands behind AS: TABLES (...) ...";
	return NULL;
}

/* A definition that was read, if it can also be stored. */
static sv_model *storable(sv_arena *a, sv_model *m, sv_diags *diags)
{
	return m && sv_model_check_size(a, m, diags) ? m : NULL;
}

sv_model *sv_definition_read_as(sv_arena *a, sv_create_form form, sv_str text, sv_diags *diags)
{
	if (form == SV_FROM_BODY) {
		const sv_body *body = sv_ddl_parse_body(a, text, diags);
		return storable(a, body ? sv_ddl_lower(a, body, diags) : NULL, diags);
	}
	const sv_doc *root = form == SV_FROM_JSON ? sv_doc_parse_json(a, text, diags)
	                                          : sv_doc_parse_yaml(a, text, diags);
	return storable(a, root ? sv_model_from_doc(a, root, diags) : NULL, diags);
}

sv_model *sv_definition_read(sv_arena *a, sv_str text, sv_diags *diags)
{
	if (!sv_doc_check_source(text, "definition", SV_DOC_MAX_BYTES, diags))
		return NULL;
	bool is_yaml;
	size_t pos = first_token(text, &is_yaml);
	if (pos >= text.len) {
		sv_diags_add(diags, SV_E_SYNTAX, SV_NOWHERE, "the definition is empty")->hint =
		    "Write TABLES (...) ..., JSON or YAML";
		return NULL;
	}
	if (is_word(text, pos, SV_LIT("CREATE")))
		return fail_create(text, pos, diags);
	sv_create_form form = text.ptr[pos] == '{' && !is_yaml ? SV_FROM_JSON
	                      : is_clause_text(text, pos)      ? SV_FROM_BODY
	                                                       : SV_FROM_YAML;
	return sv_definition_read_as(a, form, text, diags);
}

bool sv_definition_set_comment(sv_model *m, const sv_statement *create, sv_diags *diags)
{
	const sv_word *comment = &create->as.create.comment;
	if (!comment->text.ptr)
		return true;
	if (m->comment.ptr) {
		sv_diags_add(diags, SV_E_SYNTAX, SV_NOWHERE,
		             "the comment is given twice, in the statement and in the definition");
		return false;
	}
	m->comment = comment->text;
	return true;
}

sv_model *sv_definition_of_create(sv_arena *a, const sv_statement *create, sv_diags *diags)
{
	sv_model *m = NULL;
	if (create->kind != SV_STMT_CREATE || create->as.create.is_file) {
		sv_diags_add(diags, SV_E_INTERNAL, SV_NOWHERE, "the statement holds no definition");
		return NULL;
	}
	if (create->as.create.form == SV_FROM_BODY) {
		m = storable(a, sv_ddl_lower(a, create->as.create.body, diags), diags);
	} else {
		diags->source = create->as.create.text.text;
		m = sv_definition_read_as(a, create->as.create.form, diags->source, diags);
	}
	return m && sv_definition_set_comment(m, create, diags) ? m : NULL;
}
