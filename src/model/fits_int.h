/*
 * fits_int.h - whether what was stored about an expression can have been found in it.
 *
 * A database file may hold anything, with a fingerprint that fits.  The planner takes
 * for granted what expr/resolve.h makes sure of; here the same is asked of what was
 * read, so that numbers that were made up cannot lead it astray: what does not fit is
 * found out anew.  Whether the right bytes are meant is not asked: as little as a
 * definition itself can be told to mean what its author wanted.
 */
#ifndef SV_MODEL_FITS_INT_H
#define SV_MODEL_FITS_INT_H

#include "model/model.h"

/* x is expression number `index` of the model, which is not validated yet; its spans
 * lie in the text and are sorted, its indexes exist. */
bool sv_resolved_fits(const sv_model *m, size_t index, const sv_expr *x);

#endif
