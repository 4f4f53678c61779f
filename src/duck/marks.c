/*
 *   who is attached   a name and a number each, which DuckDB never gives out twice
 *   their marks       listing the macros takes 15 ms: kept by that number
 *
 * A database without a schema semantic_layer has no mark, but COPY FROM DATABASE may
 * bring one at any time: it is looked at again each time, by what takes 0.1 ms.
 */
#include "duck/marks.h"

#include "duck/macros.h"

typedef struct {
	sv_str name;
	sv_str number;
	sv_str mark; /* NULL pointer: none */
} attached;

typedef struct {
	attached *items;
	size_t count;
} attachments;

/* ---- marks that are known ---- */

static bool recall(sv_session *s, attached *a)
{
	sv_marks *marks = &s->instance->marks;
	bool found = false;
	sv_lock_take(&marks->lock);
	for (size_t i = 0; i < SV_KNOWN_MARKS && !found; i++) {
		const sv_known_mark *known = &marks->known[i];
		found = sv_str_eq(a->number, (sv_str){known->number, strlen(known->number)});
		if (found && known->mark[0])
			a->mark = (sv_str){sv_str_dup(s->arena, (sv_str){known->mark, strlen(known->mark)}),
			                   strlen(known->mark)};
	}
	sv_lock_give(&marks->lock);
	return found;
}

static void keep(sv_session *s, const attached *a)
{
	sv_marks *marks = &s->instance->marks;
	sv_known_mark known = {0};
	if (a->number.len >= sizeof(known.number) || a->mark.len >= sizeof(known.mark))
		return;
	memcpy(known.number, a->number.ptr, a->number.len);
	if (a->mark.ptr)
		memcpy(known.mark, a->mark.ptr, a->mark.len);
	sv_lock_take(&marks->lock);
	marks->known[marks->next] = known;
	marks->next = (marks->next + 1) % SV_KNOWN_MARKS;
	sv_lock_give(&marks->lock);
}

/* ---- asking DuckDB ---- */

static bool is_internal(sv_str database)
{
	return sv_str_eq(database, SV_LIT("system")) || sv_str_eq(database, SV_LIT("temp"));
}

bool sv_marks_is_other(const sv_session *s, sv_str database)
{
	return !is_internal(database) && !sv_str_eq(database, s->instance->database);
}

bool sv_marks_may_be_alone(sv_session *s)
{
	return !atomic_load(&s->instance->marks.has_others);
}

/* The names only: twice as fast as the whole list.  Most databases stay alone. */
static bool look_for_others(sv_session *s, bool *has_others)
{
	sv_rows rows;
	*has_others = !sv_marks_may_be_alone(s);
	if (*has_others)
		return true;
	if (!sv_session_query(s, "SELECT database_name FROM duckdb_databases()", NULL, 0, &rows))
		return false;
	for (size_t i = 0; i < rows.row_count && !*has_others; i++)
		*has_others = sv_marks_is_other(s, sv_rows_at(&rows, i, 0));
	return true;
}

static bool list_attached(sv_session *s, attachments *out)
{
	sv_rows rows;
	if (!sv_session_query(s,
	                      "SELECT database_name, database_oid::VARCHAR, type "
	                      "FROM duckdb_databases()",
	                      NULL, 0, &rows))
		return false;
	out->items = SV_NEW_N(s->arena, attached, rows.row_count);
	for (size_t i = 0; i < rows.row_count; i++) {
		sv_str name = sv_rows_at(&rows, i, 0);
		if (!is_internal(name) && sv_str_eq(sv_rows_at(&rows, i, 2), SV_LIT("duckdb")))
			out->items[out->count++] = (attached){name, sv_rows_at(&rows, i, 1), {0}};
	}
	return true;
}

static bool has_semantic_layer(sv_session *s, sv_str database)
{
	sv_buf sql = SV_BUF_INIT(s->arena);
	sql.keywords = &s->instance->keywords;
	sv_buf_puts(&sql, "USE ");
	sv_buf_put_ident(&sql, database);
	sv_buf_puts(&sql, ".semantic_layer");
	return !sv_session_try(s, sv_buf_cstr(&sql), NULL, 0).error;
}

static bool read_mark(sv_session *s, attached *a)
{
	sv_rows rows;
	if (!sv_session_query(s,
	                      "SELECT function_name || ' ' || macro_definition FROM duckdb_functions() "
	                      "WHERE function_type = 'table_macro' AND schema_name = 'main' "
	                      "AND database_name = $1",
	                      &SV_PARAM(a->name), 1, &rows))
		return false;
	sv_words macros = {.items = rows.cells, .count = rows.row_count};
	a->mark = sv_macros_mark(s->arena, &macros);
	keep(s, a);
	return true;
}

/* Our connection is in another schema after it. */
static bool find_marks(sv_session *s, attachments *all)
{
	for (size_t i = 0; i < all->count; i++) {
		attached *a = &all->items[i];
		if (sv_str_eq(a->name, s->instance->database))
			a->mark = s->instance->mark;
		else if (!recall(s, a) && has_semantic_layer(s, a->name) && !read_mark(s, a))
			return false;
	}
	return true;
}

static bool fail_copies(sv_session *s, sv_str a, sv_str b)
{
	sv_words names = {.items = (sv_str[]){a, b}, .count = 2};
	sv_words_sort(&names);
	return sv_session_fail(s, SV_E_AMBIGUOUS,
	                       "the databases '%.*s' and '%.*s' are copies of each other: write the "
	                       "name of the database before that of the semantic view",
	                       SV_FMT(names.items[0]), SV_FMT(names.items[1]));
}

bool sv_marks_default_database(sv_session *s, sv_str *out)
{
	attachments all = {0};
	bool has_others = false;
	*out = s->instance->database;
	if (!s->mark.ptr) /* not called by a macro */
		return true;
	if (!look_for_others(s, &has_others))
		return false;
	if (!has_others)
		return true;
	if (!list_attached(s, &all))
		return false;
	atomic_store(&s->instance->marks.has_others, all.count > 1);
	bool ok = find_marks(s, &all);
	sv_session_disconnect(s);
	const attached *found = NULL;
	for (size_t i = 0; i < all.count && ok; i++) {
		const attached *a = &all.items[i];
		if (!a->mark.ptr || !sv_str_eq(a->mark, s->mark))
			continue;
		if (found)
			return fail_copies(s, found->name, a->name);
		found = a;
		*out = a->name;
	}
	return ok;
}
