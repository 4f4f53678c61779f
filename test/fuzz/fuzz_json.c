/* Any bytes as JSON: a failure says why, and what is accepted comes back from what is
 * printed of it.  And any numbers as what was resolved of a view. */
#include "fuzz_round_trip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char view[] =
    "{\"tables\": [{\"name\": \"o\"}, {\"name\": \"c\", \"primary_key\": [\"id\"]}],"
    "\"relationships\": [{\"from\": \"o\", \"from_columns\": [\"c\"], \"to\": \"c\"}],"
    "\"facts\": [{\"table\": \"o\", \"name\": \"net\", \"expr\": \"amount * rate + o.x\"}],"
    "\"dimensions\": [{\"table\": \"c\", \"name\": \"city\", \"expr\": \"city\"}],"
    "\"metrics\": [{\"table\": \"o\", \"name\": \"n\", \"expr\": \"sum(net)\"}]}";

/* The stored view with these numbers for its first expression. */
static sv_str fuzz_numbers(sv_arena *a, const uint8_t *data, size_t size)
{
	static const char placeholder[] = "\"0 0 0 0\"";
	sv_diags d;
	sv_buf out = SV_BUF_INIT(a);
	sv_str text = {view, sizeof(view) - 1};
	sv_diags_init(&d, a, NULL, text);
	sv_model *m = sv_model_read(a, text, &d);
	for (size_t i = 0; i < sv_model_member_count(m); i++)
		m->members[i].expr.is_resolved = true;
	text = fuzz_stored(a, m, true);
	const char *at = strstr(text.ptr, placeholder);
	sv_buf_put(&out, (sv_str){text.ptr, (size_t)(at - text.ptr)});
	sv_buf_putc(&out, '"');
	for (size_t i = 0; i < size; i++)
		sv_buf_putc(&out, "0123456789  "[data[i] % 12]);
	sv_buf_puts(&out, at + sizeof(placeholder) - 2);
	return (sv_str){sv_buf_cstr(&out), out.len};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	sv_arena a = {0};
	sv_str src = size ? (sv_str){(const char *)data, size} : SV_LIT("");
	sv_diags d;
	sv_diags_init(&d, &a, "semantic view 'fuzz'", src);
	sv_model *m = sv_definition_read_as(&a, SV_FROM_JSON, src, &d);
	fuzz_check(m, &d);
	if (m)
		fuzz_round_trip(&a, m);
	sv_doc_parse_trusted_json(&a, src);
	m = sv_model_read(&a, fuzz_numbers(&a, data, size), &d);
	fuzz_reads_back(&a, m);
	sv_arena_free(&a);
	return 0;
}
