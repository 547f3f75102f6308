/*
 * Runs the kernels on shapes drawn from a seed, beside plain loops in float64. Prints a line for each case: the largest error as a
 * multiple of what float32 may lose in a sum of that length, a tab, and the case. Scratch and outputs start as NaN and lie between guards;
 * each case runs twice, the second time on one thread with the same cut, and must give the same bytes.
 */
#include "kernels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GUARD = 64 };
static const float MARK = 12345.0f;

static unsigned long long state;
static unsigned next(void) {
  state = state * 6364136223846793005ull + 1442695040888963407ull;
  return (unsigned)(state >> 33);
}
static long draw(long from, long to) { return from + (long)(next() % (unsigned)(to - from + 1)); }
static float number(void) { return (float)(next() % 20001) / 10000.0f - 1.0f; }

static float *guarded(size_t count) {
  float *all = aligned_alloc(64, (count + 2 * GUARD + 15) / 16 * 64);
  for (size_t i = 0; i < count + 2 * GUARD; i++) all[i] = i < GUARD || i >= count + GUARD ? MARK : NAN;
  return all + GUARD;
}
static int intact(const float *x, size_t count) {
  for (int i = 0; i < GUARD; i++)
    if (x[i - GUARD] != MARK || x[count + (size_t)i] != MARK) return 0;
  return 1;
}
static void release(float *x) { free(x - GUARD); }

static float *numbers(size_t count) {
  float *x = guarded(count);
  for (size_t i = 0; i < count; i++) x[i] = number();
  return x;
}

/* What a case computes into `out`, and the same in float64: `want`, and the sum of the sizes of what it adds, `size`. */
typedef struct {
  void (*kernel)(void *, float *out, float *scratch);
  void *context;
  size_t outputs, scratch;
  const float *start; /* what out holds before, or NULL */
  double *want, *size;
  long terms;
} Case;

static void alone(void *context, int part, int parts) {
  (void)parts;
  Case *c = ((void **)context)[0];
  if (part == 0) c->kernel(c->context, ((void **)context)[1], ((void **)context)[2]);
}

static void report(Case c, const char *name) {
  float *outs[2], *scratch = guarded(c.scratch);
  double worst = 0;
  for (int run = 0; run < 2; run++) {
    outs[run] = guarded(c.outputs);
    for (size_t i = 0; i < c.scratch; i++) scratch[i] = NAN;
    if (c.start != NULL) memcpy(outs[run], c.start, c.outputs * sizeof(float));
    void *both[] = {&c, outs[run], scratch};
    if (run == 0) c.kernel(c.context, outs[0], scratch);
    else bp_parallel(alone, both); /* the workers are taken, so the kernel has one thread */
    if (!intact(outs[run], c.outputs) || !intact(scratch, c.scratch)) worst = INFINITY;
  }
  if (memcmp(outs[0], outs[1], c.outputs * sizeof(float)) != 0) worst = INFINITY;
  const double unit = ldexp(1, -24) * (double)(c.terms + 2);
  for (size_t i = 0; i < c.outputs; i++) {
    const double error = fabs(outs[0][i] - c.want[i]);
    const double ratio = error == 0 ? 0 : error / (unit * c.size[i]);
    if (!(ratio <= worst)) worst = isnan(ratio) ? INFINITY : ratio;
  }
  printf("%.3g\t%s\n", worst, name);
  release(outs[0]), release(outs[1]), release(scratch);
  free(c.want), free(c.size);
}

static double *zeros(size_t count) { return calloc(count + 1, sizeof(double)); }

/* ---- products */

typedef struct {
  int trans_a, trans_b, add;
  long m, n, k, batch, stride_a, stride_b;
  const float *a, *b;
} Product;

static void run_product(void *context, float *out, float *scratch) {
  const Product *p = context;
  bp_gemm(p->trans_a, p->trans_b, p->m, p->n, p->k, p->a, p->b, out, p->batch, p->stride_a, p->stride_b, p->m * p->n, p->add, scratch);
}

