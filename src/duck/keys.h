/*
 * keys.h - of which relationships the keys are exact (plan/request.h).
 */
#ifndef SV_DUCK_KEYS_H
#define SV_DUCK_KEYS_H

#include "duck/session.h"
#include "plan/view.h"

/*
 * One flag per relationship of the view, for those asked: the types of its columns,
 * as committed tables have them now, are integers, or both the same date, timestamp,
 * UUID or boolean.  Where a source cannot be found or the types are others, false:
 * whether texts compare by a collation cannot be seen.
 */
const bool *sv_keys_exact(sv_session *s, const sv_view *v, sv_str database, const bool *asked);

#endif
