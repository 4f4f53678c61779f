#include "duck/types.h"

#include "plan/request.h"
#include "sql/sql.h"

enum { MAX_TEXT = 16 * 1024 * 1024 }; /* of all statements that ask for one member each */

typedef struct {
	sv_session *s;
	const sv_view *view;
	sv_str database;
	sv_types types;
	size_t errors;
	size_t max_errors;
} binder;

const char *sv_types_without_line(sv_session *s, const char *error)
{
	const char *line = strstr(error, "\n\nLINE ");
	return line ? sv_str_dup(s->arena, (sv_str){error, (size_t)(line - error)}) : error;
}

/* The statement whose columns are the given members; NULL when it cannot be planned,
 * *why says why. */
static const char *sql_of(binder *b, const size_t *members, size_t count, const char **why)
{
	sv_diags problems;
	sv_buf sql = SV_BUF_INIT(b->s->arena);
	sql.keywords = &b->s->instance->keywords;
	sv_diags_init(&problems, b->s->arena, NULL, (sv_str){0});
	const sv_plan *plan = sv_plan_types(b->s->arena, b->view, members, count, &problems);
	if (!plan) {
		sv_buf text = SV_BUF_INIT(b->s->arena);
		sv_diags_render(&problems, &text);
		*why = sv_buf_cstr(&text);
		return NULL;
	}
	sv_sql_put(plan, b->database, &sql);
	return sv_buf_cstr(&sql);
}

static sv_rows bind(binder *b, const size_t *members, size_t count)
{
	sv_rows rows = {0};
	const char *sql = sql_of(b, members, count, &rows.error);
	if (!sql)
		return rows;
	rows = sv_session_describe(b->s, sql);
	if (!rows.error && (!rows.cells || rows.row_count != count))
		rows.error = "internal error: the columns of the types are not the members";
	return rows;
}

static void take_types(binder *b, const size_t *members, size_t count, const sv_rows *rows)
{
	for (size_t i = 0; rows->cells && i < count; i++)
		b->types.types[members[i]] = sv_rows_at(rows, i, 1);
}

static void take_error(binder *b, size_t member, const sv_rows *rows)
{
	b->types.errors[member] = sv_types_without_line(b->s, rows->error);
	b->errors++;
}

static bool has_enough_errors(const binder *b)
{
	return b->max_errors && b->errors >= b->max_errors;
}

/* A column that nothing has. */
#define NO_COLUMN "semantic_views: this binds"

/*
 * One statement for each member, for find_bound():
 *
 *   SELECT "semantic_views: this binds" FROM (SELECT ... sum(o.amount) ...) AS q
 *
 * False when they would be too long together.
 */
static bool ask_for_each(binder *b, const size_t *members, size_t count, sv_strs *out)
{
	size_t total = 0;
	*out = (sv_strs){.items = SV_NEW_N(b->s->arena, sv_str, count)};
	while (out->count < count && total < MAX_TEXT) {
		const char *why;
		const char *sql = sql_of(b, &members[out->count], 1, &why);
		sv_buf text = SV_BUF_INIT(b->s->arena);
		sv_buf_puts(&text, "SELECT \"" NO_COLUMN "\" FROM (");
		sv_buf_puts(&text, sql ? sql : "");
		sv_buf_puts(&text, ") AS q");
		out->items[out->count++] = (sv_str){sv_buf_cstr(&text), text.len};
		total += text.len;
	}
	return total < MAX_TEXT;
}

/*
 * Which members bind, each alone.  json_serialize_plan() binds a text and answers an
 * error as a value, so all are one statement of ours; since the missing column is the
 * last thing that is looked for, an error about it says that the rest binds, and no
 * plan need be made or written out.  False when that cannot be asked.
 */
static bool find_bound(binder *b, const size_t *members, size_t count, bool *is_bound)
{
	sv_strs statements;
	if (!ask_for_each(b, members, count, &statements))
		return false;
	sv_rows rows =
	    sv_session_try(b->s,
	                   "SELECT json_serialize_plan(x)::VARCHAR FROM (SELECT unnest($1) AS x, "
	                   "generate_subscripts($1, 1) AS i) ORDER BY i",
	                   &SV_PARAM_LIST(&statements), 1);
	if (rows.error || rows.row_count != count)
		return false;
	for (size_t i = 0; i < count; i++) {
		sv_str answer = sv_rows_at(&rows, i, 0);
		is_bound[i] = answer.ptr && strstr(answer.ptr, NO_COLUMN);
	}
	return true;
}

