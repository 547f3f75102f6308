/*
 * The kernels of the native executor: threads, matrix products, convolutions, pools. All numbers are float32, all arrays dense and
 * row-major, images NHWC. Kernels split their own work over the threads, always in the same way for the same shapes, so that the same
 * operands give the same bytes on one machine however busy it is.
 */
#ifndef BPRUNE_KERNELS_H
#define BPRUNE_KERNELS_H

#include <stddef.h>

/* Does part `part` of a piece of work that is cut into `parts`; parts may run at once, or one after another. */
typedef void (*bp_task)(void *context, int part, int parts);

/*
 * Runs all bp_threads() parts, the first on the caller's thread, and returns when all are done. While another caller holds the workers
 * (another session, or a task that calls this), all parts run on the caller's thread, one after another, with the same result.
 */
void bp_parallel(bp_task task, void *context);

/* Starts threads - 1 workers; calls nest, the first one's count holds until the last bp_stop. */
void bp_start(int threads);
void bp_stop(void);
int bp_threads(void);

/* Makes this thread treat denormal numbers as zero, as the workers do; gives the mode to go back to with bp_restore_mode. */
unsigned long bp_flush_denormals(void);
void bp_restore_mode(unsigned long mode);

/* The share of `part` in `count` things in parts that differ by one at most: [*from, *to). */
static inline void bp_share(long count, int part, int parts, long *from, long *to) {
  *from = count * part / parts;
  *to = count * (part + 1) / parts;
}

/*
 * c[i] = op(a[i]) op(b[i]) for i < batch, where op transposes if trans_ is not 0: op(a) is [m, k], op(b) [k, n], c [m, n]. A stride is
 * the distance of two matrices of a batch in numbers; with stride 0 all share one operand. With add, the product is added to c.
 * scratch holds bp_gemm_scratch(...) numbers, asked for while as many threads run as then multiply; so below.
 */
void bp_gemm(int trans_a, int trans_b, long m, long n, long k, const float *a, const float *b, float *c, long batch, long stride_a,
             long stride_b, long stride_c, int add, float *scratch);
size_t bp_gemm_scratch(int trans_a, int trans_b, long m, long n, long k, long batch);

/* c = a b on the caller's thread: a is [m, k], rows of b and c are b_row and c_row numbers apart; k is at most BP_MOST_TERMS. */
enum { BP_MOST_TERMS = 48 };
void bp_thin_product(long m, long n, long k, const float *a, const float *b, long b_row, float *c, long c_row);

/*
 * Images [n, h, w, c], filters [kh, kw, c / groups, k], output [n, oh, ow, k]. Padding after the image is what oh and ow need; places
 * outside the image count as 0.
 */
typedef struct {
  long n, h, w, c;
  long kh, kw, k;
  long oh, ow;
  long stride_h, stride_w, pad_top, pad_left;
  long groups;
} bp_conv;

/* Each overwrites its last operand but scratch, which holds bp_conv_scratch(...) numbers. */
void bp_conv2d(const bp_conv *shape, const float *x, const float *w, float *y, float *scratch);
void bp_conv2d_input_gradient(const bp_conv *shape, const float *g, const float *w, float *dx, float *scratch);
void bp_conv2d_filter_gradient(const bp_conv *shape, const float *x, const float *g, float *dw, float *scratch);

enum { BP_CONV_FORWARD = 0, BP_CONV_INPUT_GRADIENT = 1, BP_CONV_FILTER_GRADIENT = 2 };
size_t bp_conv_scratch(const bp_conv *shape, int which);

/* Windows wh x ww over images [n, h, w, c], output [n, oh, ow, c]; places outside the image are no part of a window. */
typedef struct {
  long n, h, w, c;
  long wh, ww, oh, ow;
  long stride_h, stride_w, pad_top, pad_left;
} bp_window;

void bp_max_pool(const bp_window *shape, const float *x, float *y);
/* At a tie the first place of the window takes all. */
void bp_max_pool_gradient(const bp_window *shape, const float *x, const float *y, const float *g, float *dx);
void bp_avg_pool(const bp_window *shape, const float *x, float *y);
void bp_avg_pool_gradient(const bp_window *shape, const float *g, float *dx);

#endif
