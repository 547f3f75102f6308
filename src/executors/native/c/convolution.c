/* Convolutions of NHWC images. */
#include "kernels.h"

#include <string.h>

typedef struct {
  const bp_conv *shape;
  const float *left, *right;
  float *out;
} Convolution;

static void forward(void *context, int part, int parts) {
  const Convolution *v = context;
  const bp_conv s = *v->shape;
  const long channels = s.c / s.groups, filters = s.k / s.groups;
  long from, to;
  bp_share(s.n, part, parts, &from, &to);
  for (long n = from; n < to; n++)
    for (long p = 0; p < s.oh; p++)
      for (long q = 0; q < s.ow; q++) {
        float *y = v->out + ((n * s.oh + p) * s.ow + q) * s.k;
        memset(y, 0, (size_t)s.k * sizeof *y);
        for (long i = 0; i < s.kh; i++)
          for (long j = 0; j < s.kw; j++) {
            const long r = p * s.stride_h + i - s.pad_top, t = q * s.stride_w + j - s.pad_left;
            if (r < 0 || r >= s.h || t < 0 || t >= s.w) continue;
            const float *x = v->left + ((n * s.h + r) * s.w + t) * s.c;
            const float *w = v->right + (i * s.kw + j) * channels * s.k;
            for (long group = 0; group < s.groups; group++)
              for (long c = 0; c < channels; c++)
                for (long k = group * filters; k < (group + 1) * filters; k++) y[k] += x[group * channels + c] * w[c * s.k + k];
          }
      }
}

static void input_gradient(void *context, int part, int parts) {
  const Convolution *v = context;
  const bp_conv s = *v->shape;
  const long channels = s.c / s.groups, filters = s.k / s.groups;
  long from, to;
  bp_share(s.n, part, parts, &from, &to);
  memset(v->out + from * s.h * s.w * s.c, 0, (size_t)((to - from) * s.h * s.w * s.c) * sizeof(float));
  for (long n = from; n < to; n++)
    for (long p = 0; p < s.oh; p++)
      for (long q = 0; q < s.ow; q++) {
        const float *g = v->left + ((n * s.oh + p) * s.ow + q) * s.k;
        for (long i = 0; i < s.kh; i++)
          for (long j = 0; j < s.kw; j++) {
            const long r = p * s.stride_h + i - s.pad_top, t = q * s.stride_w + j - s.pad_left;
            if (r < 0 || r >= s.h || t < 0 || t >= s.w) continue;
            float *x = v->out + ((n * s.h + r) * s.w + t) * s.c;
            const float *w = v->right + (i * s.kw + j) * channels * s.k;
            for (long group = 0; group < s.groups; group++)
              for (long c = 0; c < channels; c++) {
                float sum = 0;
                for (long k = group * filters; k < (group + 1) * filters; k++) sum += g[k] * w[c * s.k + k];
                x[group * channels + c] += sum;
              }
          }
      }
}

/* Each part has its own rows (tap, channel) of the filters. */
static void filter_gradient(void *context, int part, int parts) {
  const Convolution *v = context;
  const bp_conv s = *v->shape;
  const long channels = s.c / s.groups, filters = s.k / s.groups;
  long from, to;
  bp_share(s.kh * s.kw * channels, part, parts, &from, &to);
  memset(v->out + from * s.k, 0, (size_t)((to - from) * s.k) * sizeof(float));
  for (long row = from; row < to; row++) {
    const long i = row / channels / s.kw, j = row / channels % s.kw, c = row % channels;
    float *w = v->out + row * s.k;
    for (long n = 0; n < s.n; n++)
      for (long p = 0; p < s.oh; p++)
        for (long q = 0; q < s.ow; q++) {
          const long r = p * s.stride_h + i - s.pad_top, t = q * s.stride_w + j - s.pad_left;
          if (r < 0 || r >= s.h || t < 0 || t >= s.w) continue;
          const float *x = v->left + ((n * s.h + r) * s.w + t) * s.c + c;
          const float *g = v->right + ((n * s.oh + p) * s.ow + q) * s.k;
          for (long group = 0; group < s.groups; group++)
            for (long k = group * filters; k < (group + 1) * filters; k++) w[k] += x[group * channels] * g[k];
        }
  }
}

void bp_conv2d(const bp_conv *shape, const float *x, const float *w, float *y, float *scratch) {
  (void)scratch;
  Convolution v = {shape, x, w, y};
  bp_parallel(forward, &v);
}

void bp_conv2d_input_gradient(const bp_conv *shape, const float *g, const float *w, float *dx, float *scratch) {
  (void)scratch;
  Convolution v = {shape, g, w, dx};
  bp_parallel(input_gradient, &v);
}

void bp_conv2d_filter_gradient(const bp_conv *shape, const float *x, const float *g, float *dw, float *scratch) {
  (void)scratch;
  Convolution v = {shape, x, g, dw};
  bp_parallel(filter_gradient, &v);
}

size_t bp_conv_scratch(const bp_conv *shape, int which) {
  (void)shape, (void)which;
  return 0;
}
