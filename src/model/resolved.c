#include "model/resolved.h"

#include "base/ident.h"
#include "model/fits_int.h"
#include "model/write.h"

/* FNV-1a, 64 bits (Fowler, Noll, Vo): not for secrets, only to notice an edit. */
static uint64_t fingerprint_of(sv_str s)
{
	uint64_t hash = 0xcbf29ce484222325u;
	for (size_t i = 0; i < s.len; i++)
		hash = (hash ^ (unsigned char)s.ptr[i]) * 0x100000001b3u;
	return hash;
}

static void put_fingerprint(sv_buf *b, sv_str author_part)
{
	uint64_t hash = fingerprint_of(author_part);
	sv_buf_putf(b, "%08lx%08lx", (unsigned long)(hash >> 32), (unsigned long)(hash & 0xFFFFFFFFu));
}

/* Texts whose queries read tables, in a fixed order: sources, then expressions. */
static size_t text_count(const sv_model *m)
{
	return m->table_count + sv_model_expr_count(m);
}

static sv_reads *reads_at(const sv_model *m, size_t i)
{
	return i < m->table_count ? &m->tables[i].reads
	                          : &sv_model_expr_at(m, i - m->table_count)->reads;
}

static sv_str text_at(const sv_model *m, size_t i)
{
	return i < m->table_count ? m->tables[i].source : sv_model_expr_at(m, i - m->table_count)->text;
}

static bool has_reads(const sv_model *m)
{
	for (size_t i = 0; i < text_count(m); i++)
		if (reads_at(m, i)->count)
			return true;
	return false;
}

bool sv_resolved_exists(const sv_model *m)
{
	for (size_t i = 0; i < m->table_count; i++)
		if (m->tables[i].found_name.ptr || m->tables[i].reads.count)
			return true;
	for (size_t i = 0; i < sv_model_expr_count(m); i++)
		if (sv_model_expr_at(m, i)->is_resolved)
			return true;
	return false;
}

/* ------------------------------------------------------------------ writing */

/* Is the column called what stands last in the reference? */
static bool is_last_part(sv_arena *a, sv_str written, sv_str column)
{
	sv_ident ident;
	return sv_ident_parse(a, written, &ident) && sv_str_eq(ident.parts[ident.count - 1], column);
}

typedef struct {
	sv_buf *out;
	sv_str *names;
	size_t name_count;
	size_t name_cap;
} encoder;

static size_t add_name(encoder *e, sv_str name)
{
	if (e->name_count == e->name_cap) {
		size_t cap = e->name_cap ? e->name_cap * 2 : 8;
		e->names = sv_arena_grow(e->out->arena, e->names, e->name_cap * sizeof(sv_str),
		                         cap * sizeof(sv_str));
		e->name_cap = cap;
	}
	e->names[e->name_count++] = name;
	return e->name_count;
}

static void put_number(encoder *e, size_t value)
{
	char digits[24];
	size_t at = sizeof(digits);
	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	if (e->out->len && e->out->ptr[e->out->len - 1] != '"')
		sv_buf_putc(e->out, ' ');
	sv_buf_put(e->out, (sv_str){digits + at, sizeof(digits) - at});
}

static void put_index(encoder *e, size_t index)
{
	put_number(e, index == SV_NONE ? 0 : index + 1);
}

static void put_ref(encoder *e, sv_str text, const sv_ref *r)
{
	bool has_name = r->kind == SV_REF_COLUMN || r->kind == SV_REF_BARE;
	put_number(e, r->start);
	put_number(e, r->end);
	put_number(e, (size_t)r->kind);
	put_index(e, r->table);
	put_index(e, r->member);
	put_index(e, r->role);
	put_index(e, r->call);
	put_index(e, r->window);
	put_number(e, r->is_strict);
	sv_str written = {text.ptr + r->start, r->end - r->start};
	if (!has_name || !r->column.ptr)
		put_number(e, 0);
	else if (is_last_part(e->out->arena, written, r->column))
		put_number(e, 1);
	else
		put_number(e, 1 + add_name(e, r->column));
}

static void put_window(encoder *e, const sv_window *w)
{
	put_number(e, w->start);
	put_number(e, w->end);
	put_number(e, w->over);
	put_number(e, w->partition_start);
	put_number(e, w->partition_end);
	put_number(e, w->is_excluding);
	put_number(e, w->excluded_count);
	for (size_t i = 0; i < w->excluded_count; i++)
		put_index(e, w->excluded[i]);
}

