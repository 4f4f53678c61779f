/*
 * catalog.h - the definitions: a table in each database that holds some,
 *
 *   semantic_layer._definitions (name VARCHAR PRIMARY KEY, definition VARCHAR)
 *
 * The table is the only truth: nothing is answered from memory without having
 * read it.  Writers commit on their own, whatever transaction the caller is in.
 */
#ifndef SV_DUCK_CATALOG_H
#define SV_DUCK_CATALOG_H

#include "duck/session.h"

/* The name of a view and the database that it belongs to. */
typedef struct {
	sv_str text;       /* as messages show it: sales, other.sales */
	sv_str database;   /* an attached database */
	sv_str name;       /* the view's name there */
	bool has_database; /* the database was written */
} sv_view_key;

/*
 * What a name means: quotes are removed; the first of several parts may be the
 * name of an attached database.  Otherwise the whole is a name in the opened one.
 *
 *   sales            sales in the opened database
 *   other.sales      sales in `other`, if such a database is attached
 *   finance.sales    "finance.sales" in the opened database, otherwise
 *   my view          no identifier: taken as it is
 */
bool sv_catalog_key(sv_session *s, sv_str text, sv_view_key *out);

/* The same for a name whose parts a parser has read. */
bool sv_catalog_key_of(sv_session *s, const sv_str *parts, size_t count, sv_view_key *out);

/* Whether a database of this name is attached, DuckDB's own left out; *found is its
 * name as DuckDB has it. */
bool sv_catalog_find_database(sv_session *s, sv_str database, sv_str *found, bool *is_attached);

/* The name as another statement would have to write it: with its database when
 * that is not the opened one, or when `is_full`. */
sv_str sv_catalog_written(sv_session *s, sv_str database, sv_str name, bool is_full);

typedef enum {
	SV_LOOKUP_FAILED, /* a problem was added */
	SV_LOOKUP_FOUND,
	SV_LOOKUP_MISSING, /* nothing was added */
} sv_lookup;

/* Finds a definition by name, in any case; name->name becomes what the table has. */
sv_lookup sv_catalog_find(sv_session *s, sv_view_key *name, sv_str *definition);

/* The same; a missing view is the problem: semantic view 'x' does not exist. */
bool sv_catalog_read(sv_session *s, sv_view_key *name, sv_str *definition);

/* sv_catalog_key() and sv_catalog_read() in one, for requests: a single statement where
 * no other database is attached. */
bool sv_catalog_open(sv_session *s, sv_str text, sv_view_key *key, sv_str *definition);

/* Whether there is such a view. */
sv_lookup sv_catalog_look(sv_session *s, const sv_view_key *name);

/* Add the problem: semantic view 'x' does not exist, already exists.  Return false. */
bool sv_catalog_fail_missing(sv_session *s, const sv_view_key *name);
bool sv_catalog_fail_exists(sv_session *s, const sv_view_key *name);

/* {"created_on":"2025-01-31 12:34:56.123456", ...: the time that a stored definition
 * begins with; NULL pointer when it does not. */
sv_str sv_catalog_created_on(sv_str definition);

/* A row of the table. */
typedef struct {
	sv_str database;
	sv_str name;
	sv_str definition;
} sv_stored;

typedef struct {
	sv_stored *items;
	size_t count;
} sv_stored_list;

/* The definitions of one database, or of all attached (database NULL), the opened
 * one first, in the order of their names. */
bool sv_catalog_list(sv_session *s, sv_str database, sv_stored_list *out);

typedef enum {
	SV_CREATE, /* it must not exist */
	SV_CREATE_OR_REPLACE,
	SV_CREATE_IF_NOT_EXISTS, /* then nothing happens */
} sv_create_mode;

/* Stores a definition.  *existed tells whether there was one. */
bool sv_catalog_create(sv_session *s, const sv_view_key *name, sv_str definition,
                       sv_create_mode mode, bool *existed);

/* *existed: false when there was no such view; then nothing happened. */
bool sv_catalog_drop(sv_session *s, const sv_view_key *name, bool *existed);
bool sv_catalog_rename(sv_session *s, const sv_view_key *name, const sv_view_key *to,
                       bool *existed);

/* Replaces a definition that is still `old`.  *is_done: false when it is not. */
bool sv_catalog_change(sv_session *s, const sv_view_key *name, sv_str old, sv_str definition,
                       bool *is_done);

/* Adds all rows of another table with these columns, or none of them: a view that
 * exists is the problem. */
bool sv_catalog_add_all(sv_session *s, sv_str database, const char *table);

/* The statement that removes the views that such a table names. */
const char *sv_catalog_removal(sv_session *s, sv_str database, const char *table);

/* At LOAD: makes the table in the opened database if that can be written.  What
 * cannot be made now is made, or reported, by the first definition. */
void sv_catalog_set_up(sv_session *s);

/* Whether the database can be written. */
bool sv_catalog_is_writable(sv_session *s, sv_str database);

#endif
