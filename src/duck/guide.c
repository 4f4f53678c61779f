#include "duck/guide.h"

static void put_value(sv_buf *out, const sv_value *value)
{
	switch (value->kind) {
	case SV_VALUE_TEXT:
		sv_buf_put_literal(out, value->text);
		return;
	case SV_VALUE_LIST:
		for (size_t i = 0; i < value->list.count; i++) {
			sv_buf_puts(out, i ? ", " : "[");
			if (value->list.items[i].ptr)
				sv_buf_put_literal(out, value->list.items[i]);
			else
				sv_buf_puts(out, "NULL");
		}
		sv_buf_puts(out, value->list.count ? "]" : "[]");
		return;
	case SV_VALUE_NULL:
	case SV_VALUE_BOOL:
	case SV_VALUE_OTHER:
		sv_buf_puts(out, "NULL");
		return;
	}
}

/* `before`(arguments without trailing NULLs)`after` */
static void put_call(sv_buf *out, const char *before, const sv_value *args, const char *after)
{
	size_t count = SV_MAX_ARGS;
	while (count > 1 && args[count - 1].kind == SV_VALUE_NULL)
		count--;
	sv_buf_puts(out, before);
	for (size_t i = 0; i < count; i++) {
		sv_buf_puts(out, i ? ", " : "(");
		put_value(out, &args[i]);
	}
	sv_buf_putc(out, ')');
	sv_buf_puts(out, after);
}

/* The call to write, and the macro that the opened database may have. */
static bool advise(sv_session *s, const char *macro, const char *before, const char *after,
                   const sv_value *args)
{
	sv_buf text = SV_BUF_INIT(s->arena);
	put_call(&text, before, args, after);
	sv_buf out = SV_BUF_INIT(s->arena);
	out.keywords = &s->instance->keywords;
	sv_buf_put_ident(&out, s->instance->database);
	return sv_session_fail(
	    s, SV_E_UNKNOWN_NAME,
	    "there is no macro %s in the current database. Write: %s, or qualify the "
	    "macro by the database that has it: FROM %s.%s(...)",
	    macro, sv_buf_cstr(&text), sv_buf_cstr(&out), macro);
}

bool sv_guide_query(sv_session *s, const sv_value *args, sv_columns *out)
{
	(void)out;
	return advise(s, "semantic_view", "FROM query(semantic_view_sql", ")", args);
}

bool sv_guide_explain(sv_session *s, const sv_value *args, sv_columns *out)
{
	(void)out;
	return advise(s, "explain_semantic_view", "SELECT unnest(semantic_view_explain",
	              ") AS explain_output", args);
}
