/*
 * ask.h - requests: from the arguments of semantic_view to SQL text (docs:
 * reference, section 4).
 */
#ifndef SV_DUCK_ASK_H
#define SV_DUCK_ASK_H

#include "duck/function.h"

/* semantic_view_sql(view_name, dimensions, metrics, facts, where_clause) */
bool sv_ask_sql(sv_session *s, const sv_value *args, sv_buf *out);

/* The same below a header of comments: what explain_semantic_view shows. */
bool sv_ask_explain(sv_session *s, const sv_value *args, sv_buf *out);

#endif
