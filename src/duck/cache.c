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

sv_entry *sv_cache_find(sv_cache *cache, sv_str name, sv_str text)
{
	sv_entry *found = NULL;
	sv_lock_take(&cache->lock);
	for (size_t i = 0; i < SV_CACHE_ENTRIES && !found; i++) {
		sv_entry *entry = cache->entries[i];
		if (entry && sv_str_eq(entry->view.name, name) && sv_str_eq(entry->text, text))
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
		if (cache->entries[i] && (best == SV_CACHE_ENTRIES || cache->entries[i]->last_use <
		                                                          cache->entries[best]->last_use))
			best = i;
	return best;
}

void sv_cache_put(sv_cache *cache, sv_entry *entry)
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

void sv_cache_release(sv_cache *cache, sv_entry *entry)
{
	sv_lock_take(&cache->lock);
	bool is_last = --entry->users == 0;
	sv_lock_give(&cache->lock);
	if (is_last)
		free_entry(entry);
}
