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
	static const char *const names[] = {"BOOLEAN", "DATE",     "TIMESTAMP",
	                                    "HUGEINT", "UHUGEINT", "UUID"};
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

static bool has_exact_keys(sv_session *s, const sv_model *m, const sv_relationship *r,
                           sv_str database)
{
	sv_buf sql = SV_BUF_INIT(s->arena);
	size_t count = r->from_columns.count;
	sv_buf_puts(&sql, "SELECT ");
	put_columns(&sql, 'f', &r->from_columns);
	put_columns(&sql, 't', &r->to_columns);
	sv_buf_puts(&sql, " FROM ");
	sv_sql_put_source(&m->tables[r->from.index], database, &sql);
	sv_buf_puts(&sql, " AS f, ");
	sv_sql_put_source(&m->tables[r->to.index], database, &sql);
	sv_buf_puts(&sql, " AS t");
	sv_rows rows = sv_session_describe(s, sv_buf_cstr(&sql));
	if (rows.error || rows.row_count != 2 * count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!are_exact(sv_rows_at(&rows, i, 1), sv_rows_at(&rows, count + i, 1)))
			return false;
	return true;
}

const bool *sv_keys_exact(sv_session *s, const sv_view *v, sv_str database, const bool *asked)
{
	const sv_model *m = v->model;
	bool *exact = SV_NEW_N(s->arena, bool, m->relationship_count);
	for (size_t i = 0; i < m->relationship_count; i++)
		exact[i] = asked[i] && has_exact_keys(s, m, &m->relationships[i], database);
	return exact;
}
