/* The statements about semantic views. */
#include "ddl/parser.h"

#include "ddl/parser_int.h"

static const char only_ours[] = "Only statements about semantic views can be run here";

static bool expect_semantic_view(sv_parser *p)
{
	static const char *const words[] = {"SEMANTIC", NULL};
	static const char *const next[] = {"VIEW", NULL};
	if (!sv_accept_word(p, "SEMANTIC")) {
		const char *near = sv_at_name(p) ? sv_suggest_word(p->arena, p->tok->text, words) : NULL;
		return sv_fail_hint(p, "SEMANTIC VIEW", near ? near : only_ours);
	}
	return sv_accept_word(p, "VIEW") || sv_fail_expected(p, "VIEW", next);
}

/* view_name ::= name ( '.' name )* */
static bool view_name(sv_parser *p, sv_view_name *out)
{
	size_t cap = 0;
	uint32_t start = p->tok->span.start;
	do {
		sv_word part = {0};
		if (sv_at_word(p, "AS"))
			return sv_fail_expected(p, "a name", NULL);
		if (!sv_parse_name(p, &part))
			return false;
		if (out->parts.count == cap) {
			size_t more = cap ? cap * 2 : 2;
			out->parts.items = sv_arena_grow(p->arena, out->parts.items, cap * sizeof(sv_str),
			                                 more * sizeof(sv_str));
			cap = more;
		}
		out->parts.items[out->parts.count++] = part.text;
	} while (sv_accept_punct(p, '.'));
	out->span = (sv_span){start, p->tok[-1].span.end};
	return true;
}

/* Says what is missing in `DROP SEMANTIC VIEW ;` and `CREATE SEMANTIC VIEW AS ...`. */
static bool required_view(sv_parser *p, sv_view_name *out)
{
	if (!sv_at_name(p) || sv_at_word(p, "AS"))
		return sv_fail_expected(p, "the name of a semantic view", NULL);
	return view_name(p, out);
}

/* from ::= 'FROM' ( 'YAML' | 'JSON' ) ( text | 'FILE' text ) */
static bool from(sv_parser *p, sv_statement *out)
{
	static const char *const forms[] = {"YAML", "JSON", NULL};
	static const char *const files[] = {"FILE", NULL};
	p->tok++;
	if (sv_accept_word(p, "YAML"))
		out->as.create.form = SV_FROM_YAML;
	else if (sv_accept_word(p, "JSON"))
		out->as.create.form = SV_FROM_JSON;
	else
		return sv_fail_expected(p, "YAML or JSON", forms);
	out->as.create.is_file = sv_accept_word(p, "FILE");
	if (p->tok->kind == SV_TOK_STRING)
		return sv_parse_text(p, &out->as.create.text);
	return out->as.create.is_file
	           ? sv_fail_expected(p, "the path of the file in single quotes", NULL)
	           : sv_fail_expected(p, "the document in quotes, or FILE 'path'", files);
}

/* A clause, maybe a misspelled one: a word and a bracket. */
static bool at_clause(const sv_parser *p)
{
	const sv_token *next = p->tok + 1;
	return p->tok->kind == SV_TOK_IDENT && next->kind == SV_TOK_PUNCT && next->text.ptr[0] == '(';
}

/* create ::= ( 'OR' 'REPLACE' )? 'SEMANTIC' 'VIEW' ( 'IF' 'NOT' 'EXISTS' )? view_name
 *            comment? ( 'AS'? body | from ) */