static void put_expression(encoder *e, const sv_expr *x)
{
	put_number(e, x->ref_count);
	for (size_t i = 0; i < x->ref_count; i++)
		put_ref(e, x->text, &x->refs[i]);
	put_number(e, x->call_count);
	for (size_t i = 0; i < x->call_count; i++) {
		put_number(e, x->calls[i].start);
		put_number(e, x->calls[i].end);
		put_number(e, (size_t)x->calls[i].empty);
		put_number(e, x->calls[i].is_star);
	}
	put_number(e, x->window_count);
	for (size_t i = 0; i < x->window_count; i++)
		put_window(e, &x->windows[i]);
	put_number(e, x->reject_count);
	for (size_t i = 0; i < x->reject_count; i++) {
		put_number(e, (size_t)x->rejects[i].op);
		put_number(e, x->rejects[i].value);
	}
}

static void put_sources(const sv_model *m, sv_doc_writer *w)
{
	sv_doc_write_list(w, "sources");
	for (size_t i = 0; i < m->table_count; i++) {
		if (!m->tables[i].found_name.ptr) {
			sv_doc_write_word(w, NULL, "null");
			continue;
		}
		sv_doc_write_list(w, NULL);
		sv_doc_write_text(w, NULL, m->tables[i].found_schema);
		sv_doc_write_text(w, NULL, m->tables[i].found_name);
		if (m->tables[i].is_found_view)
			sv_doc_write_text(w, NULL, SV_LIT("view"));
		sv_doc_write_end(w);
	}
	sv_doc_write_end(w);
}

/* [["3 15 21", "main", "orders"]]: number of the text, start and end there; where found. */
static void put_reads(const sv_model *m, sv_doc_writer *w)
{
	sv_doc_write_list(w, "reads");
	for (size_t i = 0; i < text_count(m); i++) {
		const sv_reads *reads = reads_at(m, i);
		for (size_t k = 0; k < reads->count; k++) {
			const sv_read *r = &reads->items[k];
			sv_buf at = SV_BUF_INIT(w->out->arena);
			sv_buf_putf(&at, "%zu %zu %zu", i, (size_t)r->start, (size_t)r->end);
			sv_doc_write_list(w, NULL);
			sv_doc_write_text(w, NULL, (sv_str){at.ptr, at.len});
			sv_doc_write_text(w, NULL, r->found_schema);
			sv_doc_write_text(w, NULL, r->found_name);
			sv_doc_write_end(w);
		}
	}
	sv_doc_write_end(w);
}

void sv_resolved_put(const sv_model *m, sv_str author_part, sv_doc_writer *w)
{
	sv_buf fingerprint = SV_BUF_INIT(w->out->arena);
	encoder e = {.out = w->out};
	put_fingerprint(&fingerprint, author_part);
	sv_doc_write_map(w, "resolved");
	sv_doc_write_text(w, "fingerprint", (sv_str){fingerprint.ptr, fingerprint.len});
	put_sources(m, w);
	if (has_reads(m))
		put_reads(m, w);
	sv_doc_write_list(w, "expressions");
	for (size_t i = 0; i < sv_model_expr_count(m); i++) {
		const sv_expr *x = sv_model_expr_at(m, i);
		sv_doc_write_word(w, NULL, "\"");
		if (x->is_resolved)
			put_expression(&e, x);
		sv_buf_putc(w->out, '"');
	}
	sv_doc_write_end(w);
	sv_doc_write_list(w, "names");
	for (size_t i = 0; i < e.name_count; i++)
		sv_doc_write_text(w, NULL, e.names[i]);
	sv_doc_write_end(w);
	sv_doc_write_end(w);
}

/* ------------------------------------------------------------------ reading */

/* Every function says whether what it read can be true. */
typedef struct {
	sv_arena *arena;
	const sv_model *model;
	sv_strs names;
	sv_str text; /* the numbers of one expression */
	size_t pos;
	bool ok;
} decoder;

/* The next number, at most `most`. */
static size_t number(decoder *d, size_t most)
{
	size_t value = 0;
	size_t start = d->pos;
	while (d->pos < d->text.len && d->text.ptr[d->pos] >= '0' && d->text.ptr[d->pos] <= '9') {
		value = value * 10 + (size_t)(d->text.ptr[d->pos++] - '0');
		if (value > UINT32_MAX)
			d->ok = false;
	}
	if (d->pos == start || value > most)
		d->ok = false;
	if (d->pos < d->text.len && d->text.ptr[d->pos++] != ' ')
		d->ok = false;
	return d->ok ? value : 0;
}