static void product(int trans_a, int trans_b, long m, long n, long k, long batch, int share_a, int share_b, int add) {
  float *a = numbers((size_t)(batch * m * k)), *b = numbers((size_t)(batch * n * k)), *start = numbers((size_t)(batch * m * n));
  Product p = {trans_a, trans_b, add, m, n, k, batch, share_a ? 0 : m * k, share_b ? 0 : n * k, a, b};
  const size_t outputs = (size_t)(batch * m * n);
  Case c = {run_product, &p, outputs, bp_gemm_scratch(trans_a, trans_b, m, n, k, batch), add ? start : NULL, zeros(outputs), zeros(outputs), k + 1};
  for (long at = 0; at < batch; at++)
    for (long i = 0; i < m; i++)
      for (long j = 0; j < n; j++) {
        const long to = (at * m + i) * n + j;
        double sum = add ? start[to] : 0, size = fabs(sum);
        for (long l = 0; l < k; l++) {
          const double x = a[at * p.stride_a + (trans_a ? l * m + i : i * k + l)];
          const double term = x * b[at * p.stride_b + (trans_b ? j * k + l : l * n + j)];
          sum += term, size += fabs(term);
        }
        c.want[to] = sum, c.size[to] = size;
      }
  char name[200];
  snprintf(name, sizeof name, "product m %ld n %ld k %ld batch %ld%s%s%s%s%s", m, n, k, batch, trans_a ? " a^T" : "", trans_b ? " b^T" : "",
           share_a ? " one a" : "", share_b ? " one b" : "", add ? " added" : "");
  report(c, name);
  release(a), release(b), release(start);
}

static void products(int count) {
  for (int trans = 0; trans < 4; trans++) {
    product(trans & 1, trans >> 1, 128, 300, 260, 1, 0, 0, 0);
    product(trans & 1, trans >> 1, 300, 100, 128, 1, 0, 0, 1);
    product(trans & 1, trans >> 1, 128, 10, 100, 5, 0, 0, 0);
    product(trans & 1, trans >> 1, 20, 20, 5000, 1, 0, 0, 0);
    product(trans & 1, trans >> 1, 20, 3001, 20, 1, 0, 0, 0);
    product(trans & 1, trans >> 1, 1, 70, 300, 3, 1, 0, 0);
    product(trans & 1, trans >> 1, 600, 28, 70, 6, 1, 0, trans >> 1);
    product(trans & 1, trans >> 1, 256, 41, 128, 6, 1, 0, trans & 1);
    product(trans & 1, trans >> 1, 70, 1, 300, 3, 0, 1, 1);
    product(trans & 1, trans >> 1, 1, 1, 1000, 1, 0, 0, 0);
  }
  for (int i = 0; i < count; i++)
    product((int)draw(0, 1), (int)draw(0, 1), draw(1, 90), draw(1, 90), draw(1, 150), draw(1, 4), (int)draw(0, 1), (int)draw(0, 1),
            (int)draw(0, 1));
}

typedef struct {
  long m, n, k, b_row, c_row;
  const float *a, *b;
} Thin;

static void run_thin(void *context, float *out, float *scratch) {
  const Thin *p = context;
  (void)scratch;
  for (long i = 0; i < p->m * p->c_row; i++) out[i] = 0;
  bp_thin_product(p->m, p->n, p->k, p->a, p->b, p->b_row, out, p->c_row);
}

