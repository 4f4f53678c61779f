#include "random_model.h"

#include "base/buf.h"
#include "base/ident.h"
#include "model/text.h"

typedef struct {
	sv_arena *arena;
	uint64_t state;
} dice;

/* xorshift64* (Vigna, 2016). */
static uint64_t roll(dice *d)
{
	d->state ^= d->state >> 12;
	d->state ^= d->state << 25;
	d->state ^= d->state >> 27;
	return d->state * 0x2545F4914F6CDD1Du;
}

static size_t below(dice *d, size_t n)
{
	return (size_t)(roll(d) >> 33) % n;
}

static bool one_in(dice *d, size_t n)
{
	return below(d, n) == 0;
}

/* Anything that a text may hold: letters, quotes, YAML's and JSON's special
 * characters, line breaks, characters that YAML does not print. */
static sv_str any_text(dice *d, size_t max)
{
	static const char *const pieces[] = {"a",
	                                     "B",
	                                     "z9",
	                                     "_",
	                                     " ",
	                                     "  ",
	                                     "\n",
	                                     "\r\n",
	                                     "\t",
	                                     "'",
	                                     "\"",
	                                     "\\",
	                                     ":",
	                                     ": ",
	                                     " #",
	                                     "#",
	                                     "-",
	                                     "- ",
	                                     "?",
	                                     ",",
	                                     "[",
	                                     "]",
	                                     "{",
	                                     "}",
	                                     "&",
	                                     "*",
	                                     "!",
	                                     "|",
	                                     ">",
	                                     "%",
	                                     "@",
	                                     "`",
	                                     "~",
	                                     "null",
	                                     "true",
	                                     "1",
	                                     "0.5",
	                                     "$",
	                                     "$$",
	                                     "$json$",
	                                     "--",
	                                     "/*",
	                                     "*/",
	                                     "(",
	                                     ")",
	                                     ";",
	                                     "=",
	                                     "<<",
	                                     "...",
	                                     "---",
	                                     "\xC3\xA9",
	                                     "\xE8\xA1\xA8",
	                                     "\xF0\x9F\xA6\x86",
	                                     "\xC2\x85",
	                                     "\xE2\x80\xA8",
	                                     "\xEF\xBB\xBF",
	                                     "\x01",
	                                     "\x7F",
	                                     "\xC2\xA0",
	                                     "\xEF\xBF\xBF",
	                                     "COMMENT",
	                                     "AS",
	                                     "END",
	                                     "yes",
	                                     ".",
	                                     "\xE2\x80\xA9"};
	sv_buf b = SV_BUF_INIT(d->arena);
	size_t count = below(d, max + 1);
	for (size_t i = 0; i < count; i++)
		sv_buf_puts(&b, pieces[below(d, sizeof(pieces) / sizeof(pieces[0]))]);
	return (sv_str){sv_buf_cstr(&b), b.len};
}

static sv_str any_name(dice *d)
{
	static const char *const names[] = {
	    "o",  "orders", "region", "Amount",  "select",  "private", "tables",  "using", "non",
	    "as", "x1",     "E",      "comment", "primary", "key",     "default", "null",  "y"};
	sv_str name = {"", 0};
	if (!one_in(d, 3)) {
		const char *word = names[below(d, sizeof(names) / sizeof(names[0]))];
		return (sv_str){word, strlen(word)};
	}
	while (name.len == 0)
		name = any_text(d, 6);
	return name;
}

static sv_strs any_names(dice *d, size_t least, size_t most)
{
	sv_strs out = {.count = least + below(d, most - least + 1)};
	out.items = SV_NEW_N(d->arena, sv_str, out.count);
	for (size_t i = 0; i < out.count; i++)
		out.items[i] = any_name(d);
	return out;
}

static sv_strs any_texts(dice *d, size_t most)
{
	sv_strs out = {.count = one_in(d, 2) ? 0 : below(d, most + 1)};
	out.items = SV_NEW_N(d->arena, sv_str, out.count);
	for (size_t i = 0; i < out.count; i++)
		while (out.items[i].len == 0)
			out.items[i] = any_text(d, 4);
	return out;
}

static sv_str maybe_text(dice *d)
{
	return one_in(d, 2) ? any_text(d, 8) : (sv_str){0};
}

