#include "duck/keys.h"

#include "sql/sql.h"

static bool is_among(sv_str type, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (sv_str_eq(type, (sv_str){names[i], strlen(names[i])}))
			return true;
	return false;
}

#define IS_AMONG(type, names) is_among(type, names, sizeof(names) / sizeof((names)[0]))

/* Compared as the wider of both, in which each value of the other has its place. */
static bool is_integer(sv_str type)
{
	static const char *const names[] = {
	    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
	};
	return IS_AMONG(type, names);
}

static bool is_exact(sv_str type)
{
	static const char *const names[] = {"HUGEINT", "UHUGEINT", "UUID"};
	return IS_AMONG(type, names);
}

static bool are_exact(sv_str x, sv_str y)
{
	return (is_integer(x) && is_integer(y)) || (is_exact(x) && sv_str_eq(x, y));
}

static void put_columns(sv_buf *sql, char alias, const sv_strs *columns)
{
	for (size_t i = 0; i < columns->count; i++) {
		sv_buf_putf(sql, "%s%c.", i || alias != 'f' ? ", " : "", alias);
		sv_buf_put_ident(sql, columns->items[i]);
	}
}

static bool is_plain(const sv_table *t)
{
	return t->found_name.ptr && !t->is_found_view;
}

static void find_types(sv_session *s, const sv_model *m, const sv_relationship *r, sv_str database,
                       sv_exact_key *out)
{
	const sv_table *from = &m->tables[r->from.index];
	const sv_table *to = &m->tables[r->to.index];
	size_t count = r->from_columns.count;
	sv_buf sql = SV_BUF_INIT(s->arena);
	if (!is_plain(from) || !is_plain(to))
		return;
	sv_buf_puts(&sql, "DESCRIBE SELECT ");
	put_columns(&sql, 'f', &r->from_columns);
	put_columns(&sql, 't', &r->to_columns);
	sv_buf_puts(&sql, " FROM ");
	sv_sql_put_source(from, database, &sql);
	sv_buf_puts(&sql, " AS f, ");
	sv_sql_put_source(to, database, &sql);
	sv_buf_puts(&sql, " AS t");
	/* No text of an author is in it, so it need not be prepared (sv_session_describe), which
	 * takes as long again in DuckDB 2.0. */
	sv_rows rows = sv_session_try(s, sv_buf_cstr(&sql), NULL, 0);
	if (rows.error || rows.row_count != 2 * count)
		return;
	sv_str *types = SV_NEW_N(s->arena, sv_str, 2 * count);
	for (size_t i = 0; i < 2 * count; i++)
		types[i] = sv_rows_at(&rows, i, 1);
	for (size_t i = 0; i < count; i++)
		if (!are_exact(types[i], types[count + i]))
			return;
	*out = (sv_exact_key){.from = types, .to = types + count};
}

const sv_exact_key *sv_keys_exact(sv_session *s, const sv_view *v, sv_str database,
                                  const bool *asked)
{
	const sv_model *m = v->model;
	sv_exact_key *exact = SV_NEW_N(s->arena, sv_exact_key, m->relationship_count);
	for (size_t i = 0; i < m->relationship_count; i++)
		if (asked[i])
			find_types(s, m, &m->relationships[i], database, &exact[i]);
	return exact;
}
