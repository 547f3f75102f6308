/* Pools over windows of NHWC images: vectors along the channels, threads along the images. */
#include "kernels.h"

#include <math.h>
#include <string.h>

typedef struct {
  const bp_window *shape;
  const float *x, *y, *g;
  float *out;
} Pool;

/* The part of a window that lies on the image. */
typedef struct {
  long top, bottom, left, right;
} Inside;

static inline Inside inside(const bp_window *s, long p, long q) {
  const long top = p * s->stride_h - s->pad_top, left = q * s->stride_w - s->pad_left;
  const long bottom = top + s->wh, right = left + s->ww;
  return (Inside){top > 0 ? top : 0, bottom < s->h ? bottom : s->h, left > 0 ? left : 0, right < s->w ? right : s->w};
}

static void max_pool(void *context, int part, int parts) {
  const Pool *v = context;
  const bp_window s = *v->shape;
  long from, to;
  bp_share(s.n * s.oh, part, parts, &from, &to);
  for (long row = from; row < to; row++) {
    const float *image = v->x + row / s.oh * s.h * s.w * s.c;
    for (long q = 0; q < s.ow; q++) {
      const Inside at = inside(&s, row % s.oh, q);
      float *restrict y = v->out + (row * s.ow + q) * s.c;
      for (long c = 0; c < s.c; c++) y[c] = -INFINITY;
      for (long r = at.top; r < at.bottom; r++)
        for (long t = at.left; t < at.right; t++) {
          const float *restrict x = image + (r * s.w + t) * s.c;
          /* A number that is none beats all others, as in Math.max. */
#pragma omp simd
          for (long c = 0; c < s.c; c++) y[c] = (x[c] > y[c]) | (x[c] != x[c]) ? x[c] : y[c];
        }
    }
  }
}

enum { CHUNK = 64 };

static void max_pool_gradient(void *context, int part, int parts) {
  const Pool *v = context;
  const bp_window s = *v->shape;
  long from, to;
  bp_share(s.n, part, parts, &from, &to);
  memset(v->out + from * s.h * s.w * s.c, 0, (size_t)((to - from) * s.h * s.w * s.c) * sizeof(float));
  for (long n = from; n < to; n++)
    for (long place = 0; place < s.oh * s.ow; place++) {
      const Inside at = inside(&s, place / s.ow, place % s.ow);
      const long window = (n * s.oh * s.ow + place) * s.c;
      for (long start = 0; start < s.c; start += CHUNK) {
        const long count = s.c - start < CHUNK ? s.c - start : CHUNK;
        const float *restrict y = v->y + window + start;
        float left[CHUNK]; /* the gradient that has found no place so far */
        memcpy(left, v->g + window + start, (size_t)count * sizeof(float));
        for (long r = at.top; r < at.bottom; r++)
          for (long t = at.left; t < at.right; t++) {
            const long pixel = ((n * s.h + r) * s.w + t) * s.c + start;
            const float *restrict x = v->x + pixel;
            float *restrict dx = v->out + pixel;
#pragma omp simd
            for (long c = 0; c < count; c++) {
              const float taken = x[c] == y[c] ? left[c] : 0.0f;
              dx[c] += taken;
              left[c] = x[c] == y[c] ? 0.0f : left[c];
            }
          }
      }
    }
}

static void avg_pool(void *context, int part, int parts) {
  const Pool *v = context;
  const bp_window s = *v->shape;
  long from, to;
  bp_share(s.n * s.oh, part, parts, &from, &to);
  for (long row = from; row < to; row++) {
    const float *image = v->x + row / s.oh * s.h * s.w * s.c;
    for (long q = 0; q < s.ow; q++) {
      const Inside at = inside(&s, row % s.oh, q);
      const float size = (float)((at.bottom - at.top) * (at.right - at.left));
      float *restrict y = v->out + (row * s.ow + q) * s.c;
      memset(y, 0, (size_t)s.c * sizeof *y);
      for (long r = at.top; r < at.bottom; r++)
        for (long t = at.left; t < at.right; t++) {
          const float *restrict x = image + (r * s.w + t) * s.c;
#pragma omp simd
          for (long c = 0; c < s.c; c++) y[c] += x[c];
        }
#pragma omp simd
      for (long c = 0; c < s.c; c++) y[c] /= size;
    }
  }
}

static void avg_pool_gradient(void *context, int part, int parts) {
  const Pool *v = context;
  const bp_window s = *v->shape;
  long from, to;
  bp_share(s.n, part, parts, &from, &to);
  memset(v->out + from * s.h * s.w * s.c, 0, (size_t)((to - from) * s.h * s.w * s.c) * sizeof(float));
  for (long n = from; n < to; n++)
    for (long place = 0; place < s.oh * s.ow; place++) {
      const Inside at = inside(&s, place / s.ow, place % s.ow);
      const float size = (float)((at.bottom - at.top) * (at.right - at.left));
      const float *restrict g = v->g + (n * s.oh * s.ow + place) * s.c;
      for (long r = at.top; r < at.bottom; r++)
        for (long t = at.left; t < at.right; t++) {
          float *restrict dx = v->out + ((n * s.h + r) * s.w + t) * s.c;
#pragma omp simd
          for (long c = 0; c < s.c; c++) dx[c] += g[c] / size;
        }
    }
}

void bp_max_pool(const bp_window *shape, const float *x, float *y) {
  Pool v = {shape, x, NULL, NULL, y};
  bp_parallel(max_pool, &v);
}

void bp_max_pool_gradient(const bp_window *shape, const float *x, const float *y, const float *g, float *dx) {
  Pool v = {shape, x, y, g, dx};
  bp_parallel(max_pool_gradient, &v);
}

void bp_avg_pool(const bp_window *shape, const float *x, float *y) {
  Pool v = {shape, x, NULL, NULL, y};
  bp_parallel(avg_pool, &v);
}

void bp_avg_pool_gradient(const bp_window *shape, const float *g, float *dx) {
  Pool v = {shape, NULL, NULL, g, dx};
  bp_parallel(avg_pool_gradient, &v);
}
