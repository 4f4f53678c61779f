/*
 * define.h - from the text of a definition to a row of the table: read, validate,
 * find sources, parse and resolve expressions, check paths, bind, store.  On any
 * failure nothing is written.
 */
#ifndef SV_DUCK_DEFINE_H
#define SV_DUCK_DEFINE_H

#include "duck/catalog.h"
#include "duck/function.h"

/* define_semantic_view(name, definition) */
bool sv_define(sv_session *s, const sv_value *args, sv_buf *out);

/* Checks and stores a model; the places of problems are in s->diags.source.
 * *existed tells whether there was a view of that name. */
bool sv_define_model(sv_session *s, const sv_view_key *key, sv_model *m, sv_create_mode mode,
                     bool *existed);

/* The stored form of a model, led by when it was made, if that is known. */
sv_str sv_define_stored(sv_session *s, const sv_model *m, sv_str created_on);

#endif
