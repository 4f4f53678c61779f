/*
 * Any bytes as a view and a request: what is planned prints, its SQL has its brackets
 * closed and is the same again; what is refused says why.  And the same view with other
 * numbers in `resolved`, as a hostile database file may hold it: whatever of it is
 * taken, nothing may break.
 *
 * SV_FUZZ_SQL=file in the environment: appends the SQL of each request, one JSON string
 * a line, for parse_sql.py, which gives it to DuckDB.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/ident.h"
#include "fuzz_round_trip.h"
#include "plan/print.h"
#include "plan/request.h"
#include "sql/sql.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_TABLES = 5, MAX_FACTS = 4, MAX_DIMENSIONS = 4, MAX_METRICS = 6, MAX_PARTS = 12 };

/* Decisions come from the bytes; behind their end all are 0. */
typedef struct {
	sv_arena *arena;
	const uint8_t *data;
	size_t size;
	sv_model *model;
} maker;

/* An expression in the making, with what the resolver would find in it. */
typedef struct {
	maker *m;
	sv_buf text;
	sv_expr *out;
	size_t call;   /* the call being written, or SV_NONE */
	size_t window; /* the same */
} writer;

static size_t below(maker *m, size_t n)
{
	if (!m->size || !n)
		return 0;
	m->size--;
	return *m->data++ % n;
}

static bool one_in(maker *m, size_t n)
{
	return below(m, n) == n - 1;
}

static sv_str numbered(maker *m, const char *prefix, size_t i)
{
	sv_buf b = SV_BUF_INIT(m->arena);
	sv_buf_putf(&b, "%s%zu", prefix, i);
	return (sv_str){sv_buf_cstr(&b), b.len};
}

/* ---- expressions ---- */

static writer start(maker *m, sv_expr *out)
{
	*out = (sv_expr){.is_resolved = true};
	out->refs = SV_NEW_N(m->arena, sv_ref, MAX_PARTS);
	out->calls = SV_NEW_N(m->arena, sv_call, MAX_PARTS);
	out->windows = SV_NEW_N(m->arena, sv_window, MAX_PARTS);
	out->rejects = SV_NEW_N(m->arena, sv_reject, MAX_PARTS + 1);
	return (writer){m, SV_BUF_INIT(m->arena), out, SV_NONE, SV_NONE};
}

static void finish(writer *w)
{
	w->out->text = (sv_str){sv_buf_cstr(&w->text), w->text.len};
}

static sv_ref *put_ref(writer *w, sv_ref_kind kind, sv_str written)
{
	sv_ref *r = &w->out->refs[w->out->ref_count++];
	*r = (sv_ref){.kind = kind, .table = SV_NONE, .member = SV_NONE, .role = SV_NONE};
	r->start = (uint32_t)w->text.len;
	sv_buf_put(&w->text, written);
	r->end = (uint32_t)w->text.len;
	r->call = w->call;
	r->window = w->window;
	r->is_strict = one_in(w->m, 2);
	return r;
}

static const char *const columns[] = {"a", "b", "id"};

static void put_column(writer *w, size_t table)
{
	sv_buf b = SV_BUF_INIT(w->m->arena);
	const char *column = columns[below(w->m, 3)];
	sv_buf_putf(&b, "t%zu.%s", table, column);
	sv_ref *r = put_ref(w, SV_REF_COLUMN, (sv_str){b.ptr, b.len});
	r->table = table;
	r->column = (sv_str){column, strlen(column)};
}

static void put_member(writer *w, size_t member)
{
	const sv_member *named = &w->m->model->members[member];
	bool is_metric = named->kind == SV_METRIC;
	sv_ref *r = put_ref(w, is_metric ? SV_REF_METRIC : SV_REF_MEMBER, named->name);
	r->member = member;
	if (!is_metric)
		r->table = named->table.index;
}

