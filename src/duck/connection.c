/*
 * The handle that DuckDB hands to an extension dies when loading ends, and the
 * API offers no other.  A connection kept from load time works, but owns the
 * database: after the user's close the file stays locked, the WAL stays behind
 * and a read-only reopen in the same process fails.  So we borrow.
 *
 * In every DuckDB from 1.3 to 2.0 a duckdb_database points to a shared pointer to
 * a DuckDB object, which starts with a shared pointer to the database instance,
 * and duckdb_connect() only follows them:
 *
 *   handle {&owner, NULL} -> owner {instance, control block} -> the instance
 *
 * We build the first two ourselves.  They own nothing and are valid while the
 * instance lives, and while one of our functions runs, it does.
 *
 * The instance is found in two places that must agree, by reads that are safe
 * whatever the layout:
 *
 * - the loader's handle.  DuckDB hands out its wrapper where a handle is
 *   declared, so the first word of the handle is the instance; if that is ever
 *   put right, it is the first word of what the first word points to;
 * - the client context of the load connection, where a shared pointer to the
 *   instance stands among the first words (word 2 today): we need its second
 *   word, the control block.
 *
 * Then a connection through the borrowed handle must answer.  If anything
 * differs, some connections are opened while that is still possible, and kept.
 * semantic_views_info() tells which it is.  A file is refused then: DuckDB lets
 * a process open a file once, and who opens it again after closing it would
 * wait for our connections without end.
 */
#include "duck/connection.h"

enum { CONTEXT_WORDS = 8, NAP_MS = 1, NAPS = 30000 };

#ifdef SV_KEEP_CONNECTIONS /* to test the fallback in a real DuckDB */
enum { MAY_BORROW = false };
#else
enum { MAY_BORROW = true };
#endif

static bool find_instance(duckdb_database *given, duckdb_connection load, void *owner[2])
{
	void *direct = (*given)->internal_ptr;
	if (!direct || !load->internal_ptr)
		return false;
	void *indirect = *(void **)direct;
	void **context = load->internal_ptr;
	for (size_t i = 0; i < CONTEXT_WORDS; i++) {
		if (context[i] && (context[i] == direct || context[i] == indirect) && context[i + 1]) {
			owner[0] = context[i];
			owner[1] = context[i + 1];
			return true;
		}
	}
	return false;
}

static bool answers(duckdb_connection connection)
{
	duckdb_result result;
	bool ok = duckdb_query(connection, "SELECT 1", &result) == DuckDBSuccess;
	ok = ok && duckdb_column_count(&result) == 1;
	duckdb_destroy_result(&result);
	return ok;
}

/* Whether the opened database lies in memory.  In doubt it does not. */
static bool is_in_memory(duckdb_connection connection)
{
	duckdb_result result;
	bool ok = duckdb_query(connection,
	                       "SELECT 1 FROM duckdb_databases() "
	                       "WHERE database_name = current_database() AND path IS NULL",
	                       &result) == DuckDBSuccess;
	duckdb_data_chunk row = ok ? duckdb_fetch_chunk(result) : NULL;
	ok = row && duckdb_data_chunk_get_size(row);
	duckdb_destroy_data_chunk(&row);
	duckdb_destroy_result(&result);
	return ok;
}

static bool try_borrowed(sv_connector *c)
{
	duckdb_connection connection;
	if (duckdb_connect(&c->handle.database, &connection) != DuckDBSuccess)
		return false;
	bool ok = answers(connection);
	duckdb_disconnect(&connection);
	return ok;
}

const char *sv_connector_init(sv_connector *c, duckdb_database *given, duckdb_connection load)
{
	sv_lock_init(&c->lock);
	c->handle.database.internal_ptr = c->owner;
	c->is_borrowed = MAY_BORROW && find_instance(given, load, c->owner) && try_borrowed(c);
	if (c->is_borrowed)
		return NULL;
	if (!is_in_memory(load))
		return "semantic_views: this version of DuckDB is not known, and a file could not be "
		       "closed while the extension is loaded. Update semantic_views, or open a database "
		       "in memory and ATTACH the file";
	for (size_t i = 0; i < SV_KEPT_CONNECTIONS; i++)
		if (duckdb_connect(*given, &c->kept[i]) != DuckDBSuccess) {
			c->kept[i] = NULL;
			return "semantic_views: no connection to the database can be opened";
		}
	return NULL;
}

static bool take_kept(sv_connector *c, duckdb_connection *out)
{
	bool found = false;
	sv_lock_take(&c->lock);
	for (size_t i = 0; i < SV_KEPT_CONNECTIONS && !found; i++) {
		if (!c->is_busy[i]) {
			c->is_busy[i] = found = true;
			*out = c->kept[i];
		}
	}
	sv_lock_give(&c->lock);
	return found;
}

bool sv_connector_open(sv_connector *c, duckdb_connection *out)
{
	if (c->is_borrowed)
		return duckdb_connect(&c->handle.database, out) == DuckDBSuccess;
	for (int i = 0; i < NAPS; i++) {
		if (take_kept(c, out))
			return true;
		sv_nap(NAP_MS);
	}
	return false;
}

void sv_connector_close(sv_connector *c, duckdb_connection *connection)
{
	if (c->is_borrowed) {
		duckdb_disconnect(connection);
		return;
	}
	duckdb_query(*connection, "ROLLBACK", NULL);          /* what a call left open; else an error */
	duckdb_query(*connection, "RESET search_path", NULL); /* USE, see marks.c */
	sv_lock_take(&c->lock);
	for (size_t i = 0; i < SV_KEPT_CONNECTIONS; i++)
		if (c->kept[i] == *connection)
			c->is_busy[i] = false;
	sv_lock_give(&c->lock);
	*connection = NULL;
}

void sv_connector_destroy(sv_connector *c)
{
	for (size_t i = 0; i < SV_KEPT_CONNECTIONS; i++)
		if (c->kept[i])
			duckdb_disconnect(&c->kept[i]);
	sv_lock_destroy(&c->lock);
}
