#include "expr/reading_int.h"

#include "base/ident.h"
#include "base/scan.h"

/* Moves over what stands in the source and not in the text: a comment, a blank, a
 * backslash or quote of JSON. */
static bool skip_one(sv_str source, size_t *from)
{
	sv_scan s = sv_scan_at(source, *from);
	if (s.kind == SV_SCAN_BLANK || (s.kind == SV_SCAN_COMMENT && !s.is_open)) {
		*from = s.end;
		return true;
	}
	char c = *from < source.len ? source.ptr[*from] : '\0';
	*from += c == '\\' || c == '"';
	return c == '\\' || c == '"';
}

/* Where byte `offset` of the text stands in the source; SV_NONE when they differ. */
static size_t source_offset(const sv_reading *r, size_t offset)
{
	sv_str source = r->diags->source;
	sv_str text = r->expr->text;
	size_t from = r->expr->place.start;
	if (source.len < r->expr->place.end)
		return SV_NONE;
	source.len = r->expr->place.end;
	for (size_t i = 0; i < offset;) {
		if (from < source.len && source.ptr[from] == text.ptr[i]) {
			from++;
			i++;
		} else if (sv_scan_is_blank(text.ptr[i])) {
			i++;
		} else if (!skip_one(source, &from)) {
			return SV_NONE;
		}
	}
	while (offset < text.len && from < source.len && source.ptr[from] != text.ptr[offset])
		if (!skip_one(source, &from))
			return SV_NONE;
	return from;
}

static sv_span place_of(const sv_reading *r, size_t start, size_t end)
{
	if (r->diags->count >= SV_MAX_DIAGS)
		return r->expr->place; /* it will not be shown */
	size_t from = source_offset(r, start);
	size_t to = from == SV_NONE || end <= start ? from : source_offset(r, end - 1);
	if (from == SV_NONE || to == SV_NONE)
		return r->expr->place;
	return (sv_span){(uint32_t)from, (uint32_t)(end > start ? to + 1 : to)};
}

bool sv_reading_is_shown(const sv_reading *r)
{
	return r->diags->count <= SV_MAX_DIAGS;
}

sv_diag *sv_reading_fail(sv_reading *r, sv_code code, size_t start, size_t end, const char *fmt,
                         ...)
{
	sv_buf message = SV_BUF_INIT(r->arena);
	va_list ap;
	if (start > r->expr->text.len)
		start = end = r->expr->text.len;
	if (r->reported && r->reported[start])
		return &r->dropped;
	if (r->reported)
		r->reported[start] = true;
	va_start(ap, fmt);
	sv_buf_vputf(&message, fmt, ap);
	va_end(ap);
	return sv_diags_add(r->diags, code, place_of(r, start, end), "%s %s", r->subject,
	                    sv_buf_cstr(&message));
}

/* Moves *pos behind the next part of a dotted name. */
static bool read_part(sv_reading *r, size_t *pos, sv_str *part)
{
	sv_str text = r->expr->text;
	sv_ident one;
	sv_scan s = sv_scan_at(text, *pos);
	sv_str written = {text.ptr + *pos, s.end - *pos};
	if (!sv_ident_parse(r->arena, written, &one) || one.count != 1)
		return false;
	*part = one.parts[0];
	*pos = s.end;
	return true;
}

bool sv_reading_name(sv_reading *r, size_t start, sv_strs parts, sv_written *out)
{
	sv_str text = r->expr->text;
	size_t pos = start;
	*out = (sv_written){.count = parts.count, .start = start};
	if (start >= text.len || parts.count == 0)
		return false;
	out->parts = SV_NEW_N(r->arena, sv_str, parts.count);
	out->ends = SV_NEW_N(r->arena, size_t, parts.count);
	for (size_t i = 0; i < parts.count; i++) {
		if (i) {
			sv_ident_skip_blanks(text, &pos);
			if (pos >= text.len || text.ptr[pos] != '.')
				return false;
			pos++;
			sv_ident_skip_blanks(text, &pos);
		}
		if (!read_part(r, &pos, &out->parts[i]) || !sv_str_ieq(out->parts[i], parts.items[i]))
			return false;
		out->ends[i] = pos;
	}
	return true;
}

bool sv_bound_has(const sv_bound *bound, sv_str name)
{
	for (; bound; bound = bound->outer)
		if (sv_str_ieq(bound->name, name))
			return true;
	return false;
}

static const sv_bound *bind(sv_reading *r, const sv_doc *node, const sv_bound *outer)
{
	sv_strs names = sv_tree_column_names(r->arena, node);
	if (!sv_tree_is(node, "COLUMN_REF") || names.count != 1)
		return outer;
	sv_bound *b = SV_NEW(r->arena, sv_bound);
	*b = (sv_bound){outer, names.items[0]};
	return b;
}

const sv_bound *sv_bound_lambda(sv_reading *r, const sv_doc *lambda, const sv_bound *outer)
{
	const sv_doc *left = sv_doc_get(lambda, "lhs");
	if (!left || left->kind != SV_DOC_MAP)
		return outer;
	const sv_bound *bound = bind(r, left, outer);
	if (!sv_tree_is(left, "FUNCTION")) /* (x, i) is a row */
		return bound;
	sv_tree_children children = sv_tree_children_of(r->arena, left);
	for (size_t i = 0; i < children.count; i++)
		bound = bind(r, children.items[i].node, bound);
	return bound;
}
