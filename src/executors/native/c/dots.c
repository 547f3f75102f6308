/* Products of two operands whose terms both lie one after another, few rows and many terms: vectors run along the terms. */
#include "dots.h"

#include "tile.h"

enum { DOT_ROWS = 4, DOT_COLUMNS = 3, DOT_TERMS = 1024, LINE = 16 };

BP_INLINE float total(bp_vector x) {
  float part[LANES];
  bp_store(part, x);
  for (int half = LANES / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) part[i] += part[i + half];
  return part[0];
}

BP_INLINE void tile(const int rows, const int columns, const float *a, long a_row, const float *b, long b_row, long terms, float *c,
                    long c_row, int add) {
  bp_vector sum[DOT_ROWS][DOT_COLUMNS];
#pragma GCC unroll 4
  for (int i = 0; i < rows; i++)
#pragma GCC unroll 3
    for (int j = 0; j < columns; j++) sum[i][j] = (bp_vector){0};
  long l = 0;
  for (; l + LANES <= terms; l += LANES) {
    bp_vector y[DOT_COLUMNS];
#pragma GCC unroll 3
    for (int j = 0; j < columns; j++) y[j] = bp_load(b + j * b_row + l);
#pragma GCC unroll 4
    for (int i = 0; i < rows; i++) {
      const bp_vector x = bp_load(a + i * a_row + l);
#pragma GCC unroll 3
      for (int j = 0; j < columns; j++) sum[i][j] += x * y[j];
    }
  }
#pragma GCC unroll 4
  for (int i = 0; i < rows; i++)
#pragma GCC unroll 3
    for (int j = 0; j < columns; j++) {
      float s = total(sum[i][j]);
      for (long rest = l; rest < terms; rest++) s += a[i * a_row + rest] * b[j * b_row + rest];
      c[i * c_row + j] = add ? c[i * c_row + j] + s : s;
    }
}

typedef void (*DotTile)(const float *a, long a_row, const float *b, long b_row, long terms, float *c, long c_row, int add);
#define TILE(rows, columns)                                                                                                         \
  static void tile_##rows##_##columns(const float *a, long a_row, const float *b, long b_row, long terms, float *c, long c_row, int add) { \
    tile(rows, columns, a, a_row, b, b_row, terms, c, c_row, add);                                                                  \
  }
TILE(1, 1) TILE(1, 2) TILE(1, 3)
TILE(2, 1) TILE(2, 2) TILE(2, 3)
TILE(3, 1) TILE(3, 2) TILE(3, 3)
TILE(4, 1) TILE(4, 2) TILE(4, 3)
static const DotTile tiles[DOT_ROWS][DOT_COLUMNS] = {{tile_1_1, tile_1_2, tile_1_3},
                                                     {tile_2_1, tile_2_2, tile_2_3},
                                                     {tile_3_1, tile_3_2, tile_3_3},
                                                     {tile_4_1, tile_4_2, tile_4_3}};

/* Asks for a part of the next terms of some rows: tile `t` of `tiles` that read them. */
static void ask_ahead(const float *rows, long distance, long count, long terms, long t, long tiles) {
  for (long i = 0; i < count; i++)
    for (long l = terms * t / tiles / LINE * LINE; l < terms * (t + 1) / tiles; l += LINE) __builtin_prefetch(rows + i * distance + l);
}

void bp_dots(const float *a, long a_row, const float *b, long b_row, long rows, long columns, long terms, float *c, long c_row, int add) {
  for (long from = 0; from < terms; from += DOT_TERMS) {
    const long count = terms - from < DOT_TERMS ? terms - from : DOT_TERMS;
    for (long i = 0; i < rows; i += DOT_ROWS) {
      const long high = rows - i < DOT_ROWS ? rows - i : DOT_ROWS;
      for (long j = 0; j < columns; j += DOT_COLUMNS) {
        const long broad = columns - j < DOT_COLUMNS ? columns - j : DOT_COLUMNS;
        if (from + DOT_TERMS < terms) {
          ask_ahead(a + i * a_row + from + DOT_TERMS, a_row, high, DOT_TERMS, j / DOT_COLUMNS, (columns + DOT_COLUMNS - 1) / DOT_COLUMNS);
          ask_ahead(b + j * b_row + from + DOT_TERMS, b_row, broad, DOT_TERMS, i / DOT_ROWS, (rows + DOT_ROWS - 1) / DOT_ROWS);
        }
        tiles[high - 1][broad - 1](a + i * a_row + from, a_row, b + j * b_row + from, b_row, count, c + i * c_row + j, c_row,
                                   add || from > 0);
      }
    }
  }
}
