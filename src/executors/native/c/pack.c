/* Copies of operands into panels, as tiles read them: one vector's width after another, in the order of the terms. */
#include "tile.h"

#if defined(__clang__)
#define SHUFFLE(x, y, a, b, c, d) __builtin_shufflevector(x, y, a, b, c, d)
#else
typedef int indices __attribute__((vector_size(16)));
#define SHUFFLE(x, y, a, b, c, d) __builtin_shuffle(x, y, (indices){a, b, c, d})
#endif

typedef float four __attribute__((vector_size(16)));
typedef float four_unaligned __attribute__((vector_size(16), aligned(4), may_alias));

static void pad(float *into, long width, long columns, long terms) {
  if (columns == width) return;
  for (long l = 0; l < terms; l++)
    for (long j = columns; j < width; j++) into[l * width + j] = 0;
}

void bp_pack_panels(float *into, const float *b, long step, long columns, long terms) {
  for (long j = 0; j < columns; j += WIDE) {
    const long left = columns - j < WIDE ? columns - j : WIDE, width = bp_panel_width(left);
    if (left == WIDE) {
      for (long l = 0; l < terms; l++) {
#pragma GCC unroll 4
        for (int v = 0; v < VECTORS; v++) bp_store(into + l * WIDE + v * LANES, bp_load(b + l * step + j + v * LANES));
      }
    } else {
      for (long l = 0; l < terms; l++) memcpy(into + l * width, b + l * step + j, (size_t)left * sizeof *b);
      pad(into, width, left, terms);
    }
    into += width * terms;
  }
}

/* Four columns of `into` from four rows of b, in squares that are turned in registers. */
static void turn_four(float *into, long width, const float *b, long step, long terms) {
  long l = 0;
  for (; l + 4 <= terms; l += 4) {
    four x[4];
    for (int i = 0; i < 4; i++) x[i] = *(const four_unaligned *)(b + i * step + l);
    const four low01 = SHUFFLE(x[0], x[1], 0, 4, 1, 5), high01 = SHUFFLE(x[0], x[1], 2, 6, 3, 7);
    const four low23 = SHUFFLE(x[2], x[3], 0, 4, 1, 5), high23 = SHUFFLE(x[2], x[3], 2, 6, 3, 7);
    float *to = into + l * width;
    *(four_unaligned *)to = SHUFFLE(low01, low23, 0, 1, 4, 5);
    *(four_unaligned *)(to + width) = SHUFFLE(low01, low23, 2, 3, 6, 7);
    *(four_unaligned *)(to + 2 * width) = SHUFFLE(high01, high23, 0, 1, 4, 5);
    *(four_unaligned *)(to + 3 * width) = SHUFFLE(high01, high23, 2, 3, 6, 7);
  }
  for (; l < terms; l++)
    for (int i = 0; i < 4; i++) into[l * width + i] = b[i * step + l];
}

void bp_pack_transposed(float *into, const float *b, long step, long columns, long terms) {
  for (long j = 0; j < columns; j += WIDE) {
    const long left = columns - j < WIDE ? columns - j : WIDE, width = bp_panel_width(left);
    long i = 0;
    for (; i + 4 <= left; i += 4) turn_four(into + i, width, b + (j + i) * step, step, terms);
    for (; i < left; i++)
      for (long l = 0; l < terms; l++) into[l * width + i] = b[(j + i) * step + l];
    pad(into, width, left, terms);
    into += width * terms;
  }
}
