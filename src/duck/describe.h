/* describe.h - list_semantic_views and describe_semantic_view. */
#ifndef SV_DUCK_DESCRIBE_H
#define SV_DUCK_DESCRIBE_H

#include "duck/function.h"

extern const sv_columns sv_list_columns;
extern const sv_columns sv_describe_columns;

bool sv_list_views(sv_session *s, const sv_value *args, sv_answer *out);
bool sv_describe_view(sv_session *s, const sv_value *args, sv_answer *out);

#endif
