#include "expr/strict_int.h"

/* Operators whose operands are never lists, and NULL when one operand is. */
static const char *const scalar_operators[] = {"-", "*", "/", "//", "%", "^", "**"};

/* Strict ones that may have other operands. */
static const char *const other_operators[] = {
    "||",          "~~", "!~~", "~~*", "!~~*", "~~~", "^@", "like_escape", "not_like_escape",
    "ilike_escape"};

static const char *const strict_functions[] = {
    "abs",
    "ceil",
    "ceiling",
    "contains",
    "date_diff",
    "date_part",
    "date_trunc",
    "datediff",
    "datepart",
    "datetrunc",
    "day",
    "dayname",
    "dayofweek",
    "dayofyear",
    "ends_with",
    "epoch",
    "floor",
    "hour",
    "isodow",
    "last_day",
    "left",
    "length",
    "lower",
    "ltrim",
    "minute",
    "month",
    "monthname",
    "quarter",
    "regexp_full_match",
    "regexp_matches",
    "replace",
    "right",
    "round",
    "rtrim",
    "second",
    "sqrt",
    "starts_with",
    "strftime",
    "strlen",
    "substr",
    "substring",
    "timezone",
    "trim",
    "upper",
    "week",
    "year",
};

/* Casts to these are NULL for NULL; a UNION is not (measured). */
static const char *const plain_types[] = {
    "BIGINT",       "BLOB",
    "BOOLEAN",      "DATE",
    "DECIMAL",      "DOUBLE",
    "FLOAT",        "HUGEINT",
    "INTEGER",      "INTERVAL",
    "SMALLINT",     "TIME",
    "TIMESTAMP",    "TIMESTAMP WITH TIME ZONE",
    "TIMESTAMP_MS", "TIMESTAMP_NS",
    "TIMESTAMP_S",  "TINYINT",
    "UBIGINT",      "UHUGEINT",
    "UINTEGER",     "USMALLINT",
    "UTINYINT",     "UUID",
    "VARCHAR",
};

static const char *const number_types[] = {
    "BIGINT",  "DECIMAL",         "DOUBLE",   "FLOAT",     "HUGEINT",
    "INTEGER", "INTEGER_LITERAL", "NUMERIC",  "SMALLINT",  "TINYINT",
    "UBIGINT", "UHUGEINT",        "UINTEGER", "USMALLINT", "UTINYINT",
};

/* Over no rows NULL, in every version that has them (measured). */
static const char *const null_aggregates[] = {
    "any_value",
    "approx_quantile",
    "approx_top_k",
    "arbitrary",
    "arg_max",
    "arg_max_null",
    "arg_max_nulls_last",
    "arg_min",
    "arg_min_null",
    "arg_min_nulls_last",
    "argmax",
    "argmin",
    "array_agg",
    "avg",
    "bit_and",
    "bit_or",
    "bit_xor",
    "bitstring_agg",
    "bool_and",
    "bool_or",
    "corr",
    "count_if",
    "countif",
    "covar_pop",
    "covar_samp",
    "favg",
    "first",
    "fsum",
    "group_concat",
    "histogram",
    "histogram_exact",
    "kahan_sum",
    "kurtosis",
    "kurtosis_pop",
    "last",
    "list",
    "listagg",
    "mad",
    "max",
    "max_by",
    "mean",
    "median",
    "min",
    "min_by",
    "mode",
    "product",
    "quantile",
    "quantile_cont",
    "quantile_disc",
    "regr_avgx",
    "regr_avgy",
    "regr_intercept",
    "regr_r2",
    "regr_slope",
    "regr_sxx",
    "regr_sxy",
    "regr_syy",
    "reservoir_quantile",
    "sem",
    "skewness",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "string_agg",
    "sum",
    "sumkahan",
    "var_pop",
    "var_samp",
    "variance",
};

/* Over no rows 0, of the type that they have over rows. */
static const char *const zero_aggregates[] = {
    "approx_count_distinct",
    "count",
    "count_star",
    "regr_count",
};

#define HAS(list, name) has((list), sizeof(list) / sizeof((list)[0]), (name))

static bool has(const char *const *list, size_t count, sv_str name)
{
	for (size_t i = 0; i < count; i++)
		if (sv_str_ieq(name, (sv_str){list[i], strlen(list[i])}))
			return true;
	return false;
}