/* Operands and operators; brackets, strings and comments are closed. */
static void put_expression(dice *d, sv_buf *b, size_t depth)
{
	static const char *const operands[] = {"x",
	                                       "o.amount",
	                                       "count(*)",
	                                       "1.5",
	                                       "'it''s'",
	                                       "E'a\\'b'",
	                                       "$$a, )$$",
	                                       "\"a \"\"b\"\"\"",
	                                       "comment",
	                                       "[1, 2][1]",
	                                       "{'k': 1}",
	                                       "x::DECIMAL(1, 2)",
	                                       "labels",
	                                       "o.end",
	                                       "NULL",
	                                       "$x$ $$ $x$",
	                                       "'--'",
	                                       "CASE WHEN a THEN comment = 'x' END",
	                                       "sum(x) OVER (PARTITION BY EXCLUDING y)",
	                                       "'\xC2\x85'"};
	static const char *const operators[] = {" + ",  "-",  " AND ", "\n  OR ", " = ",
	                                        " || ", "->", "\t*\t", "\r\n/ ",  " IS DISTINCT FROM "};
	size_t count = 1 + below(d, 3);
	for (size_t i = 0; i < count; i++) {
		if (i)
			sv_buf_puts(b, operators[below(d, sizeof(operators) / sizeof(operators[0]))]);
		if (depth < 3 && one_in(d, 4)) {
			sv_buf_puts(b, one_in(d, 2) ? "f(" : "(");
			put_expression(d, b, depth + 1);
			sv_buf_puts(b, ")");
		} else {
			sv_buf_puts(b, operands[below(d, sizeof(operands) / sizeof(operands[0]))]);
		}
	}
}

static sv_expr any_expression(dice *d)
{
	sv_buf b = SV_BUF_INIT(d->arena);
	put_expression(d, &b, 0);
	return (sv_expr){.text = {sv_buf_cstr(&b), b.len}};
}

static sv_named any_named(dice *d)
{
	sv_named out = {.name = any_name(d), .index = SV_NONE};
	if (one_in(d, 2))
		out.qualifier = any_name(d);
	return out;
}

static sv_str any_source(dice *d)
{
	sv_buf b = SV_BUF_INIT(d->arena);
	size_t parts = 1 + below(d, 3);
	for (size_t i = 0; i < parts; i++) {
		sv_buf_puts(&b, i ? "." : "");
		if (one_in(d, 2))
			sv_buf_put_ident(&b, any_name(d));
		else
			sv_buf_put(&b, sv_source_of_name(d->arena, any_name(d)));
	}
	return (sv_str){sv_buf_cstr(&b), b.len};
}

static void any_table(dice *d, sv_table *out)
{
	out->name = any_name(d);
	out->source = any_source(d);
	if (one_in(d, 3)) {
		out->source = sv_source_of_name(d->arena, out->name);
	} else if (one_in(d, 4)) {
		sv_buf b = SV_BUF_INIT(d->arena);
		sv_buf_puts(&b, "(SELECT ");
		put_expression(d, &b, 1);
		sv_buf_puts(&b, "\n)");
		out->source = (sv_str){sv_buf_cstr(&b), b.len};
		out->is_query = true;
	}
	if (one_in(d, 2))
		out->primary_key = any_names(d, 1, 3);
	out->unique_key_count = below(d, 3);
	out->unique_keys = SV_NEW_N(d->arena, sv_strs, out->unique_key_count);
	for (size_t i = 0; i < out->unique_key_count; i++)
		out->unique_keys[i] = any_names(d, 1, 2);
	out->comment = maybe_text(d);
	out->synonyms = any_texts(d, 3);
}

static void any_relationship(dice *d, sv_relationship *out)
{
	out->is_named = one_in(d, 2);
	if (out->is_named)
		out->name = any_name(d);
	out->from = (sv_named){.name = any_name(d), .index = SV_NONE};
	out->to = (sv_named){.name = any_name(d), .index = SV_NONE};
	out->from_columns = any_names(d, 1, 2);
	out->has_to_columns = one_in(d, 2);
	if (out->has_to_columns)
		out->to_columns = any_names(d, 1, 2);
	out->is_default = one_in(d, 2);
	out->assumes_integrity = one_in(d, 2);
}