/* An index below count, or SV_NONE. */
static size_t index_below(decoder *d, size_t count)
{
	size_t value = number(d, count);
	return value ? value - 1 : SV_NONE;
}

/* Each item takes at least two bytes, so a count cannot make us allocate much. */
static size_t count(decoder *d)
{
	return number(d, (d->text.len - d->pos) / 2);
}

static bool span(decoder *d, sv_str text, uint32_t *start, uint32_t *end, uint32_t after)
{
	*start = (uint32_t)number(d, text.len);
	*end = (uint32_t)number(d, text.len);
	d->ok = d->ok && *start >= after && *end > *start;
	return d->ok;
}

static bool is_metric(const sv_model *m, size_t member)
{
	return m->members[member].kind == SV_METRIC;
}

/* What a reference of this kind must name, and must not. */
static bool is_sound(const sv_model *m, const sv_ref *r)
{
	switch (r->kind) {
	case SV_REF_COLUMN:
		return r->table != SV_NONE && r->member == SV_NONE && r->column.ptr;
	case SV_REF_MEMBER:
		return r->table != SV_NONE && r->member != SV_NONE && !is_metric(m, r->member);
	case SV_REF_METRIC:
		return r->member != SV_NONE && is_metric(m, r->member);
	case SV_REF_BARE:
		return r->member == SV_NONE;
	}
	return false;
}

static void take_column(decoder *d, sv_str written, sv_ref *out)
{
	sv_ident ident;
	size_t name = number(d, d->names.count + 1);
	if (!d->ok || name == 0)
		return;
	if (name > 1)
		out->column = d->names.items[name - 2];
	else if (sv_ident_parse(d->arena, written, &ident))
		out->column = ident.parts[ident.count - 1];
	else
		d->ok = false;
}

static void take_ref(decoder *d, sv_str text, uint32_t after, sv_ref *out)
{
	const sv_model *m = d->model;
	if (!span(d, text, &out->start, &out->end, after))
		return;
	out->kind = (sv_ref_kind)number(d, SV_REF_BARE);
	out->table = index_below(d, m->table_count);
	out->member = index_below(d, sv_model_member_count(m));
	out->role = index_below(d, m->relationship_count);
	out->call = index_below(d, SV_MAX_DEFINITION);
	out->window = index_below(d, SV_MAX_DEFINITION);
	out->is_strict = number(d, 1) == 1;
	take_column(d, (sv_str){text.ptr + out->start, out->end - out->start}, out);
	d->ok = d->ok && is_sound(m, out);
}

static void take_refs(decoder *d, sv_expr *x)
{
	uint32_t after = 0;
	x->ref_count = count(d);
	x->refs = SV_NEW_N(d->arena, sv_ref, x->ref_count);
	for (size_t i = 0; i < x->ref_count && d->ok; i++) {
		take_ref(d, x->text, after, &x->refs[i]);
		after = x->refs[i].end;
	}
}

static void take_calls(decoder *d, sv_expr *x)
{
	uint32_t after = 0;
	x->call_count = count(d);
	x->calls = SV_NEW_N(d->arena, sv_call, x->call_count);
	for (size_t i = 0; i < x->call_count && d->ok; i++) {
		sv_call *c = &x->calls[i];
		span(d, x->text, &c->start, &c->end, after);
		c->empty = (sv_empty)number(d, SV_EMPTY_UNKNOWN);
		c->is_star = number(d, 1) == 1;
		after = c->end;
	}
}

static void take_window(decoder *d, sv_str text, uint32_t after, sv_window *out)
{
	const sv_model *m = d->model;
	span(d, text, &out->start, &out->end, after);
	out->over = (uint32_t)number(d, text.len);
	out->partition_start = (uint32_t)number(d, text.len);
	out->partition_end = (uint32_t)number(d, text.len);
	out->is_excluding = number(d, 1) == 1;
	out->excluded_count = count(d);
	out->excluded = SV_NEW_N(d->arena, size_t, out->excluded_count);
	for (size_t i = 0; i < out->excluded_count && d->ok; i++) {
		out->excluded[i] = index_below(d, sv_model_member_count(m));
		d->ok = d->ok && out->excluded[i] != SV_NONE &&
		        m->members[out->excluded[i]].kind == SV_DIMENSION;
	}
	d->ok = d->ok && out->start < out->over && out->over <= out->partition_start &&
	        out->partition_start <= out->partition_end && out->partition_end <= out->end;
}