/* A macro of this name may stand in for the function, operators included. */
static bool is_plain(const sv_catalog *catalog, sv_str function)
{
	return !sv_words_has(catalog->macros, function);
}

sv_empty sv_strict_empty(const sv_catalog *catalog, sv_str function)
{
	if (!is_plain(catalog, function) || sv_words_has(catalog->aggregate_macros, function))
		return SV_EMPTY_UNKNOWN;
	if (HAS(zero_aggregates, function))
		return SV_EMPTY_ZERO;
	return HAS(null_aggregates, function) ? SV_EMPTY_NULL : SV_EMPTY_UNKNOWN;
}

static bool is_operand(const sv_tree_child *child)
{
	return sv_str_eq(child->key, SV_LIT("children")) || sv_str_eq(child->key, SV_LIT("arguments"));
}

/* A function that the author or the parser named without a schema. */
static bool is_function(sv_arena *a, const sv_doc *node)
{
	sv_strs qualifiers = sv_tree_qualifiers(a, node);
	return sv_tree_is(node, "FUNCTION") &&
	       (qualifiers.count == 0 ||
	        (qualifiers.count == 1 && sv_str_ieq(qualifiers.items[0], SV_LIT("main"))));
}

static sv_str cast_type(const sv_doc *node)
{
	const sv_doc *type = sv_doc_get(node, "type_expr"); /* since 2.0 */
	if (type && type->kind == SV_DOC_MAP)
		return sv_tree_text(type, "type_name");
	type = sv_doc_get(node, "cast_type");
	return type && type->kind == SV_DOC_MAP ? sv_tree_text(type, "id") : SV_LIT("");
}

static bool is_number(const sv_doc *node)
{
	const sv_doc *literal = sv_doc_get(node, "literal"); /* since 2.0 */
	if (literal && literal->kind == SV_DOC_MAP)
		return HAS(number_types, sv_tree_text(literal, "kind"));
	const sv_doc *value = sv_doc_get(node, "value");
	if (!value || value->kind != SV_DOC_MAP)
		return false;
	const sv_doc *type = sv_doc_get(value, "type");
	return type && type->kind == SV_DOC_MAP && HAS(number_types, sv_tree_text(type, "id"));
}

/* A constant that certainly is not NULL. */
static bool is_never_null(const sv_doc *constant)
{
	static const char *const kinds[] = {"BOOLEAN", "INTEGER", "NUMERIC", "STRING"};
	const sv_doc *literal = sv_doc_get(constant, "literal"); /* since 2.0 */
	if (literal && literal->kind == SV_DOC_MAP)
		return HAS(kinds, sv_tree_text(literal, "kind"));
	const sv_doc *value = sv_doc_get(constant, "value");
	const sv_doc *null = value && value->kind == SV_DOC_MAP ? sv_doc_get(value, "is_null") : NULL;
	return null && sv_str_eq(null->text, SV_LIT("false"));
}

enum { MAX_SUM_DEPTH = 4 }; /* how deep a sum is searched for an operand that is a number */

/* By itself, wherever it stands: 2, a * b, a::INTEGER, a + 1 */
static bool is_scalar_alone(sv_arena *a, const sv_catalog *catalog, const sv_doc *node,
                            size_t depth)
{
	if (sv_tree_is(node, "CONSTANT"))
		return is_number(node);
	if (sv_tree_is(node, "CAST"))
		return HAS(plain_types, cast_type(node));
	if (!is_function(a, node) || !is_plain(catalog, sv_tree_function_name(node)))
		return false;
	sv_str name = sv_tree_function_name(node);
	if (HAS(scalar_operators, name))
		return true;
	if (!sv_str_eq(name, SV_LIT("+")) || depth == MAX_SUM_DEPTH)
		return false;
	sv_tree_children children = sv_tree_children_of(a, node);
	for (size_t i = 0; i < children.count; i++)
		if (is_operand(&children.items[i]) &&
		    is_scalar_alone(a, catalog, children.items[i].node, depth + 1))
			return true;
	return false;
}

