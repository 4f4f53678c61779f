/*
 * ident.h - SQL identifiers as people write them: region, "Order Date", o.x.
 */
#ifndef SV_BASE_IDENT_H
#define SV_BASE_IDENT_H

#include "base/str.h"

enum { SV_IDENT_MAX_PARTS = 8 };

/* A dotted name, quotes removed. */
typedef struct {
	sv_str parts[SV_IDENT_MAX_PARTS];
	size_t count;
} sv_ident;

/*
 * Reads a dotted name at text[*pos], blanks and comments around its dots
 * included, and moves *pos behind its last part.  Returns false, with *pos
 * where it is, when there is no name, a quote is left open or it has too many
 * parts.  Parts without doubled quotes point into the text, others into the
 * arena.
 *
 *   o . "my ""x""" + 1     {o, my "x"}, *pos at " + 1"
 *   o.*                    {o}, *pos at ".*"
 */
bool sv_ident_read(sv_arena *a, sv_str text, size_t *pos, sv_ident *out);

/* The whole text is one dotted name (blanks around it allowed). */
bool sv_ident_parse(sv_arena *a, sv_str text, sv_ident *out);

/* Moves *pos over blanks and comments (line and nested block). */
void sv_ident_skip_blanks(sv_str text, size_t *pos);

#endif