static void take_windows(decoder *d, sv_expr *x)
{
	uint32_t after = 0;
	x->window_count = count(d);
	x->windows = SV_NEW_N(d->arena, sv_window, x->window_count);
	for (size_t i = 0; i < x->window_count && d->ok; i++) {
		take_window(d, x->text, after, &x->windows[i]);
		after = x->windows[i].end;
	}
}

/* Polish notation: `missing` operands are still to come after each step. */
static void take_rejects(decoder *d, sv_expr *x)
{
	size_t missing = 1;
	x->reject_count = count(d);
	x->rejects = SV_NEW_N(d->arena, sv_reject, x->reject_count);
	for (size_t i = 0; i < x->reject_count && d->ok; i++) {
		sv_reject *r = &x->rejects[i];
		size_t op = number(d, SV_REJECT_REF);
		bool is_ref = op == SV_REJECT_REF;
		r->op = is_ref ? SV_REJECT_REF : op == SV_REJECT_OR ? SV_REJECT_OR : SV_REJECT_AND;
		r->value = number(d, is_ref ? x->ref_count : x->reject_count);
		d->ok = d->ok && missing > 0 && (!is_ref || r->value < x->ref_count);
		missing += is_ref ? 0 : r->value;
		missing--;
	}
	d->ok = d->ok && (x->reject_count == 0 || missing == 0);
}

static bool take_expression(decoder *d, sv_expr *x)
{
	if (d->text.len == 0)
		return true;
	take_refs(d, x);
	take_calls(d, x);
	take_windows(d, x);
	take_rejects(d, x);
	x->is_resolved = true;
	return d->ok && d->pos == d->text.len;
}

/* Members that name each other in a circle would never come to an end, in a long chain
 * it is as bad: take those away that name no member which is left, until none is left
 * (Kahn). */
static bool has_cycle(sv_arena *a, const sv_model *m, const sv_expr *found)
{
	size_t count = sv_model_member_count(m);
	size_t *missing = SV_NEW_N(a, size_t, count);    /* members named and not taken away yet */
	size_t *depth = SV_NEW_N(a, size_t, count);      /* members in a row that it names */
	size_t *first_user = SV_NEW_N(a, size_t, count); /* edge + 1; edges by the member named */
	size_t edges = 0;
	for (size_t i = 0; i < count; i++)
		edges += found[i].ref_count;
	size_t *user = SV_NEW_N(a, size_t, edges);
	size_t *next = SV_NEW_N(a, size_t, edges);
	edges = 0;
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < found[i].ref_count; k++) {
			size_t named = found[i].refs[k].member;
			if (named == SV_NONE)
				continue;
			user[edges] = i;
			next[edges] = first_user[named];
			first_user[named] = ++edges;
			missing[i]++;
		}
	}
	size_t *queue = SV_NEW_N(a, size_t, count);
	size_t queued = 0;
	for (size_t i = 0; i < count; i++)
		if (missing[i] == 0)
			queue[queued++] = i;
	for (size_t i = 0; i < queued; i++) {
		if (depth[queue[i]] >= SV_MAX_NESTING)
			return true;
		for (size_t edge = first_user[queue[i]]; edge; edge = next[edge - 1]) {
			size_t by = user[edge - 1];
			if (depth[by] <= depth[queue[i]])
				depth[by] = depth[queue[i]] + 1;
			if (--missing[by] == 0)
				queue[queued++] = by;
		}
	}
	return queued < count;
}

static bool take_texts(sv_arena *a, const sv_doc *list, sv_strs *out)
{
	if (!list || list->kind != SV_DOC_LIST)
		return false;
	out->items = SV_NEW_N(a, sv_str, list->count);
	for (const sv_doc *e = list->first; e; e = e->next) {
		if (e->kind != SV_DOC_STRING)
			return false;
		out->items[out->count++] = e->text;
	}
	return true;
}

/* Two texts for each table, NULL pointers where it was not found; a third one tells
 * that it was a view. */
static bool take_sources(const sv_doc *list, size_t tables, sv_str *out, bool *is_view)
{
	if (!list || list->kind != SV_DOC_LIST || list->count != tables)
		return false;
	for (const sv_doc *e = list->first; e; e = e->next, out += 2, is_view++) {
		if (e->kind == SV_DOC_NULL)
			continue;
		if (e->kind != SV_DOC_LIST || e->count < 2 || e->count > 3 ||
		    e->first->kind != SV_DOC_STRING || e->first->next->kind != SV_DOC_STRING)
			return false;
		out[0] = e->first->text;
		out[1] = e->first->next->text;
		*is_view = e->count == 3;
	}
	return true;
}