/* The table itself, one that a relationship leads to from there, seldom any. */
static size_t some_table(maker *m, size_t table)
{
	const sv_model *model = m->model;
	size_t how = below(m, 16);
	if (how == 1)
		return below(m, model->table_count);
	if (how < 5 && model->relationship_count) {
		const sv_relationship *r = &model->relationships[below(m, model->relationship_count)];
		return r->from.index == table ? r->to.index : table;
	}
	return table;
}

/* A value of one row: a column, or a fact or dimension that is already there. */
static void put_value(writer *w, size_t table, size_t members)
{
	table = some_table(w->m, table);
	size_t member = below(w->m, 2 * members);
	if (member < members && w->m->model->members[member].table.index == table)
		put_member(w, member);
	else
		put_column(w, table);
}

static void put_row_level(writer *w, size_t table, size_t members)
{
	static const char *const between[] = {" + ", " * ", " - "};
	size_t count = 1 + below(w->m, 3);
	for (size_t i = 0; i < count; i++) {
		sv_buf_puts(&w->text, i ? between[below(w->m, 3)] : "");
		put_value(w, table, members);
	}
}

static void put_aggregate(writer *w, size_t table, size_t members)
{
	static const char *const names[] = {"sum", "count", "min"};
	size_t name = one_in(w->m, 4) ? 3 : below(w->m, 3);
	sv_call *c = &w->out->calls[w->call = w->out->call_count++];
	*c = (sv_call){.start = (uint32_t)w->text.len, .is_star = name == 3};
	c->empty = name == 1 || name == 3 ? SV_EMPTY_ZERO : SV_EMPTY_NULL;
	sv_buf_puts(&w->text, name == 3 ? "count(*" : names[name]);
	if (name != 3) {
		sv_buf_putc(&w->text, '(');
		put_value(w, table, members);
	}
	sv_buf_putc(&w->text, ')');
	if (one_in(w->m, 4)) {
		sv_buf_puts(&w->text, " FILTER (WHERE ");
		put_value(w, table, members);
		sv_buf_puts(&w->text, " > 1)");
	}
	c->end = (uint32_t)w->text.len;
	w->call = SV_NONE;
}

static void put_window(writer *w, size_t metric)
{
	sv_window *x = &w->out->windows[w->window = w->out->window_count++];
	x->start = (uint32_t)w->text.len;
	sv_buf_puts(&w->text, "sum(");
	put_member(w, metric);
	sv_buf_puts(&w->text, ") OVER (");
	x->over = x->partition_start = x->partition_end = (uint32_t)w->text.len;
	if (w->m->model->dimension_count && one_in(w->m, 2)) {
		size_t dimension = w->m->model->fact_count + below(w->m, w->m->model->dimension_count);
		x->is_excluding = one_in(w->m, 2);
		sv_buf_puts(&w->text, x->is_excluding ? "PARTITION BY EXCLUDING " : "PARTITION BY ");
		if (x->is_excluding) {
			x->excluded = SV_NEW(w->m->arena, size_t);
			x->excluded[x->excluded_count++] = dimension;
			sv_buf_put(&w->text, w->m->model->members[dimension].name);
		} else {
			put_member(w, dimension);
		}
		x->partition_end = (uint32_t)w->text.len;
	}
	sv_buf_putc(&w->text, ')');
	x->end = (uint32_t)w->text.len;
	w->window = SV_NONE;
}

/* A predicate; each comparison rejects a NULL of its first reference. */
static void put_predicate(writer *w, size_t table, size_t members)
{
	sv_expr *e = w->out;
	size_t count = 1 + below(w->m, 3);
	bool is_or = one_in(w->m, 2);
	if (count > 1)
		e->rejects[e->reject_count++] = (sv_reject){is_or ? SV_REJECT_OR : SV_REJECT_AND, count};
	for (size_t i = 0; i < count; i++) {
		sv_buf_puts(&w->text, i ? (is_or ? " OR " : " AND ") : "");
		e->rejects[e->reject_count++] = (sv_reject){SV_REJECT_REF, e->ref_count};
		put_value(w, table, members);
		sv_buf_puts(&w->text, " > 1");
	}
}

