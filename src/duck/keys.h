/*
 * keys.h - of which relationships the keys are exact (plan/request.h).
 */
#ifndef SV_DUCK_KEYS_H
#define SV_DUCK_KEYS_H

#include "duck/session.h"
#include "plan/request.h"

/*
 * One item per relationship of the view, filled for those asked: both its tables are
 * tables of the view's own database, and the types of its columns, as committed, are
 * integers, or both UUID.  Of others nothing is said: whether texts compare by a
 * collation cannot be seen, nor what a query or a view gives in the caller's query.
 */
const sv_exact_key *sv_keys_exact(sv_session *s, const sv_view *v, sv_str database,
                                  const bool *asked);

#endif
