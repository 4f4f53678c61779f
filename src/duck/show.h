/*
 * show.h - what the SHOW statements and the show_semantic_* functions answer (docs:
 * reference, section 2.5).
 */
#ifndef SV_DUCK_SHOW_H
#define SV_DUCK_SHOW_H

#include "ddl/ast.h"
#include "duck/function.h"

/* The columns of a SHOW statement. */
sv_columns sv_show_columns(const sv_statement *show);

/* Its rows. */
bool sv_show(sv_session *s, const sv_statement *show, sv_answer *out);

/* show_semantic_views(), show_semantic_dimensions(view), ... */
bool sv_show_views(sv_session *s, const sv_value *args, sv_answer *out);
bool sv_show_dimensions(sv_session *s, const sv_value *args, sv_answer *out);
bool sv_show_metrics(sv_session *s, const sv_value *args, sv_answer *out);
bool sv_show_facts(sv_session *s, const sv_value *args, sv_answer *out);
bool sv_show_dimensions_for_metric(sv_session *s, const sv_value *args, sv_answer *out);
bool sv_show_columns_in_view(sv_session *s, const sv_value *args, sv_answer *out);

extern const sv_columns sv_show_views_columns;
extern const sv_columns sv_show_members_columns;
extern const sv_columns sv_show_for_metric_columns;
extern const sv_columns sv_show_columns_columns;

#endif
