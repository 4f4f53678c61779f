/* Any bytes as JSON: a failure says why, and what is accepted comes back from what is
 * printed of it. */
#include "fuzz_round_trip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
	sv_arena_free(&a);
	return 0;
}
