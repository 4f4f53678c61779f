/* sv_documents.h - what the tests of JSON and YAML share. */
#ifndef SV_DOCUMENTS_H
#define SV_DOCUMENTS_H

#include "doc/doc.h"

typedef const sv_doc *(*sv_parse_document)(sv_arena *a, sv_str source, sv_diags *diags);

/* The tree in one line: {key@start-end: "text"@start-end, ...}; ' before a plain
 * scalar of YAML.  NULL when the text is no document. */
const char *sv_show_document(sv_arena *a, sv_parse_document parse, sv_str source);

/* The problems that are found. */
const char *sv_show_problems(sv_arena *a, sv_parse_document parse, sv_str source);

/* count times the text. */
sv_str sv_repeat(sv_arena *a, const char *text, size_t count);

/* The parser gives up cleanly whichever allocation fails. */
void sv_fail_each_allocation(sv_parse_document parse, sv_str source);

#endif
