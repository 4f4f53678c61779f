/*
 * The clauses of a semantic view.  Items are separated by commas; a bad item is
 * reported once, and the list goes on behind it.
 */
#include "base/utf8.h"
#include "ddl/parser_int.h"

typedef bool (*item_rule)(sv_parser *p, sv_node *out);

typedef struct {
	const char *word;
	item_rule item;
	sv_node_kind kind;
} clause_rule;

/* ------------------------------------------------------------ expressions */

static char closer_of(char opener)
{
	return opener == '(' ? ')' : opener == '[' ? ']' : '}';
}

static char punct(const sv_token *t)
{
	return t->kind == SV_TOK_PUNCT ? t->text.ptr[0] : '\0';
}

static bool is_opener(char c)
{
	return c == '(' || c == '[' || c == '{';
}

static bool is_closer(char c)
{
	return c == ')' || c == ']' || c == '}';
}

static bool is_word(const sv_token *t, const char *word)
{
	return t->kind == SV_TOK_IDENT && sv_str_ieq(t->text, (sv_str){word, strlen(word)});
}

/* From an opening bracket to behind the one that closes it. */
static bool skip_bracketed(sv_parser *p)
{
	const sv_token *open[SV_MAX_NESTING] = {p->tok++};
	for (size_t depth = 1; depth; p->tok++) {
		char c = punct(p->tok);
		if (sv_at_end(p)) {
			sv_diags_add(p->diags, SV_E_UNTERMINATED, open[depth - 1]->span, "'%c' is not closed",
			             punct(open[depth - 1]));
			return false;
		}
		if (is_opener(c)) {
			if (depth == SV_MAX_NESTING) {
				sv_diags_add(p->diags, SV_E_SYNTAX, p->tok->span,
				             "brackets are nested deeper than %d", SV_MAX_NESTING);
				return false;
			}
			open[depth++] = p->tok;
		} else if (is_closer(c)) {
			char wanted = closer_of(punct(open[--depth]));
			if (c != wanted) {
				sv_diags_add(p->diags, SV_E_SYNTAX, p->tok->span,
				             "expected '%c' to close '%c', found '%c'", wanted, punct(open[depth]),
				             c);
				return false;
			}
		}
	}
	return true;
}

/* Words after which an expression goes on, so that what follows is no annotation:
 * `a AND comment = 'x'` is a comparison with a column. */
static bool awaits_operand(const sv_token *first, const sv_token *t)
{
	static const char *const words[] = {"AND",   "OR",   "NOT",  "IN",      "IS",      "LIKE",
	                                    "ILIKE", "GLOB", "TO",   "FROM",    "BETWEEN", "CASE",
	                                    "WHEN",  "THEN", "ELSE", "DISTINCT"};
	if (t->kind == SV_TOK_PUNCT)
		return !is_closer(punct(t));
	if (t > first && punct(t - 1) == '.')
		return false; /* a column, whatever its name */
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (is_word(t, words[i]))
			return true;
	return false;
}

/* An annotation, or what was meant to be one: COMMENT = '..', WITH SYNONYMS ..,
 * LABELS (..). */
static bool at_annotation(const sv_parser *p)
{
	const sv_token *t = p->tok;
	if (t->kind != SV_TOK_IDENT)
		return false;
	if (is_word(t, "COMMENT"))
		return t[1].kind == SV_TOK_STRING || (punct(t + 1) == '=' && t[2].kind == SV_TOK_STRING);
	if (is_word(t, "WITH"))
		return is_word(t + 1, "SYNONYMS") || is_word(t + 1, "SYNONYM");
	if (is_word(t, "SYNONYMS") || is_word(t, "LABELS"))
		return punct(t + 1) == '(' || (punct(t + 1) == '=' && punct(t + 2) == '(');
	return false;
}

/* Up to a ',' or ')' outside brackets, or the annotations. */
static bool skip_expression(sv_parser *p)
{
	const sv_token *first = p->tok;
	size_t cases = 0; /* CASE without its END: no annotation in there */
	while (!sv_at_end(p) && !sv_at_punct(p, ',') && !sv_at_punct(p, ')')) {
		const sv_token *t = p->tok;
		if (t > first && !cases && !awaits_operand(first, t - 1) && at_annotation(p))
			return true;
		bool is_column = t > first && punct(t - 1) == '.';
		if (is_word(t, "CASE") && !is_column)
			cases++;
		else if (is_word(t, "END") && !is_column && cases)
			cases--;
		if (is_opener(punct(t))) {
			if (!skip_bracketed(p))
				return false;
		} else if (is_closer(punct(t))) {
			sv_diags_add(p->diags, SV_E_SYNTAX, t->span, "'%c' closes nothing", punct(t));
			return false;
		} else {
			p->tok++;
		}
	}
	return true;
}

