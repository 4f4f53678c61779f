/*
 * check.h - check_semantic_view: what the author asserted, against the data.
 */
#ifndef SV_DUCK_CHECK_H
#define SV_DUCK_CHECK_H

#include "duck/function.h"

extern const sv_columns sv_check_columns;

bool sv_check_view(sv_session *s, const sv_value *args, sv_answer *out);

#endif
