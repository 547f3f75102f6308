/*
 * What a step is fed: standard normals of a key and images out of bytes. Both give the same bytes as their scripts in base/normal.ts and
 * data/batches.ts: whole numbers of 32 bits, and one multiplication in float64 that is rounded to float32.
 */
#include "feeds.h"

enum { PARITY = 0x1BD11BDA, BLOCKS = 256 };

static inline uint32_t turned(uint32_t x, int bits) { return x << bits | x >> (32 - bits); }

/* Threefry-2x32 with 13 rounds (Salmon et al. 2011) of the counters (first + j, 0), j < BLOCKS. */
static void words_of(uint32_t k0, uint32_t k1, uint32_t first, uint32_t *restrict xs, uint32_t *restrict ys) {
  const uint32_t k2 = PARITY ^ k0 ^ k1;
#pragma omp simd
  for (uint32_t j = 0; j < BLOCKS; j++) {
    uint32_t x = first + j + k0, y = k1;
#define ROUND(bits) x += y, y = turned(y, bits) ^ x
    ROUND(13), ROUND(15), ROUND(26), ROUND(6);
    x += k1, y += k2 + 1;
    ROUND(17), ROUND(29), ROUND(16), ROUND(24);
    x += k2, y += k0 + 2;
    ROUND(13), ROUND(15), ROUND(26), ROUND(6);
    x += k0, y += k1 + 3;
    ROUND(17);
#undef ROUND
    xs[j] = x, ys[j] = y;
  }
}

long bp_quick_normals(uint32_t k0, uint32_t k1, const double *step, const int32_t *inside, float *out, long from, long end, int32_t *open) {
  long count = 0;
  for (long start = from; start < end; start += 2 * BLOCKS) {
    uint32_t words[2][BLOCKS];
    words_of(k0, k1, (uint32_t)(start / 2), words[0], words[1]);
    const long most = end - start < 2 * BLOCKS ? end - start : 2 * BLOCKS;
    for (long i = 0; i < most; i++) {
      const uint32_t word = words[i & 1][i >> 1], strip = word & 255;
      const int32_t n = (int32_t)word >> 8;
      out[start + i] = (float)((n + 0.5) * step[strip]);
      open[count] = (int32_t)(start + i);
      count += (n ^ n >> 31) >= inside[strip];
    }
  }
  return count;
}

void bp_gather_bytes(const uint8_t *bytes, const uint32_t *rows, long count, long width, const float *values, float *out) {
  for (long i = 0; i < count; i++) {
    const uint8_t *restrict from = bytes + (long)rows[i] * width;
    float *restrict to = out + i * width;
    for (long j = 0; j < width; j++) to[j] = values[from[j]];
  }
}
