/*
 * names.h - what the author or the analyst may have meant, and what exists:
 * the hints of "unknown ..." problems.
 *
 * Everything returned lives in the arena passed in.  `written` is the name as it
 * was written, quotes removed, with its qualifier: "o.regoin" or "regoin".
 */
#ifndef SV_MODEL_NAMES_H
#define SV_MODEL_NAMES_H

#include "base/buf.h"
#include "model/model.h"

enum {
	SV_NAMES_FACTS = 1,
	SV_NAMES_DIMENSIONS = 2,
	SV_NAMES_METRICS = 4,
	SV_NAMES_PRIVATE = 8, /* private ones too: inside a definition */
};

enum { SV_NAMES_SHOWN = 20 }; /* a longer list is cut: ", ... and 5 more" */

/*
 * Members of these kinds:
 *
 *   Did you mean "region"? Dimensions: region, o.city, c.city
 *
 * A name that several of the listed members have comes with its table.
 */
const char *sv_names_hint(sv_arena *a, const sv_model *m, unsigned kinds, sv_str written);

/* Any other list: Did you mean "orders"? Tables: orders, customers */
const char *sv_names_hint_list(sv_arena *a, const char *what, const sv_str *names, size_t count,
                               sv_str written);

/* Tables, relationships of the view. */
const char *sv_names_hint_tables(sv_arena *a, const sv_model *m, sv_str written);
const char *sv_names_hint_relationships(sv_arena *a, const sv_model *m, sv_str written);

/* o.amount; just the name for a derived metric. */
sv_str sv_names_qualified(sv_arena *a, const sv_model *m, size_t member);

/* Members by their qualified names in quotes: 'o.name', 'c.name' */
const char *sv_names_members(sv_arena *a, const sv_model *m, const size_t *members, size_t count);

/* qualifier.name, or name. */
sv_str sv_names_written(sv_arena *a, sv_str qualifier, sv_str name);

#endif