static sv_sql sql_since(const sv_parser *p, const sv_token *first)
{
	sv_span span = {first->span.start, p->tok[-1].span.end};
	return (sv_sql){{p->source.ptr + span.start, span.end - span.start}, span};
}

/* expr ::= tokens up to a ',', a ')' outside brackets, or an annotation; taken
 * whole, never read */
static bool expr(sv_parser *p, sv_sql *out)
{
	const sv_token *first = p->tok;
	if (!skip_expression(p))
		return false;
	if (p->tok == first)
		return sv_fail_expected(p, "an expression", NULL);
	*out = sql_since(p, first);
	return true;
}

/* ------------------------------------------------------------------ lists */

/* names ::= '(' name ( ',' name )* ','? ')' */
static bool names(sv_parser *p, sv_word **list)
{
	if (!sv_expect_punct(p, '('))
		return false;
	do {
		sv_word *word = SV_NEW(p->arena, sv_word);
		if (!sv_parse_name(p, word))
			return false;
		*list = word;
		list = &word->next;
	} while (sv_accept_punct(p, ',') && !sv_at_punct(p, ')'));
	return sv_accept_punct(p, ')') || sv_fail_expected(p, "',' or ')'", NULL);
}

/* texts ::= '(' ( text ( ',' text )* ','? )? ')' */
static bool texts(sv_parser *p, sv_word **list)
{
	if (!sv_expect_punct(p, '('))
		return false;
	while (!sv_at_punct(p, ')')) {
		sv_word *word = SV_NEW(p->arena, sv_word);
		if (!sv_parse_text(p, word))
			return false;
		if (word->text.len == 0) {
			sv_diags_add(p->diags, SV_E_SYNTAX, word->span, "a synonym cannot be empty");
			return false;
		}
		*list = word;
		list = &word->next;
		if (!sv_accept_punct(p, ','))
			break;
	}
	return sv_accept_punct(p, ')') || sv_fail_expected(p, "',' or ')'", NULL);
}

/* ------------------------------------------------------------ annotations */

/* synonyms ::= 'WITH' 'SYNONYMS' '='? texts */
static bool synonyms(sv_parser *p, sv_annotations *out)
{
	static const char *const words[] = {"SYNONYMS", NULL};
	if (out->has_synonyms) {
		sv_diags_add(p->diags, SV_E_SYNTAX, p->tok->span, "WITH SYNONYMS is given twice");
		return false;
	}
	if (!sv_accept_word(p, "WITH"))
		return sv_fail_expected(p, "WITH SYNONYMS", NULL);
	if (!sv_accept_word(p, "SYNONYMS"))
		return sv_fail_expected(p, "SYNONYMS", words);
	sv_accept_punct(p, '=');
	out->has_synonyms = true;
	return texts(p, &out->synonyms);
}

/* labels ::= 'LABELS' '='? '(' 'FILTER' ')' */
static bool labels(sv_parser *p, sv_annotations *out)
{
	static const char *const words[] = {"FILTER", NULL};
	if (out->is_filter) {
		sv_diags_add(p->diags, SV_E_SYNTAX, p->tok->span, "LABELS is given twice");
		return false;
	}
	p->tok++;
	sv_accept_punct(p, '=');
	if (!sv_expect_punct(p, '('))
		return false;
	if (!sv_accept_word(p, "FILTER"))
		return sv_fail_expected(p, "FILTER, the only label", words);
	out->is_filter = true;
	return sv_expect_punct(p, ')');
}

/* annotation ::= comment | synonyms | labels */
static bool annotation(sv_parser *p, sv_annotations *out)
{
	if (sv_at_word(p, "COMMENT"))
		return sv_parse_comment(p, &out->comment);
	if (sv_at_word(p, "LABELS"))
		return labels(p, out);
	return synonyms(p, out);
}

static bool annotations(sv_parser *p, sv_annotations *out)
{
	while (at_annotation(p))
		if (!annotation(p, out))
			return false;
	return true;
}

/* ------------------------------------------------------------------ items */

