/* words.h - a set of words, looked up without regard to ASCII case. */
#ifndef SV_BASE_WORDS_H
#define SV_BASE_WORDS_H

#include "base/str.h"

/* Sorted by sv_words_sort(); does not own the texts. */
typedef struct {
	sv_str *items;
	size_t count;
} sv_words;

/* ASCII case-insensitive order: < 0, 0, > 0. */
int sv_str_icmp(sv_str a, sv_str b);

void sv_words_sort(sv_words *words);

/* NULL stands for the empty set. */
bool sv_words_has(const sv_words *words, sv_str word);

#endif
