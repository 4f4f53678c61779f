/* utf8.h - whether bytes are UTF-8 (RFC 3629: no overlong forms, no surrogates). */
#ifndef SV_BASE_UTF8_H
#define SV_BASE_UTF8_H

#include "base/str.h"

/* The offset of the first byte that no valid sequence has there, or text.len. */
size_t sv_utf8_find_bad(sv_str text);

/* Bytes of the (valid) sequence that starts with c. */
static inline size_t sv_utf8_width(char c)
{
	unsigned char u = (unsigned char)c;
	if (u < 0xC0)
		return 1;
	if (u < 0xE0)
		return 2;
	return u < 0xF0 ? 3 : 4;
}

/* At most `max` bytes of a valid text, no character cut in two: for messages. */
static inline sv_str sv_utf8_cut(sv_str text, size_t max)
{
	if (text.len <= max)
		return text;
	while (max > 0 && ((unsigned char)text.ptr[max] & 0xC0) == 0x80)
		max--;
	return (sv_str){text.ptr, max};
}

enum { SV_SHOWN_NAME = 80 }; /* bytes of a name in a message: nobody reads a megabyte */

/* The text without the byte-order mark it may start with. */
static inline sv_str sv_utf8_skip_bom(sv_str text)
{
	if (text.len >= 3 && memcmp(text.ptr, "\xEF\xBB\xBF", 3) == 0)
		return (sv_str){text.ptr + 3, text.len - 3};
	return text;
}

#endif
