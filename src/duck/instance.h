/*
 * instance.h - what belongs to one database instance: one for each LOAD.
 *
 * Functions reach it through their extra info and share it; the last of them to
 * go frees it.  All of it is thread safe, or not changed after LOAD.
 */
#ifndef SV_DUCK_INSTANCE_H
#define SV_DUCK_INSTANCE_H

#include <stdatomic.h>

#include "base/words.h"
#include "duck/connection.h"

typedef struct sv_cache sv_cache;

enum { SV_KNOWN_MARKS = 64 };

/* The mark of an attached database; empty: it has none. */
typedef struct {
	char number[24]; /* of the attachment */
	char mark[40];
} sv_known_mark;

typedef struct {
	atomic_bool has_others;              /* databases were attached when somebody last looked */
	sv_lock lock;                        /* guards the rest */
	sv_known_mark known[SV_KNOWN_MARKS]; /* the oldest is replaced */
	size_t next;
} sv_marks;

typedef struct {
	sv_arena arena;      /* used while LOAD runs only */
	atomic_size_t users; /* functions that point here, and LOAD */
	sv_connector connector;
	sv_lock writing; /* one of our transactions writes definitions at a time */
	sv_cache *cache; /* of views, see cache.h */
	sv_str database; /* the name of the opened database */
	/*
	 * Stands in the macro semantic_view of the opened database, and tells it from that
	 * of another which is attached: each means the views of its own database.
	 */
	sv_str mark;
	sv_marks marks;      /* of other databases, see marks.h */
	sv_words keywords;   /* that must be quoted */
	sv_words aggregates; /* aggregate functions known at LOAD */
	sv_words macros;     /* table macros in schema main at LOAD: "name body" */
} sv_instance;

/*
 * Makes the instance while LOAD runs (see sv_connector_init).  Returns NULL and
 * sets *error (a text in `load`) when no connection can be made or DuckDB cannot
 * be asked.  The caller is its first user.
 */
sv_instance *sv_instance_new(sv_arena *load, duckdb_database *given, duckdb_connection connection,
                             const char **error);

void sv_instance_use(sv_instance *i);

/* One user less; `instance` is a sv_instance, as DuckDB's destructors have it. */
void sv_instance_release(void *instance);

#endif
