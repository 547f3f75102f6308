/*
 * What a compiled step program is: one shared object with two functions, which finds the kernels through a table, since it is loaded
 * by a library whose own names it cannot see.
 */
#ifndef BPRUNE_PROGRAM_H
#define BPRUNE_PROGRAM_H

#include "kernels.h"

typedef struct {
  int (*threads)(void);
  void (*parallel)(bp_task task, void *context);
  void (*gemm)(int trans_a, int trans_b, long m, long n, long k, const float *a, const float *b, float *c, long batch, long stride_a,
               long stride_b, long stride_c, int add, float *scratch);
  void (*thin_product)(long m, long n, long k, const float *a, const float *b, long b_row, float *c, long c_row);
  size_t (*gemm_scratch)(int trans_a, int trans_b, long m, long n, long k, long batch);
  void (*conv2d)(const bp_conv *shape, const float *x, const float *w, float *y, float *scratch);
  void (*conv2d_input_gradient)(const bp_conv *shape, const float *g, const float *w, float *dx, float *scratch);
  void (*conv2d_filter_gradient)(const bp_conv *shape, const float *x, const float *g, float *dw, float *scratch);
  size_t (*conv_scratch)(const bp_conv *shape, int which);
  void (*max_pool)(const bp_window *shape, const float *x, float *y);
  void (*max_pool_gradient)(const bp_window *shape, const float *x, const float *y, const float *g, float *dx);
  void (*avg_pool)(const bp_window *shape, const float *x, float *y);
  void (*avg_pool_gradient)(const bp_window *shape, const float *g, float *dx);
} bp_kernels;

/* The most numbers that a kernel of the program wants as scratch. */
size_t bp_program_scratch(const bp_kernels *kernels);

/*
 * Runs `steps` steps. `state` holds the state's arrays, changed in place; `inputs` and `info` those of all steps, one step after the
 * other; `arena` has room for the values in between, with the scratch behind them.
 */
void bp_program_run(const bp_kernels *kernels, long steps, void *const *state, const void *const *inputs, void *const *info, char *arena);

typedef size_t (*bp_program_scratch_function)(const bp_kernels *);
typedef void (*bp_program_run_function)(const bp_kernels *, long, void *const *, const void *const *, void *const *, char *);

#endif
