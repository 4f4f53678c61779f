/*
 * parser.h - statements about semantic views, from text to sv_statement (docs:
 * reference, section 2).
 */
#ifndef SV_DDL_PARSER_H
#define SV_DDL_PARSER_H

#include "ddl/ast.h"

/*
 * Parses exactly one statement, with or without ';'.  Returns NULL after adding
 * at least one problem; goes on past a bad item of a list, so that one call can
 * report several.
 */
sv_statement *sv_ddl_parse_statement(sv_arena *a, sv_str source, sv_diags *diags);

/* The same for the clauses alone: TABLES (...) ... METRICS (...). */
sv_body *sv_ddl_parse_body(sv_arena *a, sv_str source, sv_diags *diags);

#endif
