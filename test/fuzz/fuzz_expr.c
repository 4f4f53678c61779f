/*
 * Any text as a where_clause or as an expression of a view, with any syntax trees in
 * place of DuckDB's: a failure says why, what is found lies in the text, and a request
 * with it is planned or refused.
 *
 * The input is a letter (what the expression is), the text, a NUL, the tree of
 * SELECT\n(text\n), a NUL and that of SELECT\ntext\n.  Without the last, the first
 * stands for both.  DuckDB's own trees fit the text; others must not break anything.
 */
#include "expr/resolve.h"
#include "fuzz_round_trip.h"
#include "plan/request.h"
#include "sql/sql.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char view[] =
    "{\"tables\": [{\"name\": \"o\", \"primary_key\": [\"id\"]},"
    "{\"name\": \"c\", \"primary_key\": [\"id\"]}],"
    "\"relationships\": [{\"name\": \"buyer\", \"from\": \"o\", \"from_columns\": [\"b\"],"
    "\"to\": \"c\"},"
    "{\"name\": \"payer\", \"from\": \"o\", \"from_columns\": [\"p\"], \"to\": \"c\"}],"
    "\"facts\": [{\"table\": \"o\", \"name\": \"net\", \"expr\": \"1\"},"
    "{\"table\": \"c\", \"name\": \"credit\", \"expr\": \"2\", \"private\": true}%s%s%s],"
    "\"dimensions\": [{\"table\": \"o\", \"name\": \"status\", \"expr\": \"3\"},"
    "{\"table\": \"c\", \"name\": \"region\", \"expr\": \"4\"}%s%s%s],"
    "\"metrics\": [{\"table\": \"o\", \"name\": \"n\", \"expr\": \"count(*)\"}%s%s%s],"
    "\"filters\": [%s]}";

enum { SPOTS = 5 };

/* What stands around the expression, where the letter puts it. */
static const char *const before[SPOTS] = {
    NULL,
    ", {\"table\": \"o\", \"name\": \"x\", \"expr\": ",
    ", {\"table\": \"o\", \"name\": \"x\", \"expr\": ",
    ", {\"table\": \"o\", \"name\": \"x\", \"expr\": ",
    "",
};

/* The definition with the expression as fact, dimension, metric or filter; or without. */
static sv_str definition(sv_arena *a, size_t spot, sv_str text)
{
	sv_buf json = SV_BUF_INIT(a);
	sv_buf out = SV_BUF_INIT(a);
	const char *parts[SPOTS] = {"", "", "", "", ""};
	sv_doc_put_json_string(&json, text);
	parts[spot] = sv_buf_cstr(&json);
#define AROUND(i) spot == (i) ? before[i] : "", parts[i], spot == (i) ? "}" : ""
	sv_buf_putf(&out, view, AROUND(1), AROUND(2), AROUND(3), parts[4]);
#undef AROUND
	return (sv_str){sv_buf_cstr(&out), out.len};
}

static sv_str next_part(sv_str *rest)
{
	const char *end = memchr(rest->ptr, '\0', rest->len);
	sv_str part = {rest->ptr, end ? (size_t)(end - rest->ptr) : rest->len};
	size_t taken = part.len + (end ? 1 : 0);
	*rest = (sv_str){rest->ptr + taken, rest->len - taken};
	return part;
}

/* Only the expression is to be resolved. */
static void settle_others(sv_arena *a, sv_model *m)
{
	for (size_t i = 0; i < sv_model_member_count(m); i++) {
		sv_member *it = &m->members[i];
		it->expr.is_resolved = !sv_str_eq(it->name, SV_LIT("x"));
		if (!sv_str_eq(it->name, SV_LIT("n")))
			continue;
		it->expr.call_count = 1;
		it->expr.calls = SV_NEW(a, sv_call);
		it->expr.calls[0] =
		    (sv_call){.end = (uint32_t)it->expr.text.len, .is_star = true, .empty = SV_EMPTY_ZERO};
	}
}

static sv_catalog catalog(sv_arena *a, const sv_model *m)
{
	static sv_str columns[] = {{"id", 2}, {"b", 1}, {"p", 1}, {"amount", 6}, {"s", 1}};
	static sv_str aggregates[] = {
	    {"count", 5}, {"count_star", 10}, {"list", 4}, {"max", 3}, {"sum", 3}};
	static sv_str others[] = {{"growth", 6}, {"upper", 5}};
	static sv_str schemas[] = {{"main", 4}};
	static const sv_words aggregate_words = {aggregates, 5};
	static const sv_words growth = {others, 1};
	static const sv_words macros = {others, 2};
	static const sv_words schema_words = {schemas, 1};
	sv_strs *known = SV_NEW_N(a, sv_strs, m->table_count);
	bool *knows = SV_NEW_N(a, bool, m->table_count);
	known[0] = (sv_strs){columns, 5};
	knows[0] = true;
	return (sv_catalog){.columns = known,
	                    .knows_columns = knows,
	                    .aggregates = &aggregate_words,
	                    .aggregate_macros = &growth,
	                    .macros = &macros,
	                    .schemas = &schema_words};
}

