/*
 * sv_golden.h - the files of test/golden, each with the text that is given and,
 * behind a line `----`, the text that is expected.
 *
 * With SV_UPDATE_GOLDEN set in the environment the expected texts are written.
 */
#ifndef SV_GOLDEN_H
#define SV_GOLDEN_H

#include "model/model.h"

typedef struct {
	const char *name; /* of the file */
	const char *path;
	sv_str given;
	sv_str expected; /* empty when the file has no such part */
} sv_golden;

/* The files of a folder of test/golden, by name. */
size_t sv_golden_list(sv_arena *a, const char *folder, sv_golden **out);

/* Compares, or writes; returns whether they are equal. */
bool sv_golden_check(sv_arena *a, const sv_golden *g, sv_str got);

/* The end of the file's name: ".stmt". */
bool sv_golden_is(const sv_golden *g, const char *suffix);

/* Calls body for each file of a folder, in an arena of its own; fails when there are less
 * than `at_least`, or when body returned false for some. */
void sv_golden_each(const char *folder, size_t at_least,
                    bool (*body)(sv_arena *a, const sv_golden *g));

/* What a text defines: a statement of semantic_ddl, or what define_semantic_view takes.
 * NULL after adding a problem. */
sv_model *sv_golden_read(sv_arena *a, sv_str text, bool is_statement, sv_diags *d);

#endif
