#include "duck/types.h"

#include "plan/request.h"
#include "sql/sql.h"

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

static sv_rows bind(binder *b, const size_t *members, size_t count)
{
	sv_diags problems;
	sv_buf sql = SV_BUF_INIT(b->s->arena);
	sql.keywords = &b->s->instance->keywords;
	sv_diags_init(&problems, b->s->arena, NULL, (sv_str){0});
	const sv_plan *plan = sv_plan_types(b->s->arena, b->view, members, count, &problems);
	if (!plan) {
		sv_buf text = SV_BUF_INIT(b->s->arena);
		sv_diags_render(&problems, &text);
		return (sv_rows){.error = sv_buf_cstr(&text)};
	}
	sv_sql_put(plan, b->database, &sql);
	sv_rows rows = sv_session_describe(b->s, sv_buf_cstr(&sql));
	if (!rows.error && (!rows.cells || rows.row_count != count))
		rows.error = "internal error: the columns of the types are not the members";
	return rows;
}

static void read_types(binder *b, const size_t *members, size_t count)
{
	if (!count || (b->max_errors && b->errors >= b->max_errors))
		return;
	sv_rows rows = bind(b, members, count);
	if (!rows.error) {
		for (size_t i = 0; rows.cells && i < count; i++)
			b->types.types[members[i]] = sv_rows_at(&rows, i, 1);
	} else if (count == 1) {
		b->types.errors[members[0]] = sv_types_without_line(b->s, rows.error);
		b->errors++;
	} else {
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
	*out = sv_types_read(s, v, database, members, count, SV_ALL_ERRORS);
	return true;
}