/* The first n columns of wider matrices; the columns behind them stay as they are. */
static void thin(long m, long n, long k, long more) {
  const long b_row = n + more, c_row = n + 2 * more;
  float *a = numbers((size_t)(m * k)), *b = numbers((size_t)(k * b_row));
  Thin p = {m, n, k, b_row, c_row, a, b};
  const size_t outputs = (size_t)(m * c_row);
  Case c = {run_thin, &p, outputs, 0, NULL, zeros(outputs), zeros(outputs), k + 1};
  for (long i = 0; i < m; i++)
    for (long j = 0; j < n; j++)
      for (long l = 0; l < k; l++) {
        const double term = (double)a[i * k + l] * b[l * b_row + j];
        c.want[i * c_row + j] += term, c.size[i * c_row + j] += fabs(term);
      }
  char name[200];
  snprintf(name, sizeof name, "thin product m %ld n %ld k %ld", m, n, k);
  report(c, name);
  release(a), release(b);
}

static void thins(int count) {
  thin(20, 1024, 20, 0), thin(20, 1001, 20, 0), thin(64, 33, BP_MOST_TERMS, 5);
  for (int i = 0; i < count; i++) thin(draw(1, 64), draw(1, 90), draw(1, BP_MOST_TERMS), draw(0, 20));
}

/* ---- convolutions */

typedef struct {
  bp_conv shape;
  int which;
  const float *left, *right;
} Convolution;

static void run_convolution(void *context, float *out, float *scratch) {
  const Convolution *v = context;
  if (v->which == BP_CONV_FORWARD) bp_conv2d(&v->shape, v->left, v->right, out, scratch);
  else if (v->which == BP_CONV_INPUT_GRADIENT) bp_conv2d_input_gradient(&v->shape, v->left, v->right, out, scratch);
  else bp_conv2d_filter_gradient(&v->shape, v->left, v->right, out, scratch);
}

static void term(Case *c, long to, double x, double y) { c->want[to] += x * y, c->size[to] += fabs(x * y); }

static void convolution(bp_conv s, int which) {
  const long channels = s.c / s.groups, filters = s.k / s.groups;
  const size_t sizes[] = {(size_t)(s.n * s.h * s.w * s.c), (size_t)(s.kh * s.kw * channels * s.k), (size_t)(s.n * s.oh * s.ow * s.k)};
  float *x = numbers(sizes[0]), *w = numbers(sizes[1]), *g = numbers(sizes[2]);
  Convolution v = {s, which, which == BP_CONV_INPUT_GRADIENT ? g : x, which == BP_CONV_FILTER_GRADIENT ? g : w};
  const size_t outputs = sizes[which == BP_CONV_FORWARD ? 2 : which == BP_CONV_INPUT_GRADIENT ? 0 : 1];
  const long lengths[] = {s.kh * s.kw * channels, s.kh * s.kw * filters, s.n * s.oh * s.ow};
  Case c = {run_convolution, &v, outputs, bp_conv_scratch(&s, which), NULL, zeros(outputs), zeros(outputs), lengths[which]};
  for (long n = 0; n < s.n; n++)
    for (long p = 0; p < s.oh; p++)
      for (long q = 0; q < s.ow; q++)
        for (long i = 0; i < s.kh; i++)
          for (long j = 0; j < s.kw; j++) {
            const long r = p * s.stride_h + i - s.pad_top, t = q * s.stride_w + j - s.pad_left;
            if (r < 0 || r >= s.h || t < 0 || t >= s.w) continue;
            for (long k = 0; k < s.k; k++)
              for (long d = 0; d < channels; d++) {
                const long at_x = ((n * s.h + r) * s.w + t) * s.c + k / filters * channels + d;
                const long at_w = ((i * s.kw + j) * channels + d) * s.k + k, at_y = ((n * s.oh + p) * s.ow + q) * s.k + k;
                if (which == BP_CONV_FORWARD) term(&c, at_y, x[at_x], w[at_w]);
                else if (which == BP_CONV_INPUT_GRADIENT) term(&c, at_x, g[at_y], w[at_w]);
                else term(&c, at_w, x[at_x], g[at_y]);
              }
          }
  static const char *const names[] = {"convolution", "input gradient", "filter gradient"};
  char name[300];
  snprintf(name, sizeof name, "%s [%ld, %ld, %ld, %ld] with [%ld, %ld, %ld, %ld] to %ld x %ld, strides %ld %ld, padding %ld %ld, groups %ld",
           names[which], s.n, s.h, s.w, s.c, s.kh, s.kw, channels, s.k, s.oh, s.ow, s.stride_h, s.stride_w, s.pad_top, s.pad_left, s.groups);
  report(c, name);
  release(x), release(w), release(g);
}

