#include "duck/cache.h"

void sv_cache_init(sv_cache *cache)
{
	sv_lock_init(&cache->lock);
}

static void free_entry(sv_entry *entry)
{
	sv_arena arena = entry->arena; /* the entry lies in it */
	sv_arena_free(&arena);
}

/* Takes the entry out of its slot; returns it when nobody else uses it. */
static sv_entry *evict(sv_cache *cache, size_t slot)
{
	sv_entry *entry = cache->entries[slot];
	cache->entries[slot] = NULL;
	if (!entry)
		return NULL;
	cache->bytes -= entry->arena.total;
	return --entry->users == 0 ? entry : NULL;
}

void sv_cache_destroy(sv_cache *cache)
{
	for (size_t i = 0; i < SV_CACHE_ENTRIES; i++) {
		sv_entry *last = evict(cache, i);
		if (last)
			free_entry(last);
	}
	sv_lock_destroy(&cache->lock);
}

/* The entry of this name and text, with one more user; or NULL. */
static sv_entry *find(sv_cache *cache, sv_str name, sv_str text)
{
	sv_entry *found = NULL;
	sv_lock_take(&cache->lock);
	for (size_t i = 0; i < SV_CACHE_ENTRIES && !found; i++) {
		sv_entry *entry = cache->entries[i];
		if (entry && sv_str_eq(entry->name, name) && sv_str_eq(entry->text, text))
			found = entry;
	}
	if (found) {
		found->users++;
		found->last_use = ++cache->tick;
	}
	sv_lock_give(&cache->lock);
	return found;
}

/* A free slot, else that of the entry not used for longest. */
static size_t oldest(const sv_cache *cache)
{
	size_t best = 0;
	for (size_t i = 0; i < SV_CACHE_ENTRIES; i++) {
		if (!cache->entries[i])
			return i;
		if (cache->entries[i]->last_use < cache->entries[best]->last_use)
			best = i;
	}
	return best;
}

/* The entry not used for longest, or SV_CACHE_ENTRIES when there is none. */
static size_t oldest_taken(const sv_cache *cache)
{
	size_t best = SV_CACHE_ENTRIES;
	for (size_t i = 0; i < SV_CACHE_ENTRIES; i++)
		if (cache->entries[i] && (best == SV_CACHE_ENTRIES ||
		                          cache->entries[i]->last_use < cache->entries[best]->last_use))
			best = i;
	return best;
}

/* Keeps an entry, whose user the caller stays; the least used ones give way. */
static void put(sv_cache *cache, sv_entry *entry)
{
	if (entry->arena.total > SV_CACHE_BYTES / 4)
		return;
	sv_lock_take(&cache->lock);
	while (cache->bytes + entry->arena.total > SV_CACHE_BYTES) {
		sv_entry *last = evict(cache, oldest_taken(cache));
		if (last)
			free_entry(last);
	}
	size_t slot = oldest(cache);
	sv_entry *last = evict(cache, slot);
	if (last)
		free_entry(last);
	cache->entries[slot] = entry;
	cache->bytes += entry->arena.total;
	entry->users++;
	entry->last_use = ++cache->tick;
	sv_lock_give(&cache->lock);
}

/* One user less; the last frees the entry. */
static void let_go(sv_cache *cache, sv_entry *entry)
{
	sv_lock_take(&cache->lock);
	bool is_last = --entry->users == 0;
	sv_lock_give(&cache->lock);
	if (is_last)
		free_entry(entry);
}

/* ---- entries in the making ---- */

typedef struct {
	sv_session *s;
	sv_str name;
	sv_str text;
	sv_entry_maker make;
	const void *arg;
	sv_entry *entry; /* its arena is `arena` until it is complete */
	sv_arena arena;
	bool is_ok;
	bool is_lasting;
} making;

static void free_making(void *handle)
{
	making *m = handle;
	sv_arena *arena = m->entry ? &m->entry->arena : &m->arena;
	sv_arena copy = *arena; /* the entry lies in it */
	sv_arena_free(&copy);
}

static sv_str keep(sv_arena *a, sv_str text)
{
	return (sv_str){sv_str_dup(a, text), text.len};
}

static void make_entry(void *arg)
{
	making *m = arg;
	m->entry->name = keep(&m->entry->arena, m->name);
	m->entry->text = keep(&m->entry->arena, m->text);
	m->is_ok = m->make(m->s, m->entry, m->arg, &m->is_lasting);
}

static void allocate_entry(void *arg)
{
	making *m = arg;
	m->entry = SV_NEW(&m->arena, sv_entry);
}

/* An entry that a session uses. */
typedef struct {
	sv_cache *cache;
	sv_entry *entry;
} used_entry;

static void release_used(void *handle)
{
	used_entry *used = handle;
	let_go(used->cache, used->entry);
}

/* Makes an entry in an arena of its own, which goes with the session should an
 * allocation fail on the way. */
static sv_entry *make_new(making *m)
{
	sv_session *s = m->s;
	void **place = sv_arena_own(s->arena, free_making);
	*place = m;
	if (!sv_arena_try(&m->arena, allocate_entry, m))
		sv_arena_out_of_memory(s->arena);
	m->entry->arena = m->arena;
	if (!sv_arena_try(&m->entry->arena, make_entry, m))
		sv_arena_out_of_memory(s->arena);
	if (!m->is_ok)
		return NULL;
	*place = NULL;
	m->entry->users = 1;
	if (m->is_lasting)
		put(s->instance->cache, m->entry);
	return m->entry;
}

const sv_entry *sv_cache_get(sv_session *s, sv_str name, sv_str text, sv_entry_maker make,
                             const void *arg)
{
	making *m = SV_NEW(s->arena, making);
	used_entry *used = SV_NEW(s->arena, used_entry);
	void **place = sv_arena_own(s->arena, release_used);
	*m = (making){.s = s, .name = name, .text = text, .make = make, .arg = arg};
	used->cache = s->instance->cache;
	used->entry = find(used->cache, name, text);
	if (!used->entry)
		used->entry = make_new(m);
	if (used->entry)
		*place = used;
	return used->entry;
}
