/*
 * read.h - from a JSON or YAML document to a model (docs: reference, section 3).
 *
 * The seed form is told from the full form by its key base_table.  What comes
 * back is as the author wrote it; sv_model_validate() checks and completes it.
 * Everything lives in the arena; texts may point into the document's source.
 */
#ifndef SV_MODEL_READ_H
#define SV_MODEL_READ_H

#include "doc/doc.h"
#include "model/model.h"

/*
 * Returns NULL after adding at least one problem: unknown keys, missing ones,
 * wrong types, empty names, each with its place and its path ($.metrics[2].expr).
 *
 * What was resolved when the view was defined is taken over when it belongs to
 * this very text (model/resolved.h); the expressions are then is_resolved.
 */
sv_model *sv_model_from_doc(sv_arena *a, const sv_doc *root, sv_diags *diags);

/* The same for JSON text: the form in which definitions are stored. */
sv_model *sv_model_read(sv_arena *a, sv_str text, sv_diags *diags);

#endif
