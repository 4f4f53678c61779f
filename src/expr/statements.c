#include "base/ident.h"
#include "base/scan.h"
#include "expr/calls_int.h"
#include "expr/resolve.h"
#include "expr/tree_int.h"
#include "model/text.h"

/* PARTITION BY EXCLUDING is our own word: DuckDB gets spaces of the same length. */
static sv_str blank_excluding(sv_arena *a, sv_str text)
{
	size_t pos = 0;
	size_t word = sv_call_find_excluding(text, &pos);
	if (word == SV_NONE)
		return text;
	char *copy = sv_arena_alloc(a, text.len);
	memcpy(copy, text.ptr, text.len);
	for (; word != SV_NONE; word = sv_call_find_excluding(text, &pos))
		memset(copy + word, ' ', strlen("EXCLUDING"));
	return (sv_str){copy, text.len};
}

/*
 * DuckDB 1.x turns list(x ORDER BY x) into list_sort(list(x)) while it parses, and
 * the second x is gone.  Under another name of the same length the call stays as it
 * is; sv_tree_function_name() gives the name back.
 */
static bool is_rewritten(sv_str word)
{
	return sv_str_ieq(word, SV_LIT("list")) || sv_str_ieq(word, SV_LIT("array_agg"));
}

static sv_str disguise_lists(sv_arena *a, sv_str text)
{
	char *copy = NULL;
	sv_scan scan;
	for (size_t pos = 0; (scan = sv_scan_at(text, pos)).kind != SV_SCAN_END; pos = scan.end) {
		size_t behind = scan.end;
		if (scan.kind != SV_SCAN_WORD || !is_rewritten((sv_str){text.ptr + pos, scan.end - pos}))
			continue;
		sv_ident_skip_blanks(text, &behind);
		if (behind == text.len || text.ptr[behind] != '(')
			continue;
		if (!copy)
			copy = memcpy(sv_arena_alloc(a, text.len), text.ptr, text.len);
		copy[scan.end - 1] = SV_TREE_DISGUISE;
	}
	return copy ? (sv_str){copy, text.len} : text;
}

/* The line breaks end a comment that the text may end with. */
static void add_statements(sv_arena *a, sv_strs *out, sv_str text)
{
	sv_buf with = SV_BUF_INIT(a);
	sv_buf without = SV_BUF_INIT(a);
	sv_str blanked = disguise_lists(a, blank_excluding(a, text));
	sv_buf_puts(&with, SV_TREE_BEFORE);
	sv_buf_put(&with, blanked);
	sv_buf_puts(&with, "\n)");
	sv_buf_puts(&without, SV_TREE_BEFORE_BARE);
	sv_buf_put(&without, blanked);
	sv_buf_puts(&without, "\n");
	out->items[out->count++] = (sv_str){with.ptr, with.len};
	out->items[out->count++] = (sv_str){without.ptr, without.len};
}

sv_strs sv_expr_statements(sv_arena *a, const sv_model *m)
{
	size_t count = sv_model_expr_count(m);
	sv_strs out = {.items = SV_NEW_N(a, sv_str, 2 * count)};
	for (size_t i = 0; i < count; i++)
		if (!sv_model_expr_at(m, i)->is_resolved)
			add_statements(a, &out, sv_model_expr_at(m, i)->text);
	return out;
}

sv_strs sv_expr_where_statements(sv_arena *a, sv_str where)
{
	sv_strs out = {SV_NEW_N(a, sv_str, 2), 0};
	sv_diags ignored;
	sv_expr expr = {0};
	sv_diags_init(&ignored, a, NULL, where);
	/* What cannot be taken is reported when it is resolved; DuckDB need not see it. */
	if (!sv_expr_take(a, where, (sv_span){0, (uint32_t)where.len}, &expr, &ignored))
		expr.text = SV_LIT("NULL");
	add_statements(a, &out, expr.text);
	return out;
}
