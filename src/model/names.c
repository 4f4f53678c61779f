#include "model/names.h"

#include "base/near.h"
#include "model/map_int.h"

sv_str sv_names_written(sv_arena *a, sv_str qualifier, sv_str name)
{
	if (!qualifier.ptr)
		return name;
	sv_buf b = SV_BUF_INIT(a);
	sv_buf_put(&b, qualifier);
	sv_buf_putc(&b, '.');
	sv_buf_put(&b, name);
	return (sv_str){b.ptr, b.len};
}

sv_str sv_names_qualified(sv_arena *a, const sv_model *m, size_t member)
{
	const sv_member *it = &m->members[member];
	sv_str table = {0};
	if (it->table.index != SV_NONE)
		table = m->tables[it->table.index].name;
	return sv_names_written(a, table, it->name);
}

const char *sv_names_members(sv_arena *a, const sv_model *m, const size_t *members, size_t count)
{
	sv_buf b = SV_BUF_INIT(a);
	for (size_t i = 0; i < count; i++) {
		sv_buf_puts(&b, i ? ", '" : "'");
		sv_buf_put(&b, sv_names_qualified(a, m, members[i]));
		sv_buf_putc(&b, '\'');
	}
	return sv_buf_cstr(&b);
}

/* The space stands between what a hint says and what it says next. */
static void put_near(sv_buf *b, sv_str name)
{
	sv_buf_putf(b, "Did you mean \"%.*s\"? ", SV_FMT(name));
}

static void put_list(sv_buf *b, const char *what, const sv_str *names, size_t count)
{
	sv_buf_putf(b, "%s: ", what);
	for (size_t i = 0; i < count && i < SV_NAMES_SHOWN; i++) {
		sv_buf_puts(b, i ? ", " : "");
		sv_buf_put(b, names[i]);
	}
	if (count > SV_NAMES_SHOWN)
		sv_buf_putf(b, ", ... and %zu more", count - SV_NAMES_SHOWN);
}

const char *sv_names_hint_list(sv_arena *a, const char *what, const sv_str *names, size_t count,
                               sv_str written)
{
	if (count == 0)
		return NULL;
	sv_buf b = SV_BUF_INIT(a);
	size_t near = sv_near_find(written, names, count);
	if (near != SV_NONE)
		put_near(&b, names[near]);
	put_list(&b, what, names, count);
	return sv_buf_cstr(&b);
}

const char *sv_names_hint_tables(sv_arena *a, const sv_model *m, sv_str written)
{
	sv_str *names = SV_NEW_N(a, sv_str, m->table_count);
	for (size_t i = 0; i < m->table_count; i++)
		names[i] = m->tables[i].name;
	return sv_names_hint_list(a, "Tables", names, m->table_count, written);
}

const char *sv_names_hint_relationships(sv_arena *a, const sv_model *m, sv_str written)
{
	sv_str *names = SV_NEW_N(a, sv_str, m->relationship_count);
	for (size_t i = 0; i < m->relationship_count; i++)
		names[i] = m->relationships[i].name;
	if (m->relationship_count == 0)
		return "The view has no relationships";
	return sv_names_hint_list(a, "Relationships", names, m->relationship_count, written);
}

typedef struct {
	const sv_model *model;
	unsigned kinds;
	sv_map counts; /* how many of the listed members have a name */
	sv_str *shown; /* for each member, as it is listed */
	sv_str *near;  /* candidates for "did you mean" */
	sv_str *said;  /* and what is said for each */
	size_t near_count;
} listing;

static bool is_listed(const listing *l, const sv_member *it)
{
	unsigned kind = it->kind == SV_FACT        ? SV_NAMES_FACTS
	                : it->kind == SV_DIMENSION ? SV_NAMES_DIMENSIONS
	                                           : SV_NAMES_METRICS;
	return (l->kinds & kind) && (!it->is_private || (l->kinds & SV_NAMES_PRIVATE));
}

static void count_names(listing *l)
{
	for (size_t i = 0; i < sv_model_member_count(l->model); i++) {
		if (!is_listed(l, &l->model->members[i]))
			continue;
		size_t *count = sv_map_at(&l->counts, 0, l->model->members[i].name);
		*count = *count == SV_NONE ? 1 : *count + 1;
	}
}

static void name_members(sv_arena *a, listing *l, bool is_qualified)
{
	for (size_t i = 0; i < sv_model_member_count(l->model); i++) {
		sv_str name = l->model->members[i].name;
		if (!is_listed(l, &l->model->members[i]))
			continue;
		bool is_alone = sv_map_get(&l->counts, 0, name) == 1;
		l->shown[i] = is_alone ? name : sv_names_qualified(a, l->model, i);
		l->near[l->near_count] = is_qualified ? sv_names_qualified(a, l->model, i) : name;
		l->said[l->near_count] = is_qualified ? l->near[l->near_count] : l->shown[i];
		l->near_count++;
	}
}

/* "Dimensions: region, month" of the members from start to end. */
static void put_members(sv_arena *a, const listing *l, sv_buf *b, const char *what, size_t start,
                        size_t count)
{
	sv_str *names = SV_NEW_N(a, sv_str, count);
	size_t listed = 0;
	for (size_t i = start; i < start + count; i++)
		if (l->shown[i].ptr)
			names[listed++] = l->shown[i];
	if (listed == 0)
		return;
	if (b->len && b->ptr[b->len - 1] != ' ')
		sv_buf_puts(b, ". ");
	put_list(b, what, names, listed);
}

const char *sv_names_hint(sv_arena *a, const sv_model *m, unsigned kinds, sv_str written)
{
	size_t count = sv_model_member_count(m);
	listing l = {.model = m, .kinds = kinds};
	sv_buf b = SV_BUF_INIT(a);
	l.counts = sv_map_make(a, count);
	l.shown = SV_NEW_N(a, sv_str, count);
	l.near = SV_NEW_N(a, sv_str, count);
	l.said = SV_NEW_N(a, sv_str, count);
	count_names(&l);
	name_members(a, &l, written.len && memchr(written.ptr, '.', written.len));
	size_t near = sv_near_find(written, l.near, l.near_count);
	if (near != SV_NONE)
		put_near(&b, l.said[near]);
	put_members(a, &l, &b, "Dimensions", m->fact_count, m->dimension_count);
	put_members(a, &l, &b, "Facts", 0, m->fact_count);
	put_members(a, &l, &b, "Metrics", m->fact_count + m->dimension_count, m->metric_count);
	if (b.len == 0)
		return "The view has none";
	return sv_buf_cstr(&b);
}