static bool create(sv_parser *p, sv_statement *out)
{
	static const char *const words[] = {"AS", "TABLES", "FROM", "COMMENT", NULL};
	if (sv_accept_word(p, "OR")) {
		if (!sv_expect_word(p, "REPLACE"))
			return false;
		out->as.create.or_replace = true;
	}
	if (!expect_semantic_view(p))
		return false;
	if (sv_at_words(p, "IF", "EXISTS")) {
		p->tok++;
		return sv_fail_expected(p, "NOT EXISTS", NULL);
	}
	if (sv_at_words(p, "IF", "NOT")) {
		const sv_token *first = p->tok;
		p->tok += 2;
		if (!sv_expect_word(p, "EXISTS"))
			return false;
		out->if_exists = true;
		if (out->as.create.or_replace) {
			sv_diags_add(p->diags, SV_E_SYNTAX, (sv_span){first->span.start, p->tok[-1].span.end},
			             "OR REPLACE and IF NOT EXISTS exclude each other");
			return false;
		}
	}
	if (!required_view(p, &out->view))
		return false;
	if (sv_at_word(p, "COMMENT") && !sv_parse_comment(p, &out->as.create.comment))
		return false;
	if (sv_at_word(p, "FROM"))
		return from(p, out);
	bool has_as = sv_accept_word(p, "AS");
	if (sv_at_end(p) || (!has_as && !sv_at_word(p, "TABLES") && !at_clause(p)))
		return sv_fail_expected(p, has_as ? "TABLES" : "AS, TABLES or FROM", words);
	out->as.create.body = SV_NEW(p->arena, sv_body);
	return sv_parse_body(p, out->as.create.body);
}

static void accept_if_exists(sv_parser *p, sv_statement *out)
{
	out->if_exists = sv_accept_words(p, "IF", "EXISTS");
}

/* alter ::= 'SEMANTIC' 'VIEW' ( 'IF' 'EXISTS' )? view_name
 *           ( 'RENAME' 'TO' view_name | 'SET' comment | 'UNSET' 'COMMENT' ) */
static bool alter(sv_parser *p, sv_statement *out)
{
	static const char *const words[] = {"RENAME", "SET", "UNSET", NULL};
	if (!expect_semantic_view(p))
		return false;
	accept_if_exists(p, out);
	if (!required_view(p, &out->view))
		return false;
	if (sv_accept_word(p, "RENAME"))
		return sv_expect_word(p, "TO") && required_view(p, &out->as.alter.new_name);
	if (sv_accept_word(p, "SET")) {
		out->as.alter.action = SV_ALTER_SET_COMMENT;
		return sv_parse_comment(p, &out->as.alter.comment);
	}
	if (sv_accept_word(p, "UNSET")) {
		out->as.alter.action = SV_ALTER_UNSET_COMMENT;
		return sv_expect_word(p, "COMMENT");
	}
	return sv_fail_expected(p, "RENAME TO, SET COMMENT or UNSET COMMENT", words);
}

/* drop ::= 'SEMANTIC' 'VIEW' ( 'IF' 'EXISTS' )? view_name */
static bool drop(sv_parser *p, sv_statement *out)
{
	if (!expect_semantic_view(p))
		return false;
	accept_if_exists(p, out);
	return required_view(p, &out->view);
}

/* describe ::= 'SEMANTIC' 'VIEW' view_name */
static bool describe(sv_parser *p, sv_statement *out)
{
	return expect_semantic_view(p) && required_view(p, &out->view);
}

/* ------------------------------------------------------------------- SHOW */

static bool fail_schema(sv_parser *p)
{
	sv_diags_add(p->diags, SV_E_SYNTAX, p->tok->span, "schemas do not hold semantic views")->hint =
	    "Write IN DATABASE name, or IN ACCOUNT for all databases";
	return false;
}

static bool at_show_end(const sv_parser *p)
{
	return sv_at_end(p) || sv_at_words(p, "STARTS", "WITH") || sv_at_words(p, "FOR", "METRIC") ||
	       (sv_at_word(p, "LIMIT") && p->tok[1].kind == SV_TOK_NUMBER);
}

