#include "duck/view.h"

#include "duck/trees.h"
#include "expr/reads.h"
#include "model/read.h"
#include "model/validate.h"
#include "plan/request.h"

/* The trees of all statements: those of expressions, then those of sources. */
static const sv_doc *const *parse(sv_session *s, const sv_model *m, sv_strs expressions)
{
	sv_strs sources = sv_reads_statements(s->arena, m);
	sv_strs all = {.items = SV_NEW_N(s->arena, sv_str, expressions.count + sources.count)};
	for (size_t i = 0; i < expressions.count; i++)
		all.items[all.count++] = expressions.items[i];
	for (size_t i = 0; i < sources.count; i++)
		all.items[all.count++] = sources.items[i];
	return sv_trees_read(s, s->arena, all);
}

static bool resolve(sv_session *s, sv_arena *a, sv_model *m, const sv_view_key *key,
                    const sv_index *names, sv_strs statements, sv_sources *sources)
{
	sv_known_names known;
	const sv_doc *const *trees = parse(s, m, statements);
	if (!trees || !sv_reads_find(a, m, trees, trees + statements.count, &s->diags) ||
	    !sv_sources_find(s, a, m, key->database, sources) ||
	    !sv_trees_read_names(s, trees, statements.count, &known))
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
	if (statements.count && !resolve(s, a, m, key, out->names, statements, sources))
		return false;
	out->graph = sv_graph_build(a, m);
	return !statements.count || sv_plan_check(a, out, &s->diags);
}

static bool make_view(sv_session *s, sv_entry *entry, const void *arg, bool *is_lasting)
{
	sv_sources sources;
	sv_model *m = sv_model_read(&entry->arena, entry->text, &s->diags);
	if (!m || !sv_view_prepare(s, &entry->arena, m, arg, &entry->view, &sources))
		return false;
	*is_lasting = !sources.columns; /* no table was looked at */
	return true;
}

const sv_entry *sv_view_of(sv_session *s, const sv_view_key *key, sv_str definition)
{
	if (definition.ptr)
		return sv_cache_get(s, key->name, definition, make_view, key);
	sv_session_fail(s, SV_E_INVALID, "the definition is NULL");
	return NULL;
}

const sv_entry *sv_view_open(sv_session *s, sv_str name, sv_view_key *key)
{
	sv_str definition;
	if (!sv_catalog_open(s, name, key, &definition))
		return NULL;
	return sv_view_of(s, key, definition);
}
