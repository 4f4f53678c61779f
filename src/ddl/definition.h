/*
 * definition.h - a definition in any of its spellings, to a model.
 *
 * What comes back is as the author wrote it: sv_model_validate() checks and
 * completes it.  Everything lives in the arena; the text must outlive the model.
 */
#ifndef SV_DDL_DEFINITION_H
#define SV_DDL_DEFINITION_H

#include "ddl/ast.h"

/*
 * Tells the spellings apart by the first character or word, behind a byte-order
 * mark, blanks and comments: `{` is JSON (behind a comment that begins with #, which
 * JSON does not have, YAML), TABLES is clause text, CREATE is an error that points to
 * semantic_ddl, anything else is YAML.  diags->source should be the text.  Returns
 * NULL after adding at least one problem.
 */
sv_model *sv_definition_read(sv_arena *a, sv_str text, sv_diags *diags);

/* The same for a text of a known form: the file of FROM YAML FILE 'path'. */
sv_model *sv_definition_read_as(sv_arena *a, sv_create_form form, sv_str text, sv_diags *diags);

/*
 * The model of a CREATE statement.  Of one with a document in it the places are
 * those in the document, which becomes diags->source.  One with a file is not for
 * this function: read the file, call sv_definition_read_as() with diags for its
 * text, then sv_definition_set_comment().
 */
sv_model *sv_definition_of_create(sv_arena *a, const sv_statement *create, sv_diags *diags);

/* Gives the model the comment that stood in front of the document, if any.
 * False: the document has one too. */
bool sv_definition_set_comment(sv_model *m, const sv_statement *create, sv_diags *diags);

#endif