/* source ::= ( ( name '.' )? name '.' )? name | '(' query ')' */
static bool source(sv_parser *p, sv_sql *out)
{
	const sv_token *first = p->tok;
	sv_word part;
	size_t parts = 0;
	if (sv_at_punct(p, '(')) {
		if (!skip_bracketed(p))
			return false;
		*out = sql_since(p, first);
		return true;
	}
	if (!sv_at_name(p))
		return sv_fail_hint(
		    p, "a table or a query in brackets",
		    p->tok->kind == SV_TOK_STRING ? "A file stands in a query: t AS (FROM 'f')" : NULL);
	do {
		if (!sv_parse_name(p, &part))
			return false;
		parts++;
	} while (sv_accept_punct(p, '.'));
	*out = sql_since(p, first);
	if (parts > 3) {
		sv_diags_add(p->diags, SV_E_SYNTAX, out->span,
		             "a table's name has at most three parts: database.schema.name");
		return false;
	}
	return true;
}

/* key ::= 'PRIMARY' 'KEY' names | 'UNIQUE' names */
static bool key(sv_parser *p, sv_node *out, sv_key ***unique)
{
	if (sv_accept_word(p, "PRIMARY")) {
		if (out->as.table.primary_key) {
			sv_diags_add(p->diags, SV_E_SYNTAX, p->tok[-1].span, "PRIMARY KEY is given twice");
			return false;
		}
		return sv_expect_word(p, "KEY") && names(p, &out->as.table.primary_key);
	}
	sv_key *k = SV_NEW(p->arena, sv_key);
	**unique = k;
	*unique = &k->next;
	return sv_expect_word(p, "UNIQUE") && names(p, &k->columns);
}

static const char table_parts[] = "PRIMARY KEY, UNIQUE, WITH SYNONYMS, COMMENT, ',' or ')'";

/* What may have been meant behind the source of a table. */
static bool fail_table(sv_parser *p)
{
	static const char *const words[] = {"PRIMARY", "UNIQUE", "COMMENT", "WITH", "AS", NULL};
	const char *near = sv_suggest_word(p->arena, p->tok->text, words);
	const char *hint = sv_at_punct(p, '(')      ? "A function stands in a query: t AS (FROM f(...))"
	                   : sv_at_name(p) && !near ? "An alias stands in front: o AS orders"
	                                            : near;
	return sv_fail_hint(p, table_parts, hint);
}

/* table ::= ( name 'AS' )? source ( key | annotation )* */
static bool table(sv_parser *p, sv_node *out)
{
	sv_key **unique = &out->as.table.unique_keys;
	bool has_alias = sv_at_name(p) && is_word(p->tok + 1, "AS");
	if (has_alias && !sv_parse_name(p, &out->as.table.alias))
		return false;
	p->tok += has_alias;
	if (!source(p, &out->as.table.source))
		return false;
	for (;;) {
		if (sv_at_word(p, "LABELS"))
			return sv_fail_hint(p, table_parts, "LABELS are for facts and dimensions");
		if (sv_at_word(p, "PRIMARY") || sv_at_word(p, "UNIQUE")) {
			if (!key(p, out, &unique))
				return false;
		} else if (at_annotation(p)) {
			if (!annotation(p, &out->as.table.annotations))
				return false;
		} else if (sv_at_punct(p, ',') || sv_at_punct(p, ')')) {
			return true;
		} else {
			return fail_table(p);
		}
	}
}

/* relationship ::= ( name 'AS' )? name names 'REFERENCES' name names?
 *                  'DEFAULT'? ( 'ASSUME' 'REFERENTIAL' 'INTEGRITY' )? */
static bool relationship(sv_parser *p, sv_node *out)
{
	static const char *const words[] = {"DEFAULT", "ASSUME", NULL};
	bool has_name = sv_at_name(p) && is_word(p->tok + 1, "AS");
	if (has_name && !sv_parse_name(p, &out->as.relationship.name))
		return false;
	p->tok += has_name;
	if (!sv_parse_name(p, &out->as.relationship.from) ||
	    !names(p, &out->as.relationship.from_columns) || !sv_expect_word(p, "REFERENCES") ||
	    !sv_parse_name(p, &out->as.relationship.to))
		return false;
	if (sv_at_punct(p, '(') && !names(p, &out->as.relationship.to_columns))
		return false;
	out->as.relationship.is_default = sv_accept_word(p, "DEFAULT");
	if (sv_accept_word(p, "ASSUME")) {
		if (!sv_expect_word(p, "REFERENTIAL") || !sv_expect_word(p, "INTEGRITY"))
			return false;
		out->as.relationship.assumes_integrity = true;
	}
	if (sv_at_punct(p, ',') || sv_at_punct(p, ')'))
		return true;
	if (out->as.relationship.assumes_integrity && sv_at_word(p, "DEFAULT"))
		return sv_fail_hint(p, "',' or ')'", "DEFAULT stands before ASSUME REFERENTIAL INTEGRITY");
	return sv_fail_expected(p, "DEFAULT, ASSUME REFERENTIAL INTEGRITY, ',' or ')'", words);
}