static sv_str text_in(const sv_doc *list, size_t i)
{
	const sv_doc *e = list->first;
	for (; e && i; i--)
		e = e->next;
	return e && e->kind == SV_DOC_STRING ? e->text : (sv_str){0};
}

static void add_read(sv_arena *a, sv_reads *list, sv_read read)
{
	size_t n = list->count;
	if ((n & (n - 1)) == 0) /* full: 0, 1, 2, 4, 8 */
		list->items =
		    sv_arena_grow(a, list->items, n * sizeof(read), (n ? n * 2 : 1) * sizeof(read));
	list->items[list->count++] = read;
}

/* Fills one list for each text; each must come after the one before. */
static bool take_reads(sv_arena *a, const sv_doc *list, const sv_model *m, sv_reads *out)
{
	if (!list)
		return true; /* there are none */
	if (list->kind != SV_DOC_LIST || !text_count(m))
		return false;
	for (const sv_doc *e = list->first; e; e = e->next) {
		decoder d = {.arena = a, .model = m, .text = text_in(e, 0), .ok = true};
		size_t text = number(&d, text_count(m) - 1);
		sv_reads *reads = &out[text];
		sv_read read = {.found_schema = text_in(e, 1), .found_name = text_in(e, 2)};
		uint32_t after = reads->count ? reads->items[reads->count - 1].end : 0;
		span(&d, text_at(m, text), &read.start, &read.end, after);
		if (!d.ok || d.pos != d.text.len || !read.found_schema.ptr || !read.found_name.ptr)
			return false;
		add_read(a, reads, read);
	}
	return true;
}

static bool has_fingerprint(sv_arena *a, const sv_doc *resolved, const sv_model *m)
{
	const sv_doc *stored = sv_doc_get(resolved, "fingerprint");
	sv_buf text = SV_BUF_INIT(a);
	sv_buf wanted = SV_BUF_INIT(a);
	sv_model_put_stored(m, false, &text);
	put_fingerprint(&wanted, (sv_str){text.ptr, text.len - 1}); /* without the last bracket */
	return stored && stored->kind == SV_DOC_STRING &&
	       sv_str_eq(stored->text, (sv_str){wanted.ptr, wanted.len});
}

void sv_resolved_take(sv_arena *a, const sv_doc *resolved, sv_model *m)
{
	size_t count = sv_model_expr_count(m);
	sv_str *sources = SV_NEW_N(a, sv_str, 2 * m->table_count);
	bool *is_view = SV_NEW_N(a, bool, m->table_count);
	sv_expr *found = SV_NEW_N(a, sv_expr, count);
	sv_reads *reads = SV_NEW_N(a, sv_reads, text_count(m));
	sv_strs numbers = {0};
	decoder d = {.arena = a, .model = m, .ok = true};
	if (resolved->kind != SV_DOC_MAP || !has_fingerprint(a, resolved, m) ||
	    !take_sources(sv_doc_get(resolved, "sources"), m->table_count, sources, is_view) ||
	    !take_reads(a, sv_doc_get(resolved, "reads"), m, reads) ||
	    !take_texts(a, sv_doc_get(resolved, "names"), &d.names) ||
	    !take_texts(a, sv_doc_get(resolved, "expressions"), &numbers) || numbers.count != count)
		return;
	for (size_t i = 0; i < count; i++) {
		found[i].text = sv_model_expr_at(m, i)->text;
		found[i].place = sv_model_expr_at(m, i)->place;
		d.text = numbers.items[i];
		d.pos = 0;
		if (!take_expression(&d, &found[i]) ||
		    (found[i].is_resolved && !sv_resolved_fits(m, i, &found[i])))
			return;
	}
	if (has_cycle(a, m, found))
		return;
	for (size_t i = 0; i < count; i++)
		*sv_model_expr_at(m, i) = found[i];
	for (size_t i = 0; i < m->table_count; i++) {
		m->tables[i].found_schema = sources[2 * i];
		m->tables[i].found_name = sources[2 * i + 1];
		m->tables[i].is_found_view = is_view[i];
	}
	for (size_t i = 0; i < text_count(m); i++)
		*reads_at(m, i) = reads[i];
}
