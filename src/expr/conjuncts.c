#include "expr/conjuncts_int.h"

#include "expr/tokens_int.h"

static bool is_and(const sv_doc *node)
{
	return sv_tree_is(node, "CONJUNCTION") && sv_tree_has_type(node, "CONJUNCTION_AND");
}

static void put_part(sv_arena *a, sv_expr *e, size_t start, size_t end)
{
	size_t n = e->conjunct_count;
	if ((n & (n - 1)) == 0) /* full: 0, 1, 2, 4, 8 */
		e->conjuncts =
		    sv_arena_grow(a, e->conjuncts, n * sizeof(sv_span), (n ? n * 2 : 1) * sizeof(sv_span));
	e->conjuncts[e->conjunct_count++] = (sv_span){(uint32_t)start, (uint32_t)end};
}

/* x BETWEEN 1 AND 2 has an AND of its own, and so may have what stands in CASE ... END. */
static void split(sv_arena *a, sv_expr *e)
{
	size_t start = 0;
	size_t end = 0;
	size_t betweens = 0;
	int depth = 0;
	for (sv_token t = sv_token_next(e->text, 0); t.kind != SV_SCAN_END;
	     t = sv_token_next(e->text, t.end)) {
		depth += sv_token_nesting(e->text, t);
		depth += sv_token_is_word(e->text, t, "CASE") - sv_token_is_word(e->text, t, "END");
		bool is_and_word = depth == 0 && sv_token_is_word(e->text, t, "AND");
		if (is_and_word && betweens == 0) {
			put_part(a, e, start, end);
			start = sv_token_next(e->text, t.end).start;
		}
		betweens += depth == 0 && sv_token_is_word(e->text, t, "BETWEEN");
		betweens -= is_and_word && betweens;
		end = t.end;
	}
	put_part(a, e, start, end);
}

static bool stands_in(sv_arena *a, const sv_doc *node, sv_span part)
{
	size_t place = sv_tree_place(node);
	if (place != SV_NONE && (place < part.start || place >= part.end))
		return false;
	sv_tree_children children = sv_tree_children_of(a, node);
	for (size_t i = 0; i < children.count; i++)
		if (!stands_in(a, children.items[i].node, part))
			return false;
	return true;
}

/*
 * Whether the operands of an AND stand in the parts, in order, *at being that of the
 * last one.  DuckDB makes one AND of (a AND b) AND c: several may stand in one part.
 */
static bool agrees(sv_arena *a, const sv_doc *node, const sv_expr *e, size_t *at)
{
	if (!is_and(node)) {
		if (!stands_in(a, node, e->conjuncts[*at]) && ++*at < e->conjunct_count)
			return stands_in(a, node, e->conjuncts[*at]);
		return *at < e->conjunct_count;
	}
	sv_tree_children children = sv_tree_children_of(a, node);
	for (size_t i = 0; i < children.count; i++)
		if (!agrees(a, children.items[i].node, e, at))
			return false;
	return true;
}

void sv_conjuncts_find(sv_arena *a, const sv_doc *item, sv_expr *expr)
{
	size_t at = 0;
	expr->conjuncts = NULL;
	expr->conjunct_count = 0;
	if (!is_and(item))
		return;
	split(a, expr);
	if (expr->conjunct_count == 1 || !agrees(a, item, expr, &at) || at + 1 != expr->conjunct_count)
		expr->conjunct_count = 0;
}
