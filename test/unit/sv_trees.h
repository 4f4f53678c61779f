/*
 * sv_trees.h - real syntax trees for tests of expr/, as several versions of DuckDB
 * wrote them: trees/VERSION.jsonl, recorded by scripts/record_trees.py.
 *
 * Run with --statements, a test prints the statements that it wants recorded.
 */
#ifndef SV_TREES_H
#define SV_TREES_H

#include <stdio.h>
#include <stdlib.h>

#include "sv_test.h"

#include "expr/resolve.h"
#include "model/read.h"
#include "model/validate.h"

static const char *const tree_versions[] = {"1.4.4", "1.5.6", "2.0.0"};
enum { TREE_VERSIONS = sizeof(tree_versions) / sizeof(tree_versions[0]) };

typedef struct {
	sv_str *statements;
	const sv_doc **trees;
	size_t count;
} recorded;

static sv_arena trees_arena;
static recorded trees[TREE_VERSIONS];

static sv_str read_file(sv_arena *a, const char *path)
{
	FILE *file = fopen(path, "rb");
	if (!file)
		return (sv_str){0};
	sv_buf b = SV_BUF_INIT(a);
	char part[8192];
	for (size_t n; (n = fread(part, 1, sizeof(part), file)) > 0;)
		sv_buf_put(&b, (sv_str){part, n});
	fclose(file);
	return (sv_str){b.ptr, b.len};
}

static void load_trees(size_t version)
{
	recorded *r = &trees[version];
	sv_buf path = SV_BUF_INIT(&trees_arena);
	sv_buf_putf(&path, "%s/%s.jsonl", SV_TREES, tree_versions[version]);
	sv_str text = read_file(&trees_arena, sv_buf_cstr(&path));
	size_t lines = 0;
	for (size_t i = 0; i < text.len; i++)
		lines += text.ptr[i] == '\n';
	r->statements = SV_NEW_N(&trees_arena, sv_str, lines);
	r->trees = SV_NEW_N(&trees_arena, const sv_doc *, lines);
	for (size_t start = 0; start < text.len;) {
		const char *end = memchr(text.ptr + start, '\n', text.len - start);
		size_t len = (end ? (size_t)(end - text.ptr) : text.len) - start;
		const sv_doc *line =
		    sv_doc_parse_trusted_json(&trees_arena, (sv_str){text.ptr + start, len});
		if (line && r->count < lines) {
			r->statements[r->count] = sv_doc_get(line, "statement")->text;
			r->trees[r->count++] = sv_doc_get(line, "tree");
		}
		start += len + 1;
	}
}

static int open_trees(void **state)
{
	(void)state;
	for (size_t i = 0; i < TREE_VERSIONS; i++)
		load_trees(i);
	return 0;
}

static int close_trees(void **state)
{
	(void)state;
	sv_arena_free(&trees_arena);
	return 0;
}

static const sv_doc *find_tree(size_t version, sv_str statement)
{
	const recorded *r = &trees[version];
	for (size_t i = 0; i < r->count; i++)
		if (sv_str_eq(r->statements[i], statement))
			return r->trees[i];
	print_error("no tree of %s for: %.*s\nRun scripts/record_trees.py\n", tree_versions[version],
	            SV_FMT(statement));
	return NULL;
}

static const sv_doc **find_trees(sv_arena *a, size_t version, sv_strs statements)
{
	const sv_doc **out = SV_NEW_N(a, const sv_doc *, statements.count);
	for (size_t i = 0; i < statements.count; i++)
		out[i] = find_tree(version, statements.items[i]);
	return out;
}

static void print_statements(sv_arena *a, sv_strs statements)
{
	for (size_t i = 0; i < statements.count; i++) {
		sv_buf line = SV_BUF_INIT(a);
		sv_doc_put_json_string(&line, statements.items[i]);
		puts(sv_buf_cstr(&line));
	}
}

/* "a b c" as a sorted set of words. */
static const sv_words *words_of(sv_arena *a, const char *text)
{
	sv_words *out = SV_NEW(a, sv_words);
	out->items = SV_NEW_N(a, sv_str, strlen(text) / 2 + 1);
	for (const char *at = text; *at;) {
		size_t len = strcspn(at, " ");
		out->items[out->count++] = (sv_str){at, len};
		at += len + strspn(at + len, " ");
	}
	sv_words_sort(out);
	return out;
}

/* What a table has: "o: id amount"; tables that are not listed are not known. */
static sv_catalog catalog_of(sv_arena *a, const sv_model *m, const char *const *tables,
                             size_t count)
{
	sv_strs *columns = SV_NEW_N(a, sv_strs, m->table_count);
	bool *knows = SV_NEW_N(a, bool, m->table_count);
	for (size_t i = 0; i < m->table_count; i++) {
		for (size_t k = 0; k < count; k++) {
			size_t len = strcspn(tables[k], ":");
			if (!sv_str_eq(m->tables[i].name, (sv_str){tables[k], len}))
				continue;
			const sv_words *words = words_of(a, tables[k] + len + 2);
			columns[i] = (sv_strs){words->items, words->count};
			knows[i] = true;
		}
	}
	return (sv_catalog){
	    .columns = columns,
	    .knows_columns = knows,
	    .aggregates =
	        words_of(a, "any_value approx_count_distinct arg_max array_agg avg count count_star "
	                    "entropy first lag list max median min mode quantile_cont rank "
	                    "row_number string_agg sum"),
	    .aggregate_macros = words_of(a, "growth"),
	    .macros = words_of(a, "growth upper"),
	    .schemas = words_of(a, "main sales"),
	};
}

/* A definition with every "?" replaced by an expression as a JSON string. */
static sv_str fill_in(sv_arena *a, const char *definition, const char *expr)
{
	sv_buf b = SV_BUF_INIT(a);
	for (; *definition; definition++) {
		if (*definition == '?')
			sv_doc_put_json_string(&b, (sv_str){expr, strlen(expr)});
		else
			sv_buf_putc(&b, *definition);
	}
	return (sv_str){b.ptr, b.len};
}

typedef struct {
	sv_arena arena;
	sv_diags diags;
	sv_model *model;
	const sv_index *names;
	sv_catalog catalog;
} view;

/* Opens a definition in which "?" stands for the expression. */
static void open_view(view *v, const char *definition, const char *expr, const char *const *tables,
                      size_t count)
{
	*v = (view){0};
	sv_str text = fill_in(&v->arena, definition, expr);
	sv_diags_init(&v->diags, &v->arena, NULL, text);
	v->model = sv_model_read(&v->arena, text, &v->diags);
	v->names = v->model ? sv_model_validate(&v->arena, v->model, &v->diags) : NULL;
	if (!v->names) {
		sv_buf out = SV_BUF_INIT(&v->arena);
		sv_diags_render(&v->diags, &out);
		print_error("%s\n", sv_buf_cstr(&out));
		abort();
	}
	v->catalog = catalog_of(&v->arena, v->model, tables, count);
}

#endif
