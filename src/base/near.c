#include "base/near.h"

enum { NEAR_MAX = 64, NEAR_DISTANCE = 3 };

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t min(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Optimal string alignment distance (Boytsov, "Indexing methods for
 * approximate dictionary searching", 2011, section 2), three rows at a time. */
static size_t distance(sv_str a, sv_str b)
{
	size_t rows[3][NEAR_MAX + 1];
	for (size_t j = 0; j <= b.len; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t *now = rows[i % 3];
		const size_t *last = rows[(i + 2) % 3];
		const size_t *before = rows[(i + 1) % 3];
		now[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			char x = lower(a.ptr[i - 1]);
			char y = lower(b.ptr[j - 1]);
			now[j] = min(min(last[j], now[j - 1]) + 1, last[j - 1] + (x != y));
			if (i > 1 && j > 1 && x == lower(b.ptr[j - 2]) && lower(a.ptr[i - 2]) == y)
				now[j] = min(now[j], before[j - 2] + 1);
		}
	}
	return rows[a.len % 3][b.len];
}

size_t sv_near_find(sv_str name, const sv_str *candidates, size_t count)
{
	size_t best = (size_t)-1;
	size_t best_distance = NEAR_DISTANCE + 1;
	if (name.len == 0 || name.len > NEAR_MAX)
		return best;
	for (size_t i = 0; i < count; i++) {
		sv_str c = candidates[i];
		size_t longer = c.len > name.len ? c.len : name.len;
		if (c.len == 0 || longer > NEAR_MAX)
			continue;
		size_t gap = c.len > name.len ? c.len - name.len : name.len - c.len;
		if (gap >= best_distance)
			continue;
		size_t d = distance(name, c);
		if (d < best_distance && d * 3 <= longer + 1) {
			best = i;
			best_distance = d;
		}
	}
	return best;
}