static void any_metric_parts(dice *d, sv_member *out)
{
	sv_strs uses = any_names(d, 0, 2);
	out->uses.count = uses.count;
	out->uses.items = SV_NEW_N(d->arena, sv_named, uses.count);
	for (size_t i = 0; i < uses.count; i++)
		out->uses.items[i] = (sv_named){.name = uses.items[i], .index = SV_NONE};
	out->non_additive_count = one_in(d, 2) ? 0 : below(d, 3);
	out->non_additive = SV_NEW_N(d->arena, sv_non_additive, out->non_additive_count);
	for (size_t i = 0; i < out->non_additive_count; i++) {
		sv_non_additive *n = &out->non_additive[i];
		n->dimension = any_named(d);
		n->has_order = one_in(d, 2);
		n->is_descending = n->has_order && one_in(d, 2);
		n->nulls = (sv_nulls)below(d, 3);
	}
	out->per.count = out->non_additive_count ? below(d, 3) : 0;
	out->per.items = SV_NEW_N(d->arena, sv_named, out->per.count);
	for (size_t i = 0; i < out->per.count; i++)
		out->per.items[i] = any_named(d);
}

static void any_member(dice *d, sv_member_kind kind, sv_member *out)
{
	out->kind = kind;
	out->table.index = SV_NONE;
	if (!one_in(d, 3))
		out->table.name = any_name(d);
	out->name = any_name(d);
	out->expr = any_expression(d);
	out->comment = maybe_text(d);
	out->synonyms = any_texts(d, 2);
	out->is_private = kind != SV_DIMENSION && one_in(d, 3);
	out->is_filter = one_in(d, 3);
	if (kind == SV_METRIC)
		any_metric_parts(d, out);
}

/* At least one member, a metric. */
static void any_members(dice *d, sv_model *m)
{
	m->fact_count = m->is_seed ? 0 : below(d, 3);
	m->dimension_count = below(d, 3);
	m->metric_count = 1 + below(d, 3);
	m->members = SV_NEW_N(d->arena, sv_member, sv_model_member_count(m));
	for (size_t i = 0; i < sv_model_member_count(m); i++) {
		sv_member_kind kind = i < m->fact_count                        ? SV_FACT
		                      : i < m->fact_count + m->dimension_count ? SV_DIMENSION
		                                                               : SV_METRIC;
		any_member(d, kind, &m->members[i]);
	}
}

static void seed_table(dice *d, sv_table *out)
{
	sv_ident ident;
	out->source = any_source(d);
	sv_ident_parse(d->arena, out->source, &ident);
	out->name = ident.parts[ident.count - 1];
}

static void any_seed(dice *d, sv_model *m)
{
	m->is_seed = true;
	m->relationship_count = below(d, 3);
	m->table_count = 1 + m->relationship_count;
	m->tables = SV_NEW_N(d->arena, sv_table, m->table_count);
	m->relationships = SV_NEW_N(d->arena, sv_relationship, m->relationship_count);
	for (size_t i = 0; i < m->table_count; i++)
		seed_table(d, &m->tables[i]);
	for (size_t i = 0; i < m->relationship_count; i++)
		m->relationships[i].on = any_expression(d);
}

sv_model *random_model(sv_arena *a, uint64_t seed)
{
	dice d = {.arena = a, .state = seed ? seed : 1};
	sv_model *m = SV_NEW(a, sv_model);
	for (int i = 0; i < 8; i++)
		roll(&d);
	m->comment = maybe_text(&d);
	if (one_in(&d, 5)) {
		any_seed(&d, m);
	} else {
		m->table_count = 1 + below(&d, 3);
		m->tables = SV_NEW_N(a, sv_table, m->table_count);
		for (size_t i = 0; i < m->table_count; i++)
			any_table(&d, &m->tables[i]);
		m->relationship_count = below(&d, 3);
		m->relationships = SV_NEW_N(a, sv_relationship, m->relationship_count);
		for (size_t i = 0; i < m->relationship_count; i++)
			any_relationship(&d, &m->relationships[i]);
	}
	any_members(&d, m);
	m->filter_count = below(&d, 3);
	m->filters = SV_NEW_N(a, sv_expr, m->filter_count);
	for (size_t i = 0; i < m->filter_count; i++)
		m->filters[i] = any_expression(&d);
	return m;
}
