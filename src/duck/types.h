/*
 * types.h - what DuckDB's binder says about the members of a view: their types, or
 * why they do not bind.  Nothing is run.
 */
#ifndef SV_DUCK_TYPES_H
#define SV_DUCK_TYPES_H

#include <limits.h>

#include "duck/sources.h"
#include "plan/view.h"

/* One item per member of the view. */
typedef struct {
	sv_str *types;       /* NULL pointer: it does not bind now, or was not asked */
	const char **errors; /* why; NULL: it binds, or nobody wants to know */
} sv_types;

enum { SV_NO_ERRORS = 0, SV_ALL_ERRORS = INT_MAX };

/*
 * Binds the given members of a view of `database`: all in one statement, and when
 * that fails, finds out which do and binds those.  Stops after `max_errors` that do
 * not bind, SV_NO_ERRORS: never, but says of none why.
 */
sv_types sv_types_read(sv_session *s, const sv_view *v, sv_str database, const size_t *members,
                       size_t count, size_t max_errors);

/* All types of a view that was defined, as they are now.  False only when DuckDB
 * cannot be asked. */
bool sv_types_now(sv_session *s, const sv_view *v, sv_str database, sv_types *out);

/* Members that can be bound: all tables that they read have a source that is known. */
size_t sv_types_bindable(sv_session *s, const sv_view *v, const sv_sources *sources, size_t *out);

/* DuckDB's message without the line of generated SQL below it. */
const char *sv_types_without_line(sv_session *s, const char *error);

#endif