bool sv_strict_is_scalar(sv_arena *a, const sv_catalog *catalog, const sv_doc *node,
                         const sv_tree_children *children, size_t i, bool is_scalar)
{
	const sv_tree_child *child = &children->items[i];
	if (is_scalar_alone(a, catalog, child->node, 0))
		return true;
	if (sv_tree_is(node, "COMPARISON") || sv_tree_is(node, "BETWEEN")) {
		for (size_t k = 0; k < children->count; k++)
			if (is_scalar_alone(a, catalog, children->items[k].node, 0) &&
			    !sv_tree_is(children->items[k].node, "CAST"))
				return true; /* a list does not compare to a number */
		return false;
	}
	sv_str name = sv_tree_function_name(node);
	if (!is_function(a, node) || !is_operand(child) || !is_plain(catalog, name))
		return false;
	return HAS(scalar_operators, name) ||
	       (sv_str_eq(name, SV_LIT("+")) && (is_scalar || is_scalar_alone(a, catalog, node, 0)));
}

static bool function_is_strict(sv_arena *a, const sv_catalog *catalog, const sv_doc *node,
                               const sv_tree_child *child, bool is_scalar)
{
	sv_str name = sv_tree_function_name(node);
	if (!is_function(a, node) || !is_operand(child) || !is_plain(catalog, name))
		return false;
	if (sv_str_eq(name, SV_LIT("+")))
		return is_scalar || is_scalar_alone(a, catalog, node, 0);
	return HAS(scalar_operators, name) || HAS(other_operators, name) || HAS(strict_functions, name);
}

static bool comparison_is_strict(const sv_doc *node)
{
	static const char *const types[] = {
	    "COMPARE_EQUAL",       "COMPARE_NOTEQUAL",          "COMPARE_LESSTHAN",
	    "COMPARE_GREATERTHAN", "COMPARE_LESSTHANOREQUALTO", "COMPARE_GREATERTHANOREQUALTO"};
	return HAS(types, sv_tree_text(node, "type"));
}

/* x IN (1, 2): of constants only, and only in x. */
static bool in_is_strict(const sv_tree_children *children, size_t child)
{
	if (child > 0)
		return false;
	for (size_t i = 1; i < children->count; i++)
		if (!sv_tree_is(children->items[i].node, "CONSTANT"))
			return false;
	return children->count > 1;
}

bool sv_strict_in(sv_arena *a, const sv_catalog *catalog, const sv_doc *node,
                  const sv_tree_children *children, size_t i, bool is_scalar)
{
	const sv_tree_child *child = &children->items[i];
	if (sv_tree_is(node, "FUNCTION"))
		return function_is_strict(a, catalog, node, child, is_scalar);
	if (sv_tree_is(node, "COMPARISON"))
		return comparison_is_strict(node);
	if (sv_tree_is(node, "BETWEEN"))
		return sv_str_eq(child->key, SV_LIT("input"));
	if (sv_tree_is(node, "CAST"))
		return HAS(plain_types, cast_type(node));
	if (sv_tree_is(node, "COLLATE"))
		return true;
	if (!sv_tree_is(node, "OPERATOR"))
		return false;
	if (sv_tree_has_type(node, "COMPARE_IN") || sv_tree_has_type(node, "COMPARE_NOT_IN"))
		return in_is_strict(children, i);
	return sv_tree_has_type(node, "OPERATOR_NOT");
}

typedef struct {
	sv_arena *arena;
	const sv_catalog *catalog;
	sv_expr *expr;
	size_t cap;
} finder;

static size_t find_ref(const sv_expr *expr, size_t start)
{
	size_t low = 0;
	size_t high = expr->ref_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (expr->refs[middle].start < start)
			low = middle + 1;
		else
			high = middle;
	}
	return low < expr->ref_count && expr->refs[low].start == start ? low : SV_NONE;
}

static void put(finder *f, sv_reject step)
{
	sv_expr *e = f->expr;
	if (e->reject_count == f->cap) {
		size_t cap = f->cap ? f->cap * 2 : 8;
		e->rejects = sv_arena_grow(f->arena, e->rejects, f->cap * sizeof(step), cap * sizeof(step));
		f->cap = cap;
	}
	e->rejects[e->reject_count++] = step;
}