/* ---- the view ---- */

static sv_strs one_name(maker *m, sv_str name)
{
	sv_strs out = {.items = SV_NEW(m->arena, sv_str), .count = 1};
	out.items[0] = name;
	return out;
}

static void make_query(maker *m, sv_table *t, size_t i)
{
	sv_str name = numbered(m, "s", i);
	sv_buf b = SV_BUF_INIT(m->arena);
	sv_buf_puts(&b, "(SELECT * FROM ");
	size_t at = b.len;
	sv_buf_put(&b, name);
	sv_buf_puts(&b, " WHERE a IS NOT NULL)");
	t->source = (sv_str){sv_buf_cstr(&b), b.len};
	t->is_query = true;
	t->reads = (sv_reads){SV_NEW(m->arena, sv_read), 1};
	t->reads.items[0] = (sv_read){.start = (uint32_t)at,
	                              .end = (uint32_t)(at + name.len),
	                              .found_schema = SV_LIT("main"),
	                              .found_name = name};
}

static void make_table(maker *m, size_t i)
{
	sv_table *t = &m->model->tables[i];
	t->name = numbered(m, "t", i);
	t->source = numbered(m, "s", i);
	if (one_in(m, 4)) {
		make_query(m, t, i);
	} else if (!one_in(m, 5)) {
		t->found_schema = SV_LIT("main");
		t->found_name = t->source;
		t->is_found_view = one_in(m, 4);
	}
	if (!one_in(m, 16))
		t->primary_key = one_name(m, SV_LIT("id"));
}

static void make_relationship(maker *m, size_t i)
{
	sv_relationship *r = &m->model->relationships[i];
	size_t from = below(m, m->model->table_count - 1);
	size_t to = from + 1 + below(m, m->model->table_count - 1 - from);
	r->name = numbered(m, "r", i);
	r->is_named = true;
	r->from = (sv_named){.name = numbered(m, "t", from), .index = from};
	r->to = (sv_named){.name = numbered(m, "t", to), .index = to};
	r->from_columns = one_name(m, one_in(m, 5) ? SV_LIT("id") : numbered(m, "f", to));
	r->is_default = one_in(m, 4);
	r->assumes_integrity = one_in(m, 4);
}

static void place_member(maker *m, sv_member *x, sv_member_kind kind, const char *prefix, size_t i)
{
	size_t table = below(m, m->model->table_count);
	x->kind = kind;
	x->name = numbered(m, prefix, i);
	x->table = (sv_named){.name = m->model->tables[table].name, .index = table};
	x->is_private = kind != SV_DIMENSION && one_in(m, 8);
}

static void make_semi_additive(maker *m, sv_member *x)
{
	const sv_model *model = m->model;
	if (!model->dimension_count || !one_in(m, 4))
		return;
	x->non_additive_count = 1 + below(m, 2);
	x->non_additive = SV_NEW_N(m->arena, sv_non_additive, x->non_additive_count);
	for (size_t i = 0; i < x->non_additive_count; i++) {
		size_t dimension = model->fact_count + below(m, model->dimension_count);
		sv_non_additive *n = &x->non_additive[i];
		n->dimension = (sv_named){.name = model->members[dimension].name, .index = SV_NONE};
		n->has_order = n->is_descending = one_in(m, 2);
		n->nulls = (sv_nulls)below(m, 3);
	}
	if (one_in(m, 3)) {
		size_t dimension = model->fact_count + below(m, model->dimension_count);
		x->per = (sv_nameds){SV_NEW(m->arena, sv_named), 1};
		x->per.items[0] = (sv_named){.name = model->members[dimension].name, .index = SV_NONE};
	}
}

