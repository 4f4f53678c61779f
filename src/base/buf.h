/*
 * buf.h - sv_buf, a growing byte buffer in an arena; all text is built here.
 *
 * Invariant after any call: ptr[len] == '\0' once something was added.  The
 * storage belongs to the arena, so there is no release call.
 */
#ifndef SV_BASE_BUF_H
#define SV_BASE_BUF_H

#include <stdarg.h>

#include "base/words.h"

typedef struct {
	sv_arena *arena;
	const sv_words *keywords; /* of the running DuckDB; NULL: every name is quoted */
	char *ptr;
	size_t len;
	size_t cap;
} sv_buf;

#define SV_BUF_INIT(a) ((sv_buf){.arena = (a)})

#if defined(__GNUC__)
#ifdef __MINGW32__ /* plain printf would mean that of Windows, which has no %zu */
#define SV_PRINTF(fmt_pos, arg_pos) __attribute__((format(gnu_printf, fmt_pos, arg_pos)))
#else
#define SV_PRINTF(fmt_pos, arg_pos) __attribute__((format(printf, fmt_pos, arg_pos)))
#endif
#else
#define SV_PRINTF(fmt_pos, arg_pos)
#endif

void sv_buf_putc(sv_buf *b, char c);
void sv_buf_put(sv_buf *b, sv_str s);
void sv_buf_puts(sv_buf *b, const char *s);
void sv_buf_putf(sv_buf *b, const char *fmt, ...) SV_PRINTF(2, 3);
void sv_buf_vputf(sv_buf *b, const char *fmt, va_list ap) SV_PRINTF(2, 0);

/*
 * "a""b" and 'it''s': the only two ways names and values enter SQL text.  A name
 * stays bare when it is a plain word and none of b->keywords.
 */
void sv_buf_put_ident(sv_buf *b, sv_str name);
void sv_buf_put_literal(sv_buf *b, sv_str value);

/* The text so far, NUL-terminated; valid until the next add. */
const char *sv_buf_cstr(sv_buf *b);

#endif
