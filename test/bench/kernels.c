/*
 * Times the kernels of the native executor. Arguments: the number of threads, milliseconds for each shape, then shapes, each as one
 * argument of words:
 *   product trans_a trans_b m n k batch shared_a shared_b
 *   convolution n side c window k stride pad groups      (also input-gradient, filter-gradient)
 *   hand-over
 * Prints the seconds of each, as a JSON list: what a tenth of its repetitions stay below.
 */
#define _GNU_SOURCE
#include "kernels.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* One thread is timed by its own clock, which stands still while another process has the core; several need the clock on the wall. */
static clockid_t watch = CLOCK_MONOTONIC;

static double now(void) {
  struct timespec t;
  clock_gettime(watch, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static float *numbers(size_t count) {
  float *x = aligned_alloc(64, (count + 15) / 16 * 64 + 64);
  for (size_t i = 0; i < count; i++) x[i] = (float)(i * 7919 % 1000) / 1000.0f - 0.5f;
  return x;
}

typedef struct {
  char kind[32];
  long v[8];
  bp_conv conv;
  float *left, *right, *out, *scratch;
} Shape;

/* Each thread on a core of its own: on a busy machine the system may put both on one. */
static void pin(void *context, int part, int parts) {
  (void)context, (void)parts;
#if defined(__linux__)
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(part, &cores);
  sched_setaffinity(0, sizeof cores, &cores);
#else
  (void)part;
#endif
}

/* Parts that take as long: what a hand-over costs beyond them. */
static const double PART_SECONDS = 5e-6;
static void for_a_while(void *context, int part, int parts) {
  (void)context, (void)part, (void)parts;
  for (const double start = now(); now() - start < PART_SECONDS;) continue;
}

static void run(const Shape *s) {
  const long *v = s->v;
  if (strcmp(s->kind, "hand-over") == 0) bp_parallel(for_a_while, NULL);
  else if (strcmp(s->kind, "product") == 0)
    bp_gemm((int)v[0], (int)v[1], v[2], v[3], v[4], s->left, s->right, s->out, v[5], v[6] ? 0 : v[2] * v[4], v[7] ? 0 : v[3] * v[4], v[2] * v[3], 0,
            s->scratch);
  else if (strcmp(s->kind, "convolution") == 0) bp_conv2d(&s->conv, s->left, s->right, s->out, s->scratch);
  else if (strcmp(s->kind, "input-gradient") == 0) bp_conv2d_input_gradient(&s->conv, s->left, s->right, s->out, s->scratch);
  else bp_conv2d_filter_gradient(&s->conv, s->left, s->right, s->out, s->scratch);
}

static Shape shape_of(const char *text) {
  Shape s = {0};
  long *v = s.v;
  sscanf(text, "%31s %ld %ld %ld %ld %ld %ld %ld %ld", s.kind, v, v + 1, v + 2, v + 3, v + 4, v + 5, v + 6, v + 7);
  if (strcmp(s.kind, "hand-over") == 0) return s;
  if (strcmp(s.kind, "product") == 0) {
    s.left = numbers((size_t)(v[2] * v[4] * v[5])), s.right = numbers((size_t)(v[3] * v[4] * v[5])), s.out = numbers((size_t)(v[2] * v[3] * v[5]));
    s.scratch = numbers(bp_gemm_scratch((int)v[0], (int)v[1], v[2], v[3], v[4], v[5]));
    return s;
  }
  const long out = (v[1] + 2 * v[6] - v[3]) / v[5] + 1;
  s.conv = (bp_conv){v[0], v[1], v[1], v[2], v[3], v[3], v[4], out, out, v[5], v[5], v[6], v[6], v[7]};
  const int which = s.kind[0] == 'c' ? BP_CONV_FORWARD : s.kind[0] == 'i' ? BP_CONV_INPUT_GRADIENT : BP_CONV_FILTER_GRADIENT;
  float *x = numbers((size_t)(v[0] * v[1] * v[1] * v[2])), *w = numbers((size_t)(v[3] * v[3] * v[2] / v[7] * v[4])), *y = numbers((size_t)(v[0] * out * out * v[4]));
  s.left = which == BP_CONV_INPUT_GRADIENT ? y : x, s.right = which == BP_CONV_FILTER_GRADIENT ? y : w;
  s.out = which == BP_CONV_FORWARD ? y : which == BP_CONV_INPUT_GRADIENT ? x : w;
  s.scratch = numbers(bp_conv_scratch(&s.conv, which));
  return s;
}

enum { MOST = 100000 };
static double took[MOST];

static int ascending(const void *x, const void *y) {
  const double a = *(const double *)x, b = *(const double *)y;
  return (a > b) - (a < b);
}

int main(int arguments, char **values) {
  if (arguments < 4) return 2;
  bp_start(atoi(values[1]));
  bp_flush_denormals();
  if (bp_threads() == 1) watch = CLOCK_THREAD_CPUTIME_ID;
  else bp_parallel(pin, NULL);
  const double limit = 1e-3 * atof(values[2]);
  for (int i = 3; i < arguments; i++) {
    const Shape s = shape_of(values[i]);
    long count = 0;
    for (const double start = now(); count == 0 || (count < MOST && now() - start < limit); count++) {
      const double from = now();
      run(&s);
      took[count] = now() - from;
    }
    qsort(took, (size_t)count, sizeof *took, ascending);
    printf("%s%.9g", i == 3 ? "[" : ", ", took[count / 10] - (strcmp(s.kind, "hand-over") == 0 ? PART_SECONDS : 0));
  }
  printf("]\n");
  bp_stop();
  return 0;
}
