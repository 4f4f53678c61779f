#include "ddl/lexer.h"

#include "base/scan.h"
#include "base/utf8.h"

typedef struct {
	sv_arena *arena;
	sv_str src;
	sv_diags *diags;
	sv_tokens out;
	size_t cap;
} lexer;

static void push(lexer *lx, sv_tok_kind kind, size_t start, size_t end)
{
	if (lx->out.count == lx->cap) {
		size_t cap = lx->cap ? lx->cap * 2 : 64;
		lx->out.items = sv_arena_grow(lx->arena, lx->out.items, lx->cap * sizeof(sv_token),
		                              cap * sizeof(sv_token));
		lx->cap = cap;
	}
	lx->out.items[lx->out.count++] = (sv_token){
	    .kind = kind,
	    .span = {(uint32_t)start, (uint32_t)end},
	    .text = {lx->src.ptr + start, end - start},
	};
}

/* An open quote or comment: what is open, at its first byte. */
static void report_open(lexer *lx, sv_scan_kind kind, size_t start)
{
	const char *what = kind == SV_SCAN_STRING   ? "string"
	                   : kind == SV_SCAN_QUOTED ? "quoted name"
	                                            : "comment";
	sv_diags_add(lx->diags, SV_E_UNTERMINATED, (sv_span){(uint32_t)start, (uint32_t)start + 1},
	             "unterminated %s", what);
}

static void token(lexer *lx, sv_scan s, size_t start)
{
	if (s.is_open) {
		report_open(lx, s.kind, start);
		return;
	}
	switch (s.kind) {
	case SV_SCAN_END:
	case SV_SCAN_BLANK:
	case SV_SCAN_COMMENT:
		return;
	case SV_SCAN_WORD:
		push(lx, SV_TOK_IDENT, start, s.end);
		return;
	case SV_SCAN_QUOTED:
		push(lx, SV_TOK_QUOTED_IDENT, start, s.end);
		return;
	case SV_SCAN_STRING:
		push(lx, SV_TOK_STRING, start, s.end);
		return;
	case SV_SCAN_NUMBER:
		push(lx, SV_TOK_NUMBER, start, s.end);
		return;
	case SV_SCAN_PUNCT:
		push(lx, SV_TOK_PUNCT, start, s.end);
		return;
	case SV_SCAN_BAD:
		sv_diags_add(lx->diags, SV_E_LEX, (sv_span){(uint32_t)start, (uint32_t)s.end},
		             "unexpected byte 0x%02X", (unsigned)(unsigned char)lx->src.ptr[start]);
		return;
	}
}

sv_tokens sv_ddl_lex(sv_arena *a, sv_str source, sv_diags *diags)
{
	lexer lx = {.arena = a, .src = source, .diags = diags};
	size_t pos = source.len - sv_utf8_skip_bom(source).len;
	while (pos < source.len) {
		sv_scan s = sv_scan_at(source, pos);
		token(&lx, s, pos);
		pos = s.end;
	}
	push(&lx, SV_TOK_EOF, source.len, source.len);
	return lx.out;
}

/* ------------------------------------------------- what a token stands for */

static sv_str halve(sv_arena *a, sv_str inner, char quote)
{
	if (inner.len == 0 || !memchr(inner.ptr, quote, inner.len))
		return inner;
	char *out = sv_arena_alloc(a, inner.len);
	size_t len = 0;
	for (size_t i = 0; i < inner.len; i++) {
		out[len++] = inner.ptr[i];
		i += inner.ptr[i] == quote; /* the second of the two */
	}
	return (sv_str){out, len};
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Up to `most` digits of the base at s[*i]; moves *i behind them. */
static uint32_t digits(sv_str s, size_t *i, int base, size_t most)
{
	uint32_t value = 0;
	for (size_t n = 0; n < most && *i < s.len; n++, ++*i) {
		int digit = hex_value(s.ptr[*i]);
		if (digit < 0 || digit >= base)
			break;
		value = value * (uint32_t)base + (uint32_t)digit;
	}
	return value;
}

static void put_code_point(sv_buf *b, uint32_t c)
{
	if (c < 0x80) {
		sv_buf_putc(b, (char)c);
	} else if (c < 0x800) {
		sv_buf_putc(b, (char)(0xC0 | c >> 6));
		sv_buf_putc(b, (char)(0x80 | (c & 0x3F)));
	} else if (c < 0x10000) {
		sv_buf_putc(b, (char)(0xE0 | c >> 12));
		sv_buf_putc(b, (char)(0x80 | (c >> 6 & 0x3F)));
		sv_buf_putc(b, (char)(0x80 | (c & 0x3F)));
	} else {
		sv_buf_putc(b, (char)(0xF0 | (c >> 18 & 0x07)));
		sv_buf_putc(b, (char)(0x80 | (c >> 12 & 0x3F)));
		sv_buf_putc(b, (char)(0x80 | (c >> 6 & 0x3F)));
		sv_buf_putc(b, (char)(0x80 | (c & 0x3F)));
	}
}

/* escape ::= [bfnrt] | octal{1,3} | 'x' hex{1,2} | 'u' hex{4} | 'U' hex{8} | any */
static void put_escape(sv_buf *b, sv_str s, size_t *i)
{
	char c = s.ptr[*i];
	const char *letters = "b\bf\fn\nr\rt\t";
	const char *letter = c ? strchr("bfnrt", c) : NULL;
	if (c >= '0' && c <= '7') {
		sv_buf_putc(b, (char)digits(s, i, 8, 3));
		return;
	}
	++*i;
	if (letter)
		sv_buf_putc(b, strchr(letters, c)[1]);
	else if (c == 'x' && *i < s.len && hex_value(s.ptr[*i]) >= 0)
		sv_buf_putc(b, (char)digits(s, i, 16, 2));
	else if (c == 'u' || c == 'U')
		put_code_point(b, digits(s, i, 16, c == 'u' ? 4 : 8));
	else
		sv_buf_putc(b, c);
}

static bool unescape(sv_arena *a, const sv_token *token, sv_str inner, sv_str *out, sv_diags *diags)
{
	sv_buf b = SV_BUF_INIT(a);
	for (size_t i = 0; i < inner.len;) {
		char c = inner.ptr[i++];
		if (c == '\\' && i < inner.len) {
			put_escape(&b, inner, &i);
		} else {
			sv_buf_putc(&b, c);
			i += c == '\''; /* the second of the two */
		}
	}
	*out = (sv_str){sv_buf_cstr(&b), b.len};
	if (memchr(out->ptr, '\0', out->len) || sv_utf8_find_bad(*out) < out->len) {
		sv_diags_add(diags, SV_E_LEX, token->span, "the escapes in this string make no text");
		return false;
	}
	return true;
}

bool sv_ddl_decode(sv_arena *a, const sv_token *token, sv_str *out, sv_diags *diags)
{
	sv_str t = token->text;
	if (token->kind == SV_TOK_QUOTED_IDENT || (token->kind == SV_TOK_STRING && t.ptr[0] == '\'')) {
		*out = halve(a, (sv_str){t.ptr + 1, t.len - 2}, t.ptr[0]);
	} else if (token->kind == SV_TOK_STRING && t.ptr[0] == '$') {
		size_t tag = (size_t)((const char *)memchr(t.ptr + 1, '$', t.len - 1) - t.ptr) + 1;
		*out = (sv_str){t.ptr + tag, t.len - 2 * tag};
	} else if (token->kind == SV_TOK_STRING) {
		return unescape(a, token, (sv_str){t.ptr + 2, t.len - 3}, out, diags);
	} else {
		*out = t;
	}
	return true;
}
