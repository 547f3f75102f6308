/*
 * The inner loops that products and convolutions share: a tile of a result, some rows times one or two panels of vectors wide, stays in
 * registers while a sum runs over its terms (Goto and van de Geijn 2008). Vectors are those of the compiler, as wide as the machine's.
 */
#ifndef BPRUNE_TILE_H
#define BPRUNE_TILE_H

#include <string.h>

#define BP_INLINE static inline __attribute__((always_inline))

/* A wide tile fills the registers with sums and leaves room for a row of the right operand; a narrow one is half as wide. */
#if defined(__AVX512F__)
enum { LANES = 16, VECTORS = 2, WIDE_ROWS = 8 };
#elif defined(__AVX__)
enum { LANES = 8, VECTORS = 2, WIDE_ROWS = 6 };
#elif defined(__aarch64__)
enum { LANES = 4, VECTORS = 4, WIDE_ROWS = 6 };
#else
enum { LANES = 4, VECTORS = 2, WIDE_ROWS = 6 };
#endif
enum { WIDE = LANES * VECTORS, NARROW = WIDE / 2, MOST_ROWS = 8 };

typedef float bp_vector __attribute__((vector_size(LANES * 4)));
typedef float bp_unaligned __attribute__((vector_size(LANES * 4), aligned(4), may_alias));

BP_INLINE bp_vector bp_load(const float *p) { return *(const bp_unaligned *)p; }
BP_INLINE void bp_store(float *p, bp_vector x) { *(bp_unaligned *)p = x; }

/*
 * c[i][j] (+)= sum over t < outer, l < inner of a[i][t a_outer + l] b[t b_outer + l b_step + j]: the left operand's rows lie anywhere, and
 * their terms one after another, in runs.
 */
typedef void (*bp_rows_tile)(long outer, long a_outer, long b_outer, long inner, const float *const *a, const float *b, long b_step,
                             float *const *c, int add);

/* c[i][j] (+)= sum over t < outer, l < inner of a[t a_outer + l a_step + i] b[t b_outer + l b_step + j]: here rows are neighbours. */
typedef void (*bp_columns_tile)(long outer, long a_outer, long b_outer, long inner, const float *a, long a_step, const float *b,
                                long b_step, float *const *c, int add);

/* By the number of rows, and whether the tile is wide. */
extern const bp_rows_tile bp_rows_tiles[2][MOST_ROWS + 1];
extern const bp_columns_tile bp_columns_tiles[2][MOST_ROWS + 1];

static inline int bp_tile_rows(int wide) { return wide ? WIDE_ROWS : MOST_ROWS; }

/*
 * Columns are cut into wide panels and, for a rest that fits it, a narrow one. In memory of their own, panels lie one after another, each
 * with its rows one after another; what a panel has beyond the columns is zero.
 */
static inline int bp_is_wide(long columns_left) { return columns_left > NARROW; }
static inline long bp_panel_width(long columns_left) { return bp_is_wide(columns_left) ? WIDE : NARROW; }
static inline long bp_panel_columns(long columns) {
  const long rest = columns % WIDE;
  return columns - rest + (rest == 0 ? 0 : bp_panel_width(rest));
}

/* Copies b[l][j] for l < terms, j < columns, where rows are `step` apart, into panels; the second for b stored as b[j][l]. */
void bp_pack_panels(float *into, const float *b, long step, long columns, long terms);
void bp_pack_transposed(float *into, const float *b, long step, long columns, long terms);

BP_INLINE void bp_copy_columns(float *to, const float *from, long columns) {
  if (columns < LANES) {
    if (columns < 4) for (long j = 0; j < columns; j++) to[j] = from[j];
    else memcpy(to, from, 16), memcpy(to + columns - 4, from + columns - 4, 16);
    return;
  }
  for (long j = 0; j + LANES < columns; j += LANES) bp_store(to + j, bp_load(from + j));
  bp_store(to + columns - LANES, bp_load(from + columns - LANES)); /* some of them for the second time */
}

/* Where a panel is wider than the columns that are left, a tile is computed beside: its columns are taken there and brought back. */
typedef struct {
  float beside[MOST_ROWS * WIDE];
  float *rows[MOST_ROWS];
} bp_partial;

static inline void bp_begin_partial(bp_partial *p, int rows, long width, long columns, float *const *c, int add) {
  for (int i = 0; i < MOST_ROWS; i++) p->rows[i] = p->beside + i * width;
  if (!add) return;
  memset(p->beside, 0, sizeof p->beside);
  for (int i = 0; i < rows; i++) bp_copy_columns(p->rows[i], c[i], columns);
}
static inline void bp_end_partial(const bp_partial *p, int rows, long columns, float *const *c) {
  for (int i = 0; i < rows; i++) bp_copy_columns(c[i], p->rows[i], columns);
}

#endif