static void three(bp_conv s) {
  for (int which = 0; which < 3; which++) convolution(s, which);
}

static void square(long n, long side, long c, long window, long k, long stride, long pad, long groups) {
  const long out = (side + 2 * pad - window) / stride + 1;
  three((bp_conv){n, side, side, c, window, window, k, out, out, stride, stride, pad, pad, groups});
}

static void convolutions(int count) {
  square(3, 32, 3, 3, 16, 1, 1, 1);
  square(2, 32, 16, 3, 16, 1, 1, 1);
  square(3, 32, 16, 3, 32, 2, 1, 1);
  square(3, 16, 32, 3, 32, 1, 1, 1);
  square(2, 17, 32, 3, 64, 2, 1, 1);
  square(2, 8, 64, 3, 64, 1, 1, 1);
  square(2, 16, 16, 1, 32, 2, 0, 1);
  square(13, 8, 64, 3, 64, 1, 1, 1);
  square(13, 16, 16, 3, 32, 2, 1, 1);
  square(13, 12, 20, 5, 50, 1, 0, 1);
  square(3, 28, 1, 5, 20, 1, 0, 1);
  square(2, 12, 20, 5, 50, 1, 0, 1);
  square(12, 9, 24, 3, 48, 1, 1, 3);
  square(2, 9, 12, 3, 12, 1, 1, 12);
  square(1, 7, 8, 7, 40, 1, 3, 1);
  square(1, 5, 8, 3, 8, 3, 0, 1);
  for (int i = 0; i < count; i++) {
    const long groups = draw(0, 2) == 0 ? draw(2, 4) : 1;
    bp_conv s = {.n = draw(0, 1) ? draw(1, 3) : draw(10, 17), .h = draw(1, 12), .w = draw(1, 12), .groups = groups};
    s.c = groups * draw(1, 10), s.k = groups * draw(1, 40);
    s.kh = draw(1, 4), s.kw = draw(1, 4);
    s.stride_h = draw(1, 3), s.stride_w = draw(1, 3);
    s.pad_top = draw(0, s.kh - 1), s.pad_left = draw(0, s.kw - 1);
    const long after_h = draw(0, s.kh - 1), after_w = draw(0, s.kw - 1);
    if (s.h + s.pad_top + after_h < s.kh || s.w + s.pad_left + after_w < s.kw) continue;
    s.oh = (s.h + s.pad_top + after_h - s.kh) / s.stride_h + 1;
    s.ow = (s.w + s.pad_left + after_w - s.kw) / s.stride_w + 1;
    three(s);
  }
}

/* ---- pools */

typedef struct {
  bp_window shape;
  int which;
  const float *x, *y, *g;
} Pooling;

static void run_pooling(void *context, float *out, float *scratch) {
  const Pooling *v = context;
  (void)scratch;
  if (v->which == 0) bp_max_pool(&v->shape, v->x, out);
  else if (v->which == 1) bp_max_pool_gradient(&v->shape, v->x, v->y, v->g, out);
  else if (v->which == 2) bp_avg_pool(&v->shape, v->x, out);
  else bp_avg_pool_gradient(&v->shape, v->g, out);
}