/* access ::= 'PRIVATE' | 'PUBLIC', where it is no name itself */
static bool at_access(const sv_parser *p, const char *word)
{
	if (!sv_at_word(p, word))
		return false;
	const sv_token *next = p->tok + 1;
	bool is_name = next->kind == SV_TOK_IDENT || next->kind == SV_TOK_QUOTED_IDENT;
	return is_name && !is_word(next, "AS") && !is_word(next, "USING") &&
	       !(is_word(next, "NON") && is_word(next + 1, "ADDITIVE"));
}

static bool member_head(sv_parser *p, sv_node *out)
{
	out->as.member.is_private = at_access(p, "PRIVATE");
	p->tok += out->as.member.is_private || at_access(p, "PUBLIC");
	if (!sv_parse_dotted(p, &out->as.member.name))
		return false;
	if (!sv_at_punct(p, '.'))
		return true;
	return sv_fail_hint(p, "AS", "A member is written alias.name");
}

static bool member_tail(sv_parser *p, sv_node *out)
{
	return sv_expect_word(p, "AS") && expr(p, &out->as.member.expr) &&
	       annotations(p, &out->as.member.annotations);
}

/* fact ::= access? dotted 'AS' expr annotation* */
static bool fact(sv_parser *p, sv_node *out)
{
	return member_head(p, out) && member_tail(p, out);
}

/* dimension ::= 'PUBLIC'? dotted 'AS' expr annotation* */
static bool dimension(sv_parser *p, sv_node *out)
{
	if (at_access(p, "PRIVATE")) {
		sv_diags_add(p->diags, SV_E_SYNTAX, p->tok->span, "a dimension cannot be private")->hint =
		    "Only facts and metrics can";
		return false;
	}
	return member_head(p, out) && member_tail(p, out);
}

/* order ::= ( 'ASC' | 'DESC' )? ( 'NULLS' ( 'FIRST' | 'LAST' ) )? */
static bool order(sv_parser *p, sv_by_item *out)
{
	static const char *const words[] = {"FIRST", "LAST", NULL};
	out->is_descending = sv_at_word(p, "DESC");
	out->has_order = out->is_descending || sv_at_word(p, "ASC");
	p->tok += out->has_order;
	if (!sv_accept_word(p, "NULLS"))
		return true;
	if (sv_accept_word(p, "FIRST"))
		out->nulls = SV_NULLS_FIRST;
	else if (sv_accept_word(p, "LAST"))
		out->nulls = SV_NULLS_LAST;
	else
		return sv_fail_expected(p, "FIRST or LAST", words);
	return true;
}

/* by ::= '(' dotted order ( ',' dotted order )* ','? ')' */
static bool by_items(sv_parser *p, bool may_order, sv_by_item **list)
{
	static const char *const words[] = {"ASC", "DESC", "NULLS", NULL};
	if (!sv_expect_punct(p, '('))
		return false;
	do {
		sv_by_item *item = SV_NEW(p->arena, sv_by_item);
		if (!sv_parse_dotted(p, &item->dimension) || (may_order && !order(p, item)))
			return false;
		*list = item;
		list = &item->next;
	} while (sv_accept_punct(p, ',') && !sv_at_punct(p, ')'));
	if (sv_accept_punct(p, ')'))
		return true;
	return may_order ? sv_fail_expected(p, "ASC, DESC, NULLS, ',' or ')'", words)
	                 : sv_fail_expected(p, "',' or ')'", NULL);
}

/* non_additive ::= 'NON' 'ADDITIVE' 'BY' by ( 'PER' by )? */
static bool non_additive(sv_parser *p, sv_node *out)
{
	if (!sv_accept_word(p, "NON"))
		return true;
	if (!sv_expect_word(p, "ADDITIVE") || !sv_expect_word(p, "BY") ||
	    !by_items(p, true, &out->as.member.non_additive))
		return false;
	return !sv_accept_word(p, "PER") || by_items(p, false, &out->as.member.per);
}

