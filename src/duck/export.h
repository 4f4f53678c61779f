/* export.h - definitions as text: get_ddl, read_yaml_from_semantic_view and
 * semantic_view_diagram. */
#ifndef SV_DUCK_EXPORT_H
#define SV_DUCK_EXPORT_H

#include "duck/function.h"

bool sv_export_ddl(sv_session *s, const sv_value *args, sv_buf *out);
bool sv_export_yaml(sv_session *s, const sv_value *args, sv_buf *out);
bool sv_export_diagram(sv_session *s, const sv_value *args, sv_buf *out);

#endif
