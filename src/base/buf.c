#include "base/buf.h"

#include <stdio.h>

static void reserve(sv_buf *b, size_t extra)
{
	size_t need = b->len + extra + 1;
	if (need <= b->cap)
		return;
	size_t cap = b->cap ? b->cap * 2 : 64;
	if (cap < need)
		cap = need;
	b->ptr = sv_arena_grow(b->arena, b->ptr, b->cap, cap);
	b->cap = cap;
}

void sv_buf_put(sv_buf *b, sv_str s)
{
	reserve(b, s.len);
	if (s.len)
		memcpy(b->ptr + b->len, s.ptr, s.len);
	b->len += s.len;
	b->ptr[b->len] = '\0';
}

void sv_buf_putc(sv_buf *b, char c)
{
	sv_buf_put(b, (sv_str){&c, 1});
}

void sv_buf_puts(sv_buf *b, const char *s)
{
	sv_buf_put(b, (sv_str){s, strlen(s)});
}

void sv_buf_vputf(sv_buf *b, const char *fmt, va_list ap)
{
	va_list again;
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0) /* more than INT_MAX bytes */
		sv_arena_out_of_memory(b->arena);
	reserve(b, (size_t)n);
	vsnprintf(b->ptr + b->len, (size_t)n + 1, fmt, ap);
	b->len += (size_t)n;
}

void sv_buf_putf(sv_buf *b, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	sv_buf_vputf(b, fmt, ap);
	va_end(ap);
}

static void put_quoted(sv_buf *b, sv_str s, char quote)
{
	sv_buf_putc(b, quote);
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == quote)
			sv_buf_putc(b, quote);
		sv_buf_putc(b, s.ptr[i]);
	}
	sv_buf_putc(b, quote);
}

static bool is_plain_word(sv_str name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
		if (!is_letter && (i == 0 || c < '0' || c > '9'))
			return false;
	}
	return name.len > 0;
}

void sv_buf_put_ident(sv_buf *b, sv_str name)
{
	if (b->keywords && is_plain_word(name) && !sv_words_has(b->keywords, name))
		sv_buf_put(b, name);
	else
		put_quoted(b, name, '"');
}

void sv_buf_put_literal(sv_buf *b, sv_str value)
{
	put_quoted(b, value, '\'');
}

const char *sv_buf_cstr(sv_buf *b)
{
	reserve(b, 0);
	b->ptr[b->len] = '\0';
	return b->ptr;
}
