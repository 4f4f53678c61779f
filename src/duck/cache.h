/*
 * cache.h - views that were read, kept by the exact text they were read from: a
 * changed definition is another text, so what is found is never stale.
 *
 * Thread safe.  An entry lives in its own arena as long as somebody uses it.
 */
#ifndef SV_DUCK_CACHE_H
#define SV_DUCK_CACHE_H

#include "duck/lock.h"
#include "plan/view.h"

enum {
	SV_CACHE_ENTRIES = 256,
	SV_CACHE_BYTES = 64 * 1024 * 1024, /* of all arenas together */
};

typedef struct {
	sv_arena arena; /* holds this struct too */
	sv_str text;    /* the definition */
	sv_str created_on;
	sv_view view;
	unsigned users;  /* guarded by the cache's lock; the cache itself is one */
	size_t last_use; /* a tick */
} sv_entry;

typedef struct sv_cache sv_cache;

struct sv_cache {
	sv_lock lock;
	sv_entry *entries[SV_CACHE_ENTRIES];
	size_t bytes;
	size_t tick;
};

void sv_cache_init(sv_cache *cache);
void sv_cache_destroy(sv_cache *cache);

/* The entry of this view and text, with one more user; or NULL. */
sv_entry *sv_cache_find(sv_cache *cache, sv_str name, sv_str text);

/* Keeps an entry, whose user the caller stays; the least used ones give way. */
void sv_cache_put(sv_cache *cache, sv_entry *entry);

/* One user less; the last frees the entry. */
void sv_cache_release(sv_cache *cache, sv_entry *entry);

#endif