/* Derived from metrics that are already there. */
static void put_derived(writer *w, size_t first, size_t count)
{
	size_t parts = 1 + below(w->m, 3);
	for (size_t i = 0; i < parts; i++) {
		sv_buf_puts(&w->text, i ? " / " : "");
		if (one_in(w->m, 3))
			put_window(w, first + below(w->m, count));
		else
			put_member(w, first + below(w->m, count));
	}
}

static void make_metric(maker *m, size_t i)
{
	sv_model *model = m->model;
	size_t first = model->fact_count + model->dimension_count;
	sv_member *x = &model->members[first + i];
	place_member(m, x, SV_METRIC, "m", i);
	writer w = start(m, &x->expr);
	bool is_derived = i > 0 && one_in(m, 3);
	if (is_derived) {
		x->table = (sv_named){.index = SV_NONE};
		put_derived(&w, first, i);
	} else {
		put_aggregate(&w, x->table.index, first);
		if (one_in(m, 3)) {
			sv_buf_puts(&w.text, " + ");
			put_aggregate(&w, x->table.index, first);
		}
		if (i && one_in(m, 4)) {
			sv_buf_puts(&w.text, " - ");
			put_member(&w, first + below(m, i));
		}
		make_semi_additive(m, x);
		if (model->relationship_count && one_in(m, 4)) {
			x->uses = (sv_nameds){SV_NEW(m->arena, sv_named), 1};
			x->uses.items[0] = (sv_named){
			    .name = numbered(m, "r", below(m, model->relationship_count)), .index = SV_NONE};
		}
	}
	finish(&w);
}

/* A fact of a table that aggregates one from which a relationship leads there. */
static void put_finer(writer *w, sv_member *x)
{
	const sv_model *model = w->m->model;
	const sv_relationship *r = &model->relationships[below(w->m, model->relationship_count)];
	x->table = (sv_named){.name = r->to.name, .index = r->to.index};
	put_aggregate(w, r->from.index, 0);
}

static void make_members(maker *m)
{
	sv_model *model = m->model;
	size_t facts = below(m, MAX_FACTS + 1);
	size_t dimensions = below(m, MAX_DIMENSIONS + 1);
	size_t metrics = 1 + below(m, MAX_METRICS);
	model->members = SV_NEW_N(m->arena, sv_member, facts + dimensions + metrics);
	model->fact_count = facts;
	model->dimension_count = dimensions;
	model->metric_count = metrics;
	for (size_t i = 0; i < facts + dimensions; i++) {
		sv_member *x = &model->members[i];
		bool is_fact = i < facts;
		place_member(m, x, is_fact ? SV_FACT : SV_DIMENSION, is_fact ? "x" : "d",
		             is_fact ? i : i - facts);
		writer w = start(m, &x->expr);
		if (is_fact && model->relationship_count && one_in(m, 3))
			put_finer(&w, x);
		else
			put_row_level(&w, x->table.index, i);
		finish(&w);
	}
	for (size_t i = 0; i < metrics; i++)
		make_metric(m, i);
}

static void make_view(maker *m)
{
	sv_model *model = m->model = SV_NEW(m->arena, sv_model);
	model->table_count = 1 + below(m, MAX_TABLES);
	model->tables = SV_NEW_N(m->arena, sv_table, model->table_count);
	for (size_t i = 0; i < model->table_count; i++)
		make_table(m, i);
	model->relationship_count = model->table_count > 1 ? below(m, 10) : 0;
	model->relationships = SV_NEW_N(m->arena, sv_relationship, model->relationship_count);
	for (size_t i = 0; i < model->relationship_count; i++)
		make_relationship(m, i);
	make_members(m);
	model->filter_count = below(m, 3) / 2;
	model->filters = SV_NEW_N(m->arena, sv_expr, model->filter_count);
	for (size_t i = 0; i < model->filter_count; i++) {
		writer w = start(m, &model->filters[i]);
		put_predicate(&w, below(m, model->table_count), model->fact_count + model->dimension_count);
		finish(&w);
	}
}

/* ---- the request ---- */