/* metric ::= access? dotted ( 'USING' names )? non_additive? 'AS' expr annotation* */
static bool metric(sv_parser *p, sv_node *out)
{
	static const char *const words[] = {"AS", "USING", "NON", "PER", NULL};
	if (!member_head(p, out))
		return false;
	if (sv_accept_word(p, "USING") && !names(p, &out->as.member.uses))
		return false;
	if (!non_additive(p, out))
		return false;
	if (sv_at_word(p, "USING") && out->as.member.non_additive)
		return sv_fail_hint(p, "AS", "USING stands before NON ADDITIVE BY");
	if (sv_at_word(p, "PER"))
		return sv_fail_hint(p, "AS", "PER stands behind NON ADDITIVE BY (...)");
	if (!sv_at_word(p, "AS"))
		return sv_fail_expected(p, "AS", words);
	return member_tail(p, out);
}

/* filter ::= expr */
static bool filter(sv_parser *p, sv_node *out)
{
	return expr(p, &out->as.filter);
}

/* ---------------------------------------------------------------- clauses */

static const clause_rule clauses[] = {
    {"TABLES", table, SV_NODE_TABLE},    {"RELATIONSHIPS", relationship, SV_NODE_RELATIONSHIP},
    {"FACTS", fact, SV_NODE_FACT},       {"DIMENSIONS", dimension, SV_NODE_DIMENSION},
    {"METRICS", metric, SV_NODE_METRIC}, {"FILTERS", filter, SV_NODE_FILTER},
};

enum { CLAUSE_COUNT = sizeof(clauses) / sizeof(clauses[0]) };

static const char *const clause_words[] = {"TABLES",  "RELATIONSHIPS", "FACTS",   "DIMENSIONS",
                                           "METRICS", "FILTERS",       "COMMENT", NULL};

static const char clause_order[] = "The clauses are TABLES, RELATIONSHIPS, FACTS, DIMENSIONS, "
                                   "METRICS, FILTERS, COMMENT, in this order";

/* The clause that starts here: its word and a bracket. */
static const clause_rule *clause_at(const sv_token *tok)
{
	for (size_t i = 0; i < CLAUSE_COUNT; i++)
		if (is_word(tok, clauses[i].word) && punct(tok + 1) == '(')
			return &clauses[i];
	return NULL;
}

/* Behind a bad item: to the ',' or ')' that ends it, or to where the list must
 * have ended since another clause starts. */
static void skip_item(sv_parser *p, const sv_token *start)
{
	size_t depth = 0;
	for (const sv_token *t = start; t < p->tok; t++) {
		depth += is_opener(punct(t));
		depth -= depth && is_closer(punct(t));
	}
	for (; !sv_at_end(p); p->tok++) {
		char c = punct(p->tok);
		if ((depth == 0 && (c == ',' || c == ')')) || clause_at(p->tok))
			return;
		depth += is_opener(c);
		depth -= depth && is_closer(c);
	}
}

/* At the end of the text the list is not closed, and says so itself. */
static bool is_item_end(sv_parser *p)
{
	return sv_at_punct(p, ',') || sv_at_punct(p, ')') || p->tok->kind == SV_TOK_EOF ||
	       sv_fail_expected(p, "',' or ')'", NULL);
}

/* items ::= '(' ( item ( ',' item )* ','? )? ')' */
static bool items(sv_parser *p, const clause_rule *rule, sv_clause *out)
{
	bool ok = true;
	sv_node **list = &out->first;
	const sv_token *opener = p->tok;
	if (!sv_expect_punct(p, '('))
		return false;
	while (!sv_at_punct(p, ')')) {
		sv_node *node = SV_NEW(p->arena, sv_node);
		const sv_token *start = p->tok;
		node->kind = rule->kind;
		if (rule->item(p, node) && is_item_end(p)) {
			node->span = (sv_span){start->span.start, p->tok[-1].span.end};
			*list = node;
			list = &node->next;
			out->count++;
		} else {
			ok = false;
			skip_item(p, start);
			if (sv_at_end(p) || clause_at(p->tok))
				return false; /* the list is not closed; what was said is enough */
		}
		if (!sv_accept_punct(p, ','))
			break;
	}
	if (sv_accept_punct(p, ')'))
		return ok;
	sv_diags_add(p->diags, SV_E_UNTERMINATED, opener->span, "'(' is not closed");
	return false;
}

