/*
 * cache.h - what was read from texts, kept by the exact text: views from their
 * definitions, syntax trees from where_clauses.  A changed definition is another
 * text, so what is found is never stale.
 *
 * Thread safe.  An entry lives in its own arena as long as somebody uses it.
 */
#ifndef SV_DUCK_CACHE_H
#define SV_DUCK_CACHE_H

#include "doc/doc.h"
#include "duck/session.h"
#include "plan/view.h"

enum {
	SV_CACHE_ENTRIES = 256,
	SV_CACHE_BYTES = 64 * 1024 * 1024, /* of all arenas together */
};

typedef struct {
	sv_arena arena; /* holds this struct too */
	sv_str name;    /* of a view; empty for a where_clause */
	sv_str text;
	sv_view view;
	const sv_doc *const *trees; /* of a where_clause */
	unsigned users;             /* guarded by the cache's lock; the cache itself is one */
	size_t last_use;            /* a tick */
} sv_entry;

struct sv_cache {
	sv_lock lock;
	sv_entry *entries[SV_CACHE_ENTRIES];
	size_t bytes;
	size_t tick;
};

void sv_cache_init(sv_cache *cache);
void sv_cache_destroy(sv_cache *cache);

/* Fills an entry whose name and text are set; what it makes lives in entry->arena.
 * False: it added a problem.  *is_lasting says whether the text alone decides. */
typedef bool (*sv_entry_maker)(sv_session *s, sv_entry *entry, const void *arg, bool *is_lasting);

/* The entry of this name and text, as long as the session lives: found, or made and
 * kept.  NULL after adding a problem. */
const sv_entry *sv_cache_get(sv_session *s, sv_str name, sv_str text, sv_entry_maker make,
                             const void *arg);

#endif
