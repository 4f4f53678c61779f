/*
 * properties.h - what DESCRIBE SEMANTIC VIEW answers (docs: reference, section 2.4).
 */
#ifndef SV_DUCK_PROPERTIES_H
#define SV_DUCK_PROPERTIES_H

#include "duck/catalog.h"
#include "duck/function.h"

extern const sv_columns sv_properties_columns;

bool sv_properties(sv_session *s, sv_view_key *key, sv_answer *out);

#endif
