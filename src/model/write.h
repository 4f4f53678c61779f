/*
 * write.h - from a model to documents.  Reading what is written here gives the
 * same model, and writing that the same bytes.
 *
 * Only what the author wrote is written, whether the model was validated or not:
 * names and keys that validation filled in are left out.
 */
#ifndef SV_MODEL_WRITE_H
#define SV_MODEL_WRITE_H

#include "doc/write.h"
#include "model/model.h"

/* Bytes.  A stored definition has escapes and `resolved`, so it may be larger than
 * what the author gave; sv_model_read() reads up to this. */
enum { SV_MAX_STORED = 16 * 1024 * 1024 };

/* Whether the stored form can be read again: its bytes and its values. */
bool sv_model_check_size(sv_arena *a, const sv_model *m, sv_diags *diags);

/*
 * The stored form: JSON of the full form, or of the seed form, with `version` and,
 * when expressions are resolved or sources were found, with `resolved`
 * (model/resolved.h); without it where it would make the text too large.
 */
void sv_model_put_json(const sv_model *m, sv_buf *out);

/* The same, without `resolved` when that is not wanted. */
void sv_model_put_stored(const sv_model *m, bool with_resolved, sv_buf *out);

/* What the author wrote and nothing else, in the style asked for. */
void sv_model_put_document(const sv_model *m, sv_doc_style style, sv_buf *out);

/* The same as YAML. */
void sv_model_put_yaml(const sv_model *m, sv_buf *out);

#endif
