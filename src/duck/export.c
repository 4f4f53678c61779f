#include "duck/export.h"

#include "ddl/diagram.h"
#include "ddl/print.h"
#include "duck/view.h"
#include "model/write.h"

bool sv_export_ddl(sv_session *s, const sv_value *args, sv_buf *out)
{
	sv_str kind;
	sv_str name;
	sv_view_key key;
	if (!sv_value_require(s, &args[0], "get_ddl", "the kind of the object", &kind) ||
	    !sv_value_require(s, &args[1], "get_ddl", "the name", &name))
		return false;
	if (!sv_str_ieq(kind, SV_LIT("SEMANTIC_VIEW")) && !sv_str_ieq(kind, SV_LIT("SEMANTIC VIEW")))
		return sv_session_fail(s, SV_E_INVALID, "get_ddl knows 'SEMANTIC_VIEW' only, not '%.*s'",
		                       SV_FMT(kind));
	if (args[2].kind == SV_VALUE_NULL && args[2].is_given)
		return sv_session_fail(
		    s, SV_E_INVALID, "get_ddl: use_fully_qualified_names must be true or false, not NULL");
	const sv_entry *entry = sv_view_open(s, name, &key);
	if (!entry)
		return false;
	sv_buf view = SV_BUF_INIT(s->arena);
	view.keywords = out->keywords = &s->instance->keywords;
	if (args[2].truth) {
		sv_buf_put_ident(&view, key.database);
		sv_buf_putc(&view, '.');
	}
	sv_buf_put_ident(&view, key.name);
	sv_ddl_put_create(entry->view.model, (sv_str){view.ptr, view.len}, out);
	return true;
}

bool sv_export_yaml(sv_session *s, const sv_value *args, sv_buf *out)
{
	sv_str name;
	sv_view_key key;
	if (!sv_value_require(s, &args[0], "read_yaml_from_semantic_view", "the name", &name))
		return false;
	const sv_entry *entry = sv_view_open(s, name, &key);
	if (entry)
		sv_model_put_yaml(entry->view.model, out);
	return entry;
}

bool sv_export_diagram(sv_session *s, const sv_value *args, sv_buf *out)
{
	sv_str name;
	sv_view_key key;
	if (!sv_value_require(s, &args[0], "semantic_view_diagram", "the name", &name))
		return false;
	const sv_entry *entry = sv_view_open(s, name, &key);
	if (entry)
		sv_ddl_put_diagram(entry->view.model, out);
	return entry;
}
