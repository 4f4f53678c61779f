/*
 * statement.h - semantic_ddl('...'): one statement about semantic views (docs:
 * reference, section 2).
 */
#ifndef SV_DUCK_STATEMENT_H
#define SV_DUCK_STATEMENT_H

#include "duck/function.h"

/* Parses the statement far enough to tell its columns. */
bool sv_statement_bind(sv_session *s, const sv_value *args, sv_columns *out);

/* Runs it. */
bool sv_statement_run(sv_session *s, const sv_value *args, sv_answer *out);

#endif