/* No clause starts here: says what could have been meant.  *rule is the clause that
 * is suggested for `DIMENSION (..)`, to be read all the same; NULL: what stood here
 * was skipped.  False: there is no going on. */
static bool guess_clause(sv_parser *p, bool is_first, const clause_rule **rule)
{
	const sv_token *t = p->tok;
	for (size_t i = 0; i < CLAUSE_COUNT; i++) {
		if (is_word(t, clauses[i].word)) {
			p->tok++;
			return sv_expect_punct(p, '(');
		}
	}
	if (t->kind != SV_TOK_IDENT || punct(t + 1) != '(')
		return sv_fail_expected(
		    p, is_first ? "TABLES" : "a clause such as METRICS (...) or the end", clause_words);
	const char *hint = sv_suggest_word(p->arena, t->text, clause_words);
	sv_str name = sv_utf8_cut(t->text, SV_SHOWN_NAME);
	sv_diags_add(p->diags, SV_E_SYNTAX, t->span, "unknown clause '%.*s'", SV_FMT(name))->hint =
	    hint ? hint : clause_order;
	for (size_t i = 0; hint && i < CLAUSE_COUNT; i++)
		if (strstr(hint, clauses[i].word))
			*rule = &clauses[i];
	if (*rule)
		return true;
	p->tok++;
	return skip_bracketed(p);
}

static void check_order(sv_parser *p, const clause_rule *rule, const sv_span *seen)
{
	size_t at = (size_t)(rule - clauses);
	if (seen[at].end) {
		sv_diags_add(p->diags, SV_E_SYNTAX, p->tok->span, "%s is given twice", rule->word);
		return;
	}
	for (size_t later = at + 1; later < CLAUSE_COUNT; later++) {
		if (!seen[later].end)
			continue;
		sv_diags_add(p->diags, SV_E_SYNTAX, p->tok->span, "%s must stand before %s", rule->word,
		             clauses[later].word)
		    ->hint = clause_order;
		return;
	}
}

/* Nothing was wrong so far; is anything missing? */
static bool is_complete(sv_parser *p, const sv_body *body, const sv_span *seen)
{
	size_t members = body->clauses[SV_NODE_FACT].count + body->clauses[SV_NODE_DIMENSION].count +
	                 body->clauses[SV_NODE_METRIC].count;
	sv_diag *diag;
	if (!seen[SV_NODE_TABLE].end) {
		sv_diags_add(p->diags, SV_E_SYNTAX, p->tok->span, "the definition has no TABLES");
	} else if (body->clauses[SV_NODE_TABLE].count == 0) {
		diag = sv_diags_add(p->diags, SV_E_SYNTAX, seen[SV_NODE_TABLE], "TABLES is empty");
		diag->hint = "A semantic view has at least one table";
	} else if (members == 0) {
		diag = sv_diags_add(p->diags, SV_E_SYNTAX, p->tok->span,
		                    "the definition has no FACTS, DIMENSIONS or METRICS");
		diag->hint = "A semantic view has at least one";
	} else {
		return true;
	}
	return false;
}

/* comment ::= 'COMMENT' '=' text, the last clause */
static bool last_comment(sv_parser *p, sv_body *out)
{
	if (!sv_parse_comment(p, &out->comment))
		return false;
	if (sv_at_end(p))
		return true;
	sv_diags_add(p->diags, SV_E_SYNTAX, p->tok->span, "expected the end, found '%.*s'",
	             SV_FMT(p->tok->text))
	    ->hint = clause_order;
	return false;
}

/* body ::= ( word items )* comment? */
bool sv_parse_body(sv_parser *p, sv_body *out)
{
	int before = p->diags->count;
	sv_span seen[CLAUSE_COUNT] = {{0}};
	for (bool is_first = true; !sv_at_end(p); is_first = false) {
		const clause_rule *rule = clause_at(p->tok);
		if (!is_first && sv_at_word(p, "COMMENT"))
			return last_comment(p, out) && p->diags->count == before && is_complete(p, out, seen);
		if (rule)
			check_order(p, rule, seen);
		else if (!guess_clause(p, is_first, &rule))
			return false;
		if (!rule)
			continue;
		seen[rule->kind] = p->tok->span;
		p->tok++;
		items(p, rule, &out->clauses[rule->kind]);
	}
	return p->diags->count == before && is_complete(p, out, seen);
}
