#include "duck/view.h"

#include "duck/trees.h"
#include "model/read.h"
#include "model/validate.h"
#include "plan/request.h"

static bool resolve(sv_session *s, sv_arena *a, sv_model *m, const sv_index *names,
                    sv_strs statements, const sv_sources *sources)
{
	sv_known_names known;
	const sv_doc *const *trees = sv_trees_read(s, statements);
	if (!trees || !sv_trees_read_names(s, trees, statements.count, &known))
		return false;
	sv_catalog catalog = sv_known_names_catalog(&known);
	catalog.columns = sources->columns;
	catalog.knows_columns = sources->knows_columns;
	return sv_expr_resolve_model(a, m, names, &catalog, trees, &s->diags);
}

bool sv_view_prepare(sv_session *s, sv_arena *a, sv_model *m, const sv_view_key *key, sv_view *out,
                     sv_sources *sources)
{
	*sources = (sv_sources){0};
	*out = (sv_view){.name = {sv_str_dup(a, key->name), key->name.len}, .model = m};
	out->names = sv_model_validate(a, m, &s->diags);
	if (!out->names)
		return false;
	sv_strs statements = sv_expr_statements(s->arena, m);
	if (statements.count && (!sv_sources_find(s, a, m, key->database, sources) ||
	                         !resolve(s, a, m, out->names, statements, sources)))
		return false;
	out->graph = sv_graph_build(a, m);
	return !statements.count || sv_plan_check(a, out, &s->diags);
}

sv_str sv_view_created_on(sv_str definition)
{
	const sv_str before = SV_LIT("{\"created_on\":\"");
	enum { TIME_LEN = 26 };
	if (definition.len < before.len + TIME_LEN || memcmp(definition.ptr, before.ptr, before.len) != 0)
		return (sv_str){0};
	return (sv_str){definition.ptr + before.len, TIME_LEN};
}

/* ---- entries ---- */

typedef struct {
	sv_session *s;
	const sv_view_key *key;
	sv_str definition;
	sv_arena arena; /* of the entry, until it is complete */
	sv_entry *entry;
	bool is_ok;
	bool is_lasting; /* what was read depends on the text alone */
} reading;

static void free_reading(void *handle)
{
	sv_arena_free(&((reading *)handle)->arena);
}

static void read_entry(void *arg)
{
	reading *r = arg;
	sv_arena *a = &r->arena;
	sv_sources sources;
	r->entry = SV_NEW(a, sv_entry);
	r->entry->text = (sv_str){sv_str_dup(a, r->definition), r->definition.len};
	r->entry->created_on = sv_view_created_on(r->entry->text);
	sv_model *m = sv_model_read(a, r->entry->text, &r->s->diags);
	r->is_ok = m && sv_view_prepare(r->s, a, m, r->key, &r->entry->view, &sources);
	r->is_lasting = r->is_ok && !sources.columns;
}

/* An entry that the session uses. */
typedef struct {
	sv_cache *cache;
	sv_entry *entry;
} used_entry;

static void release_entry(void *handle)
{
	used_entry *used = handle;
	sv_cache_release(used->cache, used->entry);
}

static sv_entry *read_new(sv_session *s, const sv_view_key *key, sv_str definition)
{
	reading *r = SV_NEW(s->arena, reading);
	void **place = sv_arena_own(s->arena, free_reading);
	*r = (reading){.s = s, .key = key, .definition = definition};
	*place = r;
	if (!sv_arena_try(&r->arena, read_entry, r))
		sv_arena_out_of_memory(s->arena);
	if (!r->is_ok)
		return NULL;
	*place = NULL;
	r->entry->arena = r->arena;
	r->entry->users = 1;
	if (r->is_lasting)
		sv_cache_put(s->instance->cache, r->entry);
	return r->entry;
}

const sv_entry *sv_view_of(sv_session *s, const sv_view_key *key, sv_str definition)
{
	if (!definition.ptr) {
		sv_session_fail(s, SV_E_INVALID, "the definition is NULL");
		return NULL;
	}
	used_entry *used = SV_NEW(s->arena, used_entry);
	void **place = sv_arena_own(s->arena, release_entry);
	used->cache = s->instance->cache;
	used->entry = sv_cache_find(used->cache, key->name, definition);
	if (!used->entry)
		used->entry = read_new(s, key, definition);
	if (used->entry)
		*place = used;
	return used->entry;
}

const sv_entry *sv_view_open(sv_session *s, sv_str name, sv_view_key *key)
{
	sv_str definition;
	if (!sv_catalog_key(s, name, key) || !sv_catalog_read(s, key, &definition))
		return NULL;
	return sv_view_of(s, key, definition);
}