static void pooling(bp_window s) {
  const size_t pixels = (size_t)(s.n * s.h * s.w * s.c), places = (size_t)(s.n * s.oh * s.ow * s.c);
  float *x = numbers(pixels), *g = numbers(places), *y = numbers(places);
  for (size_t i = 0; i < pixels; i++) x[i] = roundf(4 * x[i]); /* many ties */
  for (int which = 0; which < 4; which++) {
    const int back = which & 1;
    Pooling v = {s, which, x, y, g};
    const size_t outputs = back ? pixels : places;
    Case c = {run_pooling, &v, outputs, 0, NULL, zeros(outputs), zeros(outputs), s.wh * s.ww};
    for (long place = 0; place < (long)places; place++) {
      const long channel = place % s.c, q = place / s.c % s.ow, p = place / s.c / s.ow % s.oh, n = place / s.c / s.ow / s.oh;
      long inside[64], count = 0, top = 0;
      for (long i = 0; i < s.wh; i++)
        for (long j = 0; j < s.ww; j++) {
          const long r = p * s.stride_h + i - s.pad_top, t = q * s.stride_w + j - s.pad_left;
          if (r < 0 || r >= s.h || t < 0 || t >= s.w) continue;
          inside[count] = ((n * s.h + r) * s.w + t) * s.c + channel;
          if (x[inside[count]] > x[inside[top]]) top = count;
          count++;
        }
      if (which == 0) y[place] = x[inside[top]], term(&c, place, x[inside[top]], 1);
      else if (which == 1) term(&c, inside[top], g[place], 1);
      else
        for (long i = 0; i < count; i++)
          term(&c, back ? inside[i] : place, (back ? g[place] : x[inside[i]]), 1.0 / (double)count);
    }
    static const char *const names[] = {"max pool", "max pool gradient", "avg pool", "avg pool gradient"};
    char name[300];
    snprintf(name, sizeof name, "%s [%ld, %ld, %ld, %ld], windows %ld x %ld to %ld x %ld, strides %ld %ld, padding %ld %ld", names[which], s.n,
             s.h, s.w, s.c, s.wh, s.ww, s.oh, s.ow, s.stride_h, s.stride_w, s.pad_top, s.pad_left);
    report(c, name);
  }
  release(x), release(g), release(y);
}

static void poolings(int count) {
  pooling((bp_window){2, 24, 24, 20, 2, 2, 12, 12, 2, 2, 0, 0});
  pooling((bp_window){2, 8, 8, 64, 8, 8, 1, 1, 8, 8, 0, 0});
  for (int i = 0; i < count; i++) {
    bp_window s = {.n = draw(1, 3), .h = draw(4, 12), .w = draw(4, 12), .c = draw(1, 70), .wh = draw(1, 4), .ww = draw(1, 4)};
    s.stride_h = draw(1, 4), s.stride_w = draw(1, 4);
    s.pad_top = draw(0, s.wh - 1), s.pad_left = draw(0, s.ww - 1);
    s.oh = (s.h + s.pad_top + draw(0, s.wh - 1) - s.wh) / s.stride_h + 1;
    s.ow = (s.w + s.pad_left + draw(0, s.ww - 1) - s.ww) / s.stride_w + 1;
    pooling(s);
  }
}

/* A number that is none comes through a max pool, wherever it stands in its window. */
static void not_a_number(void) {
  int through = 1;
  for (int at = 0; at < 4; at++) {
    float x[4] = {1, 2, 3, 4}, y[1];
    x[at] = NAN;
    bp_max_pool(&(bp_window){1, 2, 2, 1, 2, 2, 1, 1, 2, 2, 0, 0}, x, y);
    through &= isnan(y[0]);
  }
  printf("%s\tmax pool of a NaN\n", through ? "0" : "inf");
}

int main(int arguments, char **values) {
  if (arguments != 4) return 2;
  const int threads = atoi(values[1]), count = atoi(values[3]);
  state = strtoull(values[2], NULL, 10);
  bp_start(threads);
  if (bp_threads() != threads) return 3;
  products(count), thins(count), convolutions(count), poolings(count), not_a_number();
  bp_stop();
  return 0;
}