/* Starts an operator whose operands follow. */
static size_t begin(finder *f, bool is_or)
{
	put(f, (sv_reject){.op = is_or ? SV_REJECT_OR : SV_REJECT_AND});
	return f->expr->reject_count - 1;
}

/* Ends it; one operand needs no operator, none is no operator at all. */
static bool end(finder *f, size_t at, size_t operands)
{
	sv_expr *e = f->expr;
	if (operands == 0) {
		e->reject_count = at;
		return false;
	}
	e->rejects[at].value = operands;
	if (operands == 1) {
		memmove(e->rejects + at, e->rejects + at + 1,
		        (e->reject_count - at - 1) * sizeof(sv_reject));
		e->reject_count--;
	}
	return true;
}

/* The references whose NULL makes the node NULL; returns how many were put. */
static size_t put_strict(finder *f, const sv_doc *node, bool is_scalar)
{
	size_t count = 0;
	if (sv_tree_is(node, "COLUMN_REF")) {
		size_t ref = find_ref(f->expr, sv_tree_place(node));
		if (ref == SV_NONE)
			return 0;
		put(f, (sv_reject){.op = SV_REJECT_REF, .value = ref});
		return 1;
	}
	sv_tree_children children = sv_tree_children_of(f->arena, node);
	for (size_t i = 0; i < children.count; i++)
		if (sv_strict_in(f->arena, f->catalog, node, &children, i, is_scalar))
			count += put_strict(
			    f, children.items[i].node,
			    sv_strict_is_scalar(f->arena, f->catalog, node, &children, i, is_scalar));
	return count;
}

/* The operands of a leaf: of x IS NOT NULL, x BETWEEN a AND b, or the leaf itself. */
static size_t put_leaf(finder *f, const sv_doc *node, bool is_negated)
{
	sv_tree_children children = sv_tree_children_of(f->arena, node);
	size_t count = 0;
	bool is_not_null =
	    sv_tree_has_type(node, is_negated ? "OPERATOR_IS_NULL" : "OPERATOR_IS_NOT_NULL");
	if (is_not_null && children.count == 1)
		return put_strict(f, children.items[0].node, false);
	if (sv_tree_is(node, "BETWEEN") && !is_negated) {
		for (size_t i = 0; i < children.count; i++)
			count +=
			    put_strict(f, children.items[i].node,
			               sv_strict_is_scalar(f->arena, f->catalog, node, &children, i, false));
		return count;
	}
	/* x IS TRUE and x IS NOT DISTINCT FROM 1 are not true when x is NULL. */
	if (children.count == 2 && sv_tree_has_type(node, is_negated ? "COMPARE_DISTINCT_FROM"
	                                                             : "COMPARE_NOT_DISTINCT_FROM")) {
		for (size_t i = 0; i < 2; i++) {
			const sv_doc *other = children.items[1 - i].node;
			if (sv_tree_is(other, "CONSTANT") && is_never_null(other))
				count += put_strict(f, children.items[i].node, false);
		}
		return count;
	}
	return put_strict(f, node, false);
}

/* Whether anything was put.  NOT turns AND into OR below it, and back. */
static bool put_rejects(finder *f, const sv_doc *node, bool is_negated)
{
	sv_tree_children children = sv_tree_children_of(f->arena, node);
	if (sv_tree_has_type(node, "OPERATOR_NOT") && children.count == 1)
		return put_rejects(f, children.items[0].node, !is_negated);
	bool is_conjunction = sv_tree_is(node, "CONJUNCTION");
	bool is_or = is_conjunction && sv_tree_has_type(node, "CONJUNCTION_OR") != is_negated;
	size_t at = begin(f, is_or);
	size_t operands = 0;
	if (!is_conjunction)
		return end(f, at, put_leaf(f, node, is_negated));
	for (size_t i = 0; i < children.count; i++) {
		bool rejects = put_rejects(f, children.items[i].node, is_negated);
		if (is_or && !rejects)
			return end(f, at, 0);
		operands += rejects;
	}
	return end(f, at, operands);
}

void sv_strict_find_rejects(sv_arena *a, const sv_catalog *catalog, const sv_doc *item,
                            sv_expr *expr)
{
	finder f = {.arena = a, .catalog = catalog, .expr = expr};
	expr->rejects = NULL;
	expr->reject_count = 0;
	put_rejects(&f, item, false);
}
