/* The tiles of tile.h for each number of rows: one loop each, unrolled by the compiler. */
#include "tile.h"

BP_INLINE void begin(const int rows, const int vectors, bp_vector sum[MOST_ROWS][VECTORS], float *const *c, int add) {
#pragma GCC unroll 8
  for (int i = 0; i < rows; i++)
#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++) sum[i][v] = add ? bp_load(c[i] + v * LANES) : (bp_vector){0};
}

BP_INLINE void end(const int rows, const int vectors, bp_vector sum[MOST_ROWS][VECTORS], float *const *c) {
#pragma GCC unroll 8
  for (int i = 0; i < rows; i++)
#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++) bp_store(c[i] + v * LANES, sum[i][v]);
}

BP_INLINE void rows_tile(const int rows, const int vectors, long outer, long a_outer, long b_outer, long inner, const float *const *a,
                         const float *b, long b_step, float *const *c, int add) {
  bp_vector sum[MOST_ROWS][VECTORS];
  begin(rows, vectors, sum, c, add);
  for (long t = 0; t < outer; t++) {
    const float *row[MOST_ROWS], *term = b + t * b_outer;
#pragma GCC unroll 8
    for (int i = 0; i < rows; i++) row[i] = a[i] + t * a_outer;
#pragma GCC unroll 4
    for (long l = 0; l < inner; l++) {
      bp_vector y[VECTORS];
#pragma GCC unroll 4
      for (int v = 0; v < vectors; v++) y[v] = bp_load(term + v * LANES);
      term += b_step;
#pragma GCC unroll 8
      for (int i = 0; i < rows; i++)
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++) sum[i][v] += row[i][l] * y[v];
    }
  }
  end(rows, vectors, sum, c);
}

BP_INLINE void columns_tile(const int rows, const int vectors, long outer, long a_outer, long b_outer, long inner, const float *a,
                            long a_step, const float *b, long b_step, float *const *c, int add) {
  bp_vector sum[MOST_ROWS][VECTORS];
  begin(rows, vectors, sum, c, add);
  for (long t = 0; t < outer; t++) {
    const float *x = a + t * a_outer, *term = b + t * b_outer;
    for (long l = 0; l < inner; l++) {
      bp_vector y[VECTORS];
#pragma GCC unroll 4
      for (int v = 0; v < vectors; v++) y[v] = bp_load(term + v * LANES);
#pragma GCC unroll 8
      for (int i = 0; i < rows; i++)
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++) sum[i][v] += x[i] * y[v];
      term += b_step;
      x += a_step;
    }
  }
  end(rows, vectors, sum, c);
}

/* A copy of both loops for a number of rows; the compiler removes the branches on what is then constant. */
#define TILE(name, vectors, rows)                                                                                                \
  static void rows_##name##_##rows(long outer, long a_outer, long b_outer, long inner, const float *const *a, const float *b,    \
                                   long b_step, float *const *c, int add) {                                                      \
    rows_tile(rows, vectors, outer, a_outer, b_outer, inner, a, b, b_step, c, add);                                              \
  }                                                                                                                              \
  static void columns_##name##_##rows(long outer, long a_outer, long b_outer, long inner, const float *a, long a_step,           \
                                      const float *b, long b_step, float *const *c, int add) {                                   \
    columns_tile(rows, vectors, outer, a_outer, b_outer, inner, a, a_step, b, b_step, c, add);                                   \
  }
#define NARROW_TILE(rows) TILE(narrow, VECTORS / 2, rows)
#define WIDE_TILE(rows) TILE(wide, VECTORS, rows)
#define TO_SIX(form) form(1) form(2) form(3) form(4) form(5) form(6)
#define TO_EIGHT(form) form(7) form(8)

#define NARROW_ROWS_TILE(rows) rows_narrow_##rows,
#define NARROW_COLUMNS_TILE(rows) columns_narrow_##rows,
#define WIDE_ROWS_TILE(rows) rows_wide_##rows,
#define WIDE_COLUMNS_TILE(rows) columns_wide_##rows,

TO_SIX(NARROW_TILE)
TO_EIGHT(NARROW_TILE)
TO_SIX(WIDE_TILE)
#if defined(__AVX512F__)
#define MORE_WIDE(form) TO_EIGHT(form)
MORE_WIDE(WIDE_TILE)
#else
#define MORE_WIDE(form)
#endif

const bp_rows_tile bp_rows_tiles[2][MOST_ROWS + 1] = {{NULL, TO_SIX(NARROW_ROWS_TILE) TO_EIGHT(NARROW_ROWS_TILE)},
                                                      {NULL, TO_SIX(WIDE_ROWS_TILE) MORE_WIDE(WIDE_ROWS_TILE)}};
const bp_columns_tile bp_columns_tiles[2][MOST_ROWS + 1] = {{NULL, TO_SIX(NARROW_COLUMNS_TILE) TO_EIGHT(NARROW_COLUMNS_TILE)},
                                                            {NULL, TO_SIX(WIDE_COLUMNS_TILE) MORE_WIDE(WIDE_COLUMNS_TILE)}};
