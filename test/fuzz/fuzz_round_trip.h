/* fuzz_round_trip.h - what holds of any definition that was accepted. */
#ifndef FUZZ_ROUND_TRIP_H
#define FUZZ_ROUND_TRIP_H

#include "ddl/definition.h"
#include "ddl/parser.h"
#include "ddl/print.h"
#include "model/read.h"
#include "model/validate.h"
#include "model/write.h"

/* A failure always says why. */
static inline void fuzz_check(const void *result, const sv_diags *d)
{
	if (!result && d->count == 0)
		__builtin_trap();
	sv_buf out = SV_BUF_INIT(d->arena);
	sv_diags_render(d, &out);
}

/* What the author wrote, and with what was resolved. */
static inline sv_str fuzz_stored(sv_arena *a, const sv_model *m, bool with_resolved)
{
	sv_buf b = SV_BUF_INIT(a);
	sv_model_put_stored(m, with_resolved, &b);
	return (sv_str){sv_buf_cstr(&b), b.len};
}

/* The stored form reads back as the same, with what was resolved. */
static inline void fuzz_reads_back(sv_arena *a, const sv_model *m)
{
	sv_diags d;
	sv_str resolved = fuzz_stored(a, m, true);
	sv_diags_init(&d, a, NULL, resolved);
	const sv_model *again = sv_model_read(a, resolved, &d);
	if (!again || !sv_str_eq(fuzz_stored(a, again, true), resolved))
		__builtin_trap();
}

/* YAML that we print defines the same again; what validation fills in is not printed. */
static inline void fuzz_round_trip(sv_arena *a, sv_model *m)
{
	sv_diags d;
	sv_str wanted = fuzz_stored(a, m, false);
	sv_buf yaml = SV_BUF_INIT(a);
	sv_model_put_yaml(m, &yaml);
	fuzz_reads_back(a, m);
	sv_diags_init(&d, a, NULL, wanted);
	const sv_model *again = sv_definition_read(a, (sv_str){yaml.ptr, yaml.len}, &d);
	if (!again || !sv_str_eq(fuzz_stored(a, again, false), wanted))
		__builtin_trap();
	sv_diags_init(&d, a, NULL, wanted);
	fuzz_check(sv_model_validate(a, m, &d), &d);
	if (!sv_str_eq(fuzz_stored(a, m, false), wanted))
		__builtin_trap();
}

#endif
