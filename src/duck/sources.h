/*
 * sources.h - which table or view of the database each source of a model is.
 */
#ifndef SV_DUCK_SOURCES_H
#define SV_DUCK_SOURCES_H

#include "duck/session.h"

/* One item per table of the model. */
typedef struct {
	sv_strs *columns;
	bool *knows_columns; /* false: the source was not found */
} sv_sources;

/*
 * Finds the sources of a model whose view belongs to `database`, and in the same way
 * the tables that its queries read (sv_reads_find()).
 *
 * One in that database is noted in the table (found_schema, found_name): with a
 * schema that one, without it the only table or view of the name in any schema.
 * Several are a problem that lists them, since the caller's search path is not
 * known here.  One in another attached database, and a query that binds, is known
 * but stays as written; anything else (a temp table, a table to come) too.
 */
bool sv_sources_find(sv_session *s, sv_arena *a, sv_model *m, sv_str database, sv_sources *out);

/*
 * Which sources of a view that was defined can be found now: by where they were
 * found then, else by what is written.  Notes nothing and reports nothing.
 */
bool sv_sources_look(sv_session *s, const sv_model *m, sv_str database, sv_sources *out);

#endif