/* in ::= 'IN' ( 'ACCOUNT' | 'DATABASE' name? | view_name ) */
static bool in(sv_parser *p, sv_statement *out)
{
	static const char *const words[] = {"DATABASE", "ACCOUNT", NULL};
	if (sv_accept_word(p, "ACCOUNT")) {
		out->as.show.in = SV_IN_ACCOUNT;
		return true;
	}
	if (sv_accept_word(p, "DATABASE")) {
		out->as.show.in = SV_IN_DATABASE;
		return at_show_end(p) || !sv_at_name(p) || sv_parse_name(p, &out->as.show.database);
	}
	if (sv_at_word(p, "SCHEMA"))
		return fail_schema(p);
	if (out->kind == SV_STMT_SHOW_VIEWS)
		return sv_fail_expected(p, "DATABASE or ACCOUNT", words);
	out->as.show.in = SV_IN_VIEW;
	return required_view(p, &out->view);
}

/* limit ::= NUMBER, a whole one */
static bool limit(sv_parser *p, sv_statement *out)
{
	sv_str text = p->tok->text;
	uint64_t value = 0;
	bool is_whole = p->tok->kind == SV_TOK_NUMBER && text.len <= 18;
	for (size_t i = 0; is_whole && i < text.len; i++) {
		is_whole = text.ptr[i] >= '0' && text.ptr[i] <= '9';
		value = value * 10 + (uint64_t)(text.ptr[i] - '0');
	}
	if (!is_whole)
		return sv_fail_expected(p, "a whole number", NULL);
	out->as.show.has_limit = true;
	out->as.show.limit = value;
	p->tok++;
	return true;
}

/* for_metric ::= 'FOR' 'METRIC' dotted */
static bool for_metric(sv_parser *p, sv_statement *out)
{
	const sv_token *first = p->tok++;
	if (!sv_expect_word(p, "METRIC") || !sv_parse_dotted(p, &out->as.show.metric))
		return false;
	const char *problem = out->kind != SV_STMT_SHOW_MEMBERS || out->as.show.member != SV_DIMENSION
	                          ? "FOR METRIC belongs to SHOW SEMANTIC DIMENSIONS"
	                      : out->as.show.in != SV_IN_VIEW
	                          ? "FOR METRIC needs the view of the metric: IN view_name"
	                          : NULL;
	if (problem)
		sv_diags_add(p->diags, SV_E_SYNTAX, first->span, "%s", problem);
	return !problem;
}

/* show_tail ::= ( 'LIKE' text )? in? for_metric? ( 'STARTS' 'WITH' text )? ( 'LIMIT' limit )? */
static bool show_tail(sv_parser *p, sv_statement *out)
{
	if (sv_accept_word(p, "LIKE") && !sv_parse_text(p, &out->as.show.like))
		return false;
	if (sv_accept_word(p, "IN") && !in(p, out))
		return false;
	if (sv_at_word(p, "FOR") && !for_metric(p, out))
		return false;
	if (sv_accept_word(p, "STARTS") &&
	    (!sv_expect_word(p, "WITH") || !sv_parse_text(p, &out->as.show.starts_with)))
		return false;
	return !sv_accept_word(p, "LIMIT") || limit(p, out);
}

/* show_columns ::= 'COLUMNS' 'IN' 'SEMANTIC' 'VIEW' view_name */
static bool show_columns(sv_parser *p, sv_statement *out)
{
	out->kind = SV_STMT_SHOW_COLUMNS;
	return sv_expect_word(p, "IN") && expect_semantic_view(p) && required_view(p, &out->view);
}

/* show ::= show_columns | 'TERSE'? 'SEMANTIC' 'VIEWS' show_tail
 *        | 'SEMANTIC' ( 'DIMENSIONS' | 'METRICS' | 'FACTS' ) show_tail */
