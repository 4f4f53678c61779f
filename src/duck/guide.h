/*
 * guide.h - what semantic_view(...) is where there is no macro of that name: a
 * function of the system catalog whose error spells out the call to write.
 */
#ifndef SV_DUCK_GUIDE_H
#define SV_DUCK_GUIDE_H

#include "duck/function.h"

bool sv_guide_query(sv_session *s, const sv_value *args, sv_columns *out);
bool sv_guide_explain(sv_session *s, const sv_value *args, sv_columns *out);

#endif
