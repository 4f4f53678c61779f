#include "base/utf8.h"

/* The width of the sequence at text[i], or 0 when it is none.  RFC 3629, section 4. */
static size_t sequence(sv_str text, size_t i)
{
	const unsigned char *p = (const unsigned char *)text.ptr + i;
	size_t left = text.len - i;
	size_t width = sv_utf8_width(text.ptr[i]);
	unsigned char low = 0x80;
	unsigned char high = 0xBF;
	if (p[0] < 0xC2 || p[0] > 0xF4 || left < width)
		return 0;
	if (p[0] == 0xE0)
		low = 0xA0; /* overlong */
	else if (p[0] == 0xED)
		high = 0x9F; /* surrogates */
	else if (p[0] == 0xF0)
		low = 0x90; /* overlong */
	else if (p[0] == 0xF4)
		high = 0x8F; /* above U+10FFFF */
	if (p[1] < low || p[1] > high)
		return 0;
	for (size_t k = 2; k < width; k++)
		if ((p[k] & 0xC0) != 0x80)
			return 0;
	return width;
}

size_t sv_utf8_find_bad(sv_str text)
{
	size_t i = 0;
	while (i < text.len) {
		if (!(text.ptr[i] & 0x80)) {
			i++;
			continue;
		}
		size_t width = sequence(text, i);
		if (width == 0)
			return i;
		i += width;
	}
	return text.len;
}