static bool show(sv_parser *p, sv_statement *out)
{
	static const char *const first[] = {"SEMANTIC", "COLUMNS", "TERSE", NULL};
	static const char *const kinds[] = {"VIEWS", "DIMENSIONS", "METRICS", "FACTS", NULL};
	static const sv_member_kind members[] = {SV_DIMENSION, SV_METRIC, SV_FACT};
	if (sv_accept_word(p, "COLUMNS"))
		return show_columns(p, out);
	out->as.show.is_terse = sv_accept_word(p, "TERSE");
	if (!sv_accept_word(p, "SEMANTIC"))
		return sv_fail_expected(p, "SEMANTIC or COLUMNS", first);
	if (sv_accept_word(p, "VIEWS"))
		return show_tail(p, out);
	for (size_t i = 1; kinds[i]; i++) {
		if (!sv_at_word(p, kinds[i]))
			continue;
		if (out->as.show.is_terse)
			return sv_fail_hint(p, "VIEWS", "TERSE belongs to SHOW TERSE SEMANTIC VIEWS");
		p->tok++;
		out->kind = SV_STMT_SHOW_MEMBERS;
		out->as.show.member = members[i - 1];
		return show_tail(p, out);
	}
	return sv_fail_expected(p, "VIEWS, DIMENSIONS, METRICS or FACTS", kinds);
}

/* -------------------------------------------------------------- statement */

typedef struct {
	const char *word;
	sv_statement_kind kind;
	bool (*rule)(sv_parser *p, sv_statement *out);
} statement_rule;

static const statement_rule statements[] = {
    {"CREATE", SV_STMT_CREATE, create},   {"ALTER", SV_STMT_ALTER, alter},
    {"DROP", SV_STMT_DROP, drop},         {"DESCRIBE", SV_STMT_DESCRIBE, describe},
    {"DESC", SV_STMT_DESCRIBE, describe}, {"SHOW", SV_STMT_SHOW_VIEWS, show},
};

static const char *const statement_words[] = {"CREATE", "ALTER", "DROP", "DESCRIBE", "SHOW", NULL};

/* Behind the statement: ';' or nothing. */
static bool end(sv_parser *p, const char *hint)
{
	if (sv_at_punct(p, ';'))
		hint = "Only one statement can be run at a time";
	while (sv_accept_punct(p, ';'))
		;
	return p->tok->kind == SV_TOK_EOF || sv_fail_hint(p, "the end of the statement", hint);
}

static const char show_order[] =
    "The order is LIKE, IN, FOR METRIC, STARTS WITH, LIMIT; each is given once";

static bool statement(sv_parser *p, sv_statement *out)
{
	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
		if (!sv_accept_word(p, statements[i].word))
			continue;
		out->kind = statements[i].kind;
		return statements[i].rule(p, out) &&
		       end(p, statements[i].rule == show && !sv_at_end(p) ? show_order : NULL);
	}
	if (sv_at_end(p)) {
		sv_diags_add(p->diags, SV_E_SYNTAX, p->tok->span, "the statement is empty")->hint =
		    "Write CREATE, ALTER, DROP, DESCRIBE or SHOW SEMANTIC ...";
		return false;
	}
	const char *near =
	    sv_at_name(p) ? sv_suggest_word(p->arena, p->tok->text, statement_words) : NULL;
	return sv_fail_hint(p, "CREATE, ALTER, DROP, DESCRIBE or SHOW", near ? near : only_ours);
}

sv_statement *sv_ddl_parse_statement(sv_arena *a, sv_str source, sv_diags *diags)
{
	sv_parser p;
	sv_statement *out = SV_NEW(a, sv_statement);
	return sv_parser_open(&p, a, source, "statement", diags) && statement(&p, out) ? out : NULL;
}

sv_body *sv_ddl_parse_body(sv_arena *a, sv_str source, sv_diags *diags)
{
	sv_parser p;
	sv_body *out = SV_NEW(a, sv_body);
	return sv_parser_open(&p, a, source, "definition", diags) && sv_parse_body(&p, out) &&
	               end(&p, NULL)
	           ? out
	           : NULL;
}