/* References lie in the text, one behind the other; so do calls and windows. */
static void check_places(const sv_expr *x)
{
	uint32_t end = 0;
	for (size_t i = 0; i < x->ref_count; i++) {
		if (x->refs[i].start < end || x->refs[i].end <= x->refs[i].start)
			__builtin_trap();
		end = x->refs[i].end;
	}
	for (size_t i = 0; i < x->call_count; i++)
		if (x->calls[i].start >= x->calls[i].end || x->calls[i].end > x->text.len)
			__builtin_trap();
	for (size_t i = 0; i < x->window_count; i++)
		if (x->windows[i].start >= x->windows[i].end || x->windows[i].end > x->text.len)
			__builtin_trap();
	for (size_t i = 0; i < x->reject_count; i++)
		if (x->rejects[i].op == SV_REJECT_REF && x->rejects[i].value >= x->ref_count)
			__builtin_trap();
	if (end > x->text.len)
		__builtin_trap();
}

static sv_str sql_of(sv_arena *a, const sv_view *v, const sv_expr *where)
{
	static sv_str dimension = {"status", 6};
	static sv_str metric = {"n", 1};
	sv_diags d;
	sv_buf sql = SV_BUF_INIT(a);
	sv_request request = {.dimensions = {&dimension, 1}, .metrics = {&metric, 1}, .where = where};
	sv_diags_init(&d, a, "semantic view 'fuzz'", (sv_str){0});
	const sv_plan *plan = sv_plan_request(a, v, &request, &d);
	fuzz_check(plan, &d);
	if (plan)
		sv_sql_put(plan, SV_LIT("memory"), &sql);
	return (sv_str){sv_buf_cstr(&sql), sql.len};
}

static void fuzz_where(sv_arena *a, const sv_view *v, const sv_catalog *known, sv_str text,
                       const sv_doc *const *trees)
{
	sv_diags d;
	sv_expr where;
	sv_expr_where_statements(a, text);
	sv_diags_init(&d, a, "semantic view 'fuzz'", text);
	bool ok = sv_expr_resolve_where(a, v->model, v->names, known, text, trees, &where, &d);
	fuzz_check(ok ? &where : NULL, &d);
	if (!ok)
		return;
	check_places(&where);
	if (!sv_str_eq(sql_of(a, v, &where), sql_of(a, v, &where)))
		__builtin_trap();
}

static void fuzz_member(sv_arena *a, const sv_view *v, sv_model *m, const sv_catalog *known,
                        sv_str source, const sv_doc *const *trees)
{
	sv_diags d;
	if (sv_expr_statements(a, v->model).count != 2)
		__builtin_trap();
	sv_diags_init(&d, a, "semantic view 'fuzz'", source);
	bool ok = sv_expr_resolve_model(a, m, v->names, known, trees, &d);
	fuzz_check(ok ? v : NULL, &d);
	for (size_t i = 0; i < sv_model_expr_count(v->model) && ok; i++)
		check_places(sv_model_expr_at(v->model, i));
	if (!ok)
		return;
	sv_diags_init(&d, a, "semantic view 'fuzz'", source);
	if (sv_plan_check(a, v, &d))
		sql_of(a, v, NULL);
	else
		fuzz_check(NULL, &d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	sv_arena a = {0};
	sv_diags d;
	size_t spot = size ? data[0] % SPOTS : 0;
	sv_str rest = size ? (sv_str){(const char *)data + 1, size - 1} : SV_LIT("");
	sv_str text = next_part(&rest);
	const sv_doc *trees[2];
	trees[0] = trees[1] = sv_doc_parse_trusted_json(&a, next_part(&rest));
	if (rest.len)
		trees[1] = sv_doc_parse_trusted_json(&a, rest);
	sv_str source = definition(&a, spot, text);
	sv_diags_init(&d, &a, "semantic view 'fuzz'", source);
	sv_model *m = sv_model_read(&a, source, &d);
	sv_view v = {.name = SV_LIT("fuzz"), .model = m};
	fuzz_check(m, &d);
	if (m) {
		settle_others(&a, m);
		v.names = sv_model_validate(&a, m, &d);
		fuzz_check(v.names, &d);
	}
	if (v.names) {
		sv_catalog known = catalog(&a, m);
		v.graph = sv_graph_build(&a, m);
		if (spot == 0)
			fuzz_where(&a, &v, &known, text, trees);
		else
			fuzz_member(&a, &v, m, &known, source, trees);
	}
	sv_arena_free(&a);
	return 0;
}
