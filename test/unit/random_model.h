/* random_model.h - models of every shape, the same for the same seed. */
#ifndef RANDOM_MODEL_H
#define RANDOM_MODEL_H

#include "model/model.h"

/* As a reader would return it: not validated, and it need not be valid. */
sv_model *random_model(sv_arena *a, uint64_t seed);

#endif
