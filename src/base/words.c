#include "base/words.h"

#include <stdlib.h>

static unsigned char lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

int sv_str_icmp(sv_str a, sv_str b)
{
	size_t shorter = a.len < b.len ? a.len : b.len;
	for (size_t i = 0; i < shorter; i++) {
		int difference = lower(a.ptr[i]) - lower(b.ptr[i]);
		if (difference)
			return difference;
	}
	return (a.len > b.len) - (a.len < b.len);
}

static int by_word(const void *a, const void *b)
{
	return sv_str_icmp(*(const sv_str *)a, *(const sv_str *)b);
}

void sv_words_sort(sv_words *words)
{
	if (words->count)
		qsort(words->items, words->count, sizeof(sv_str), by_word);
}

bool sv_words_has(const sv_words *words, sv_str word)
{
	return words && words->count &&
	       bsearch(&word, words->items, words->count, sizeof(sv_str), by_word);
}
