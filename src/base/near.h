/* near.h - which known name a mistyped one was meant to be. */
#ifndef SV_BASE_NEAR_H
#define SV_BASE_NEAR_H

#include "base/str.h"

/*
 * Returns the index of the candidate nearest to `name` (Levenshtein distance
 * with swapped neighbours counting one, ASCII case ignored), or (size_t)-1
 * when none is near enough to be meant: at most a third of the longer name's
 * bytes may differ, and at most three.  Names above 64 bytes are never near.
 *
 *   regoin among {region, revenue}    0
 *   x      among {region, revenue}    (size_t)-1
 */
size_t sv_near_find(sv_str name, const sv_str *candidates, size_t count);

#endif