static sv_str item(maker *m, const char *prefix, size_t count)
{
	sv_buf b = SV_BUF_INIT(m->arena);
	size_t how = below(m, 24);
	if (how == 1)
		sv_buf_putf(&b, "t%zu.*", below(m, m->model->table_count));
	else if (how == 2)
		sv_buf_putf(&b, "r%zu.%s%zu", below(m, m->model->relationship_count + 1), prefix,
		            below(m, count));
	else if (how == 3)
		sv_buf_putf(&b, "%s%zu AS \"as (%zu\"", prefix, below(m, count), below(m, 3));
	else if (how == 4)
		sv_buf_putf(&b, "t%zu.%s%zu", below(m, m->model->table_count), prefix, below(m, count));
	else
		sv_buf_putf(&b, "%s%zu", prefix, below(m, count));
	return (sv_str){sv_buf_cstr(&b), b.len};
}

static sv_strs make_items(maker *m, const char *prefix, size_t count, size_t most)
{
	sv_strs out = {.count = count ? 1 + below(m, most) : 0};
	out.items = SV_NEW_N(m->arena, sv_str, out.count);
	for (size_t i = 0; i < out.count; i++)
		out.items[i] = item(m, prefix, count);
	return out;
}

static sv_request make_request(maker *m)
{
	const sv_model *model = m->model;
	size_t row_level = model->fact_count + model->dimension_count;
	sv_request r = {0};
	if (!one_in(m, 4))
		r.dimensions = make_items(m, "d", model->dimension_count, 3);
	if (one_in(m, 4))
		r.facts = make_items(m, "x", model->fact_count, 3);
	else
		r.metrics = make_items(m, "m", model->metric_count, 4);
	if (row_level && one_in(m, 3)) {
		sv_expr *where = SV_NEW(m->arena, sv_expr);
		writer w = start(m, where);
		where->rejects[where->reject_count++] = (sv_reject){SV_REJECT_REF, 0};
		put_member(&w, below(m, row_level));
		sv_buf_puts(&w.text, " > 1");
		finish(&w);
		r.where = where;
	}
	return r;
}

/* Of some relationships the keys are exact, not always of the same type. */
static const sv_exact_key *make_exact_keys(maker *m)
{
	static const sv_str types[] = {{"INTEGER", 7}, {"BIGINT", 6}};
	size_t count = m->model->relationship_count;
	sv_exact_key *out = SV_NEW_N(m->arena, sv_exact_key, count);
	for (size_t i = 0; i < count; i++)
		if (one_in(m, 2))
			out[i] = (sv_exact_key){.from = &types[below(m, 2)], .to = &types[below(m, 2)]};
	return out;
}

/* ---- what must hold ---- */

static bool is_balanced(sv_arena *a, sv_str sql)
{
	size_t depth = 0;
	sv_ident ident;
	for (size_t i = 0; i < sql.len;) {
		if (sql.ptr[i] == '"' && sv_ident_read(a, sql, &i, &ident))
			continue;
		if (sql.ptr[i] == ')' && depth-- == 0)
			return false;
		depth += sql.ptr[i++] == '(';
	}
	return depth == 0;
}

static void dump(sv_arena *a, sv_str sql)
{
	const char *path = getenv("SV_FUZZ_SQL");
	FILE *file = path ? fopen(path, "a") : NULL;
	if (!file)
		return;
	sv_buf line = SV_BUF_INIT(a);
	sv_doc_put_json_string(&line, sql);
	fprintf(file, "%s\n", sv_buf_cstr(&line));
	fclose(file);
}

static sv_str sql_of(sv_arena *a, const sv_plan *plan)
{
	sv_buf sql = SV_BUF_INIT(a);
	sv_sql_put(plan, SV_LIT("memory"), &sql);
	return (sv_str){sv_buf_cstr(&sql), sql.len};
}