/* Reads the types of those that bind together, and the errors of the others one by
 * one.  False: nothing was read, since that is not how it is. */
static bool read_apart(binder *b, const size_t *members, size_t count)
{
	bool *is_bound = SV_NEW_N(b->s->arena, bool, count);
	size_t *bound = SV_NEW_N(b->s->arena, size_t, count);
	size_t bound_count = 0;
	if (!find_bound(b, members, count, is_bound))
		return false;
	for (size_t i = 0; i < count; i++)
		if (is_bound[i])
			bound[bound_count++] = members[i];
	if (bound_count == count)
		return false;
	if (bound_count) {
		sv_rows rows = bind(b, bound, bound_count);
		if (rows.error)
			return false;
		take_types(b, bound, bound_count, &rows);
	}
	for (size_t i = 0; i < count && b->max_errors && !has_enough_errors(b); i++) {
		if (is_bound[i])
			continue;
		sv_rows rows = bind(b, &members[i], 1);
		if (rows.error)
			take_error(b, members[i], &rows);
		else
			take_types(b, &members[i], 1, &rows);
	}
	return true;
}

static void read_types(binder *b, const size_t *members, size_t count)
{
	if (!count || has_enough_errors(b))
		return;
	sv_rows rows = bind(b, members, count);
	if (!rows.error) {
		take_types(b, members, count, &rows);
	} else if (count == 1) {
		take_error(b, members[0], &rows);
	} else if (!read_apart(b, members, count)) {
		read_types(b, members, count / 2);
		read_types(b, members + count / 2, count - count / 2);
	}
}

sv_types sv_types_read(sv_session *s, const sv_view *v, sv_str database, const size_t *members,
                       size_t count, size_t max_errors)
{
	binder b = {.s = s, .view = v, .database = database, .max_errors = max_errors};
	b.types.types = SV_NEW_N(s->arena, sv_str, sv_model_member_count(v->model));
	b.types.errors = SV_NEW_N(s->arena, const char *, sv_model_member_count(v->model));
	read_types(&b, members, count);
	return b.types;
}

/* ---- what can be bound ---- */

typedef enum { UNSEEN, KNOWN, UNKNOWN } knowledge;

static knowledge of_table(const sv_sources *sources, size_t table)
{
	return table == SV_NONE || sources->knows_columns[table] ? KNOWN : UNKNOWN;
}

/* Whether every table that a member reads, also through others, is known. */
static knowledge of_member(const sv_model *m, const sv_sources *sources, size_t member,
                           knowledge *seen)
{
	const sv_expr *e = &m->members[member].expr;
	if (seen[member] != UNSEEN)
		return seen[member];
	knowledge found = of_table(sources, m->members[member].table.index);
	for (size_t i = 0; i < e->ref_count && found == KNOWN; i++) {
		found = of_table(sources, e->refs[i].table);
		if (found == KNOWN && e->refs[i].member != SV_NONE)
			found = of_member(m, sources, e->refs[i].member, seen);
	}
	seen[member] = found;
	return found;
}

size_t sv_types_bindable(sv_session *s, const sv_view *v, const sv_sources *sources, size_t *out)
{
	size_t count = 0;
	size_t total = sv_model_member_count(v->model);
	knowledge *seen = SV_NEW_N(s->arena, knowledge, total);
	bool is_seed = v->model->is_seed; /* its joins may be any */
	for (size_t t = 0; t < v->model->table_count && is_seed; t++)
		if (of_table(sources, t) == UNKNOWN)
			return 0;
	for (size_t i = 0; i < total; i++)
		if (of_member(v->model, sources, i, seen) == KNOWN)
			out[count++] = i;
	return count;
}

bool sv_types_now(sv_session *s, const sv_view *v, sv_str database, sv_types *out)
{
	sv_sources sources;
	size_t *members = SV_NEW_N(s->arena, size_t, sv_model_member_count(v->model));
	if (!sv_sources_look(s, v->model, database, &sources))
		return false;
	size_t count = sv_types_bindable(s, v, &sources, members);
	*out = sv_types_read(s, v, database, members, count, SV_NO_ERRORS);
	return true;
}
