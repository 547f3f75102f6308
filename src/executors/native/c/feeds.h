#ifndef BPRUNE_FEEDS_H
#define BPRUNE_FEEDS_H

#include <stdint.h>

/*
 * Elements `from` (even) to `end` of the standard normals of the key (k0, k1) by the quick path of the ziggurat with the tables of
 * base/normal.ts; the places of those that are not final go to `open`, which has one place more than end - from, and their number is given back.
 */
long bp_quick_normals(uint32_t k0, uint32_t k1, const double *step, const int32_t *inside, float *out, long from, long end, int32_t *open);

/* out[i][j] = values[bytes[rows[i]][j]] for i < count, j < width. */
void bp_gather_bytes(const uint8_t *bytes, const uint32_t *rows, long count, long width, const float *values, float *out);

#endif