/* As semantic_view_sql() does it; SQL with a NULL pointer: refused. */
static sv_str ask(sv_arena *a, const sv_view *v, sv_request *r, const sv_exact_key *exact)
{
	sv_diags d;
	sv_diags_init(&d, a, "semantic view 'fuzz'", (sv_str){0});
	const sv_plan *plan = sv_plan_request(a, v, r, &d);
	if (plan && plan->asked_keys) {
		r->exact_keys = exact;
		plan = sv_plan_request(a, v, r, &d);
	}
	fuzz_check(plan, &d);
	if (!plan)
		return (sv_str){0};
	sv_buf shown = SV_BUF_INIT(a);
	sv_plan_put(plan, v->model, &shown);
	return sql_of(a, plan);
}

static bool open_view(sv_arena *a, sv_model *m, sv_view *v)
{
	sv_diags d;
	sv_diags_init(&d, a, "semantic view 'fuzz'", (sv_str){0});
	*v = (sv_view){.name = SV_LIT("fuzz"), .model = m};
	v->names = sv_model_validate(a, m, &d);
	fuzz_check(v->names, &d);
	if (!v->names)
		return false;
	v->graph = sv_graph_build(a, m);
	bool ok = sv_plan_check(a, v, &d);
	if (!ok)
		fuzz_check(NULL, &d);
	return ok;
}

static void ask_types(sv_arena *a, const sv_view *v)
{
	size_t count = sv_model_member_count(v->model);
	size_t *all = SV_NEW_N(a, size_t, count);
	sv_diags d;
	sv_diags_init(&d, a, "semantic view 'fuzz'", (sv_str){0});
	for (size_t i = 0; i < count; i++)
		all[i] = i;
	const sv_plan *plan = sv_plan_types(a, v, all, count, &d);
	fuzz_check(plan, &d);
	if (plan && !is_balanced(a, sql_of(a, plan)))
		__builtin_trap();
}

/* ---- hostile numbers ---- */

/* The stored view, with some digits behind "resolved" replaced; its fingerprint is that
 * of what the author wrote, and fits. */
static sv_model *disturb(maker *m)
{
	sv_diags d;
	sv_str text = fuzz_stored(m->arena, m->model, true);
	char *copy = memcpy(sv_arena_alloc(m->arena, text.len + 1), text.ptr, text.len);
	char *from = strstr(copy, "\"sources\"");
	for (size_t changes = 1 + below(m, 4); from && changes; changes--) {
		size_t len = strlen(from);
		size_t at = (below(m, 256) << 8 | below(m, 256)) % len;
		while (at < len && (from[at] < '0' || from[at] > '9'))
			at++;
		if (at < len)
			from[at] = "0123456789  "[below(m, 12)];
	}
	sv_diags_init(&d, m->arena, NULL, (sv_str){0});
	sv_model *again = sv_model_read(m->arena, (sv_str){copy, text.len}, &d);
	fuzz_check(again, &d);
	return again;
}

static bool is_resolved(const sv_model *m)
{
	for (size_t i = 0; i < sv_model_expr_count(m); i++)
		if (!sv_model_expr_at(m, i)->is_resolved)
			return false;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	sv_arena a = {0};
	sv_view v;
	maker m = {.arena = &a, .data = data, .size = size};
	bool is_hostile = one_in(&m, 2);
	make_view(&m);
	if (is_hostile && !((m.model = disturb(&m)) && is_resolved(m.model)))
		goto end; /* what does not fit is computed anew, by DuckDB */
	if (!open_view(&a, m.model, &v))
		goto end;
	const sv_exact_key *exact = make_exact_keys(&m);
	sv_request request = make_request(&m);
	sv_request again = request;
	sv_str sql = ask(&a, &v, &request, exact);
	if (sql.ptr && !sv_str_eq(sql, ask(&a, &v, &again, exact)))
		__builtin_trap();
	if (!is_hostile) {
		if (sql.ptr && !is_balanced(&a, sql))
			__builtin_trap();
		if (sql.ptr)
			dump(&a, sql);
		ask_types(&a, &v);
	}
end:
	sv_arena_free(&a);
	return 0;
}
