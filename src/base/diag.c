#include "base/diag.h"

#include "base/utf8.h"

/* A stored definition is one long line: this many characters of it are shown, at
 * most so many of them before the place. */
enum { SHOWN_MAX = 120, SHOWN_BEFORE = 60 };

typedef struct {
	unsigned line; /* 1-based */
	size_t start;  /* first byte shown */
	size_t end;    /* one past the last byte shown, without the line's end */
	bool is_cut_before;
	bool is_cut_after;
} place;

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

/* Up to count characters on, but not behind the end of the line. */
static size_t step_forward(sv_str src, size_t i, size_t count)
{
	while (i < src.len && src.ptr[i] != '\n') {
		if (!is_continuation(src.ptr[i]) && count-- == 0)
			break;
		i++;
	}
	return i;
}

static size_t step_back(sv_str src, size_t i, size_t line_start, size_t count)
{
	while (i > line_start && count > 0)
		count -= !is_continuation(src.ptr[--i]);
	return i;
}

static place locate(sv_str src, size_t offset)
{
	place p = {.line = 1};
	size_t line_start = src.len - sv_utf8_skip_bom(src).len;
	size_t at = offset < src.len ? offset : src.len;
	const char *eol;
	if (at < line_start)
		at = line_start;
	while ((eol = memchr(src.ptr + line_start, '\n', at - line_start))) {
		p.line++;
		line_start = (size_t)(eol - src.ptr) + 1;
	}
	p.start = line_start;
	p.end = step_forward(src, line_start, SHOWN_MAX);
	if (p.end < src.len && src.ptr[p.end] != '\n') { /* the line is longer */
		p.start = step_back(src, at, line_start, SHOWN_BEFORE);
		p.end = step_forward(src, p.start, SHOWN_MAX);
	}
	p.is_cut_before = p.start > line_start;
	p.is_cut_after = p.end < src.len && src.ptr[p.end] != '\n';
	if (!p.is_cut_after && p.end > p.start && src.ptr[p.end - 1] == '\r')
		p.end--;
	return p;
}

void sv_diags_init(sv_diags *d, sv_arena *a, const char *subject, sv_str source)
{
	*d = (sv_diags){.arena = a, .subject = subject, .source = source};
	d->tail = &d->first;
}

sv_diag *sv_diags_add(sv_diags *d, sv_code code, sv_span span, const char *fmt, ...)
{
	if (++d->count > SV_MAX_DIAGS) {
		d->dropped = (sv_diag){.code = code, .span = span};
		return &d->dropped;
	}
	sv_diag *diag = SV_NEW(d->arena, sv_diag);
	sv_buf msg = SV_BUF_INIT(d->arena);
	va_list ap;
	va_start(ap, fmt);
	sv_buf_vputf(&msg, fmt, ap);
	va_end(ap);
	diag->code = code;
	diag->span = span;
	diag->message = sv_buf_cstr(&msg);
	*d->tail = diag;
	d->tail = &diag->next;
	return diag;
}

/* The source line, and under it a caret with tildes for the span. */
static void render_place(sv_str source, sv_span span, sv_buf *out)
{
	place p = locate(source, span.start);
	size_t before = out->len;
	sv_buf_putf(out, "LINE %u: %s", p.line, p.is_cut_before ? "..." : "");
	size_t indent = out->len - before;
	sv_buf_put(out, (sv_str){source.ptr + p.start, p.end - p.start});
	sv_buf_puts(out, p.is_cut_after ? "...\n" : "\n");
	for (size_t i = 0; i < indent; i++)
		sv_buf_putc(out, ' ');
	for (size_t i = p.start; i < span.start && i < p.end; i++)
		if (!is_continuation(source.ptr[i]))
			sv_buf_putc(out, source.ptr[i] == '\t' ? '\t' : ' ');
	sv_buf_putc(out, '^');
	for (size_t i = span.start + (size_t)1; i < span.end && i < p.end; i++)
		if (!is_continuation(source.ptr[i]))
			sv_buf_putc(out, '~');
}

static void render_one(const sv_diags *d, const sv_diag *diag, sv_buf *out)
{
	if (d->subject)
		sv_buf_putf(out, "%s: ", d->subject);
	sv_buf_puts(out, diag->message);
	if (diag->hint)
		sv_buf_putf(out, ". %s", diag->hint);
	if (d->source.len && diag->span.start != UINT32_MAX) {
		sv_buf_puts(out, "\n\n");
		render_place(d->source, diag->span, out);
	}
}

void sv_diags_render(const sv_diags *d, sv_buf *out)
{
	for (const sv_diag *diag = d->first; diag; diag = diag->next) {
		if (diag != d->first)
			sv_buf_puts(out, "\n\n");
		render_one(d, diag, out);
	}
	if (d->count > SV_MAX_DIAGS)
		sv_buf_putf(out, "\n\n... and %d more", d->count - SV_MAX_DIAGS);
}
