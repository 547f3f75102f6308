/* Matrix products. */
#include "kernels.h"

#include <string.h>

typedef struct {
  int trans_a, trans_b, add;
  long m, n, k, batch, stride_a, stride_b, stride_c;
  const float *a, *b;
  float *c;
} Product;

static void rows_of(void *context, int part, int parts) {
  const Product *p = context;
  long from, to;
  bp_share(p->batch * p->m, part, parts, &from, &to);
  for (long row = from; row < to; row++) {
    const long at = row / p->m, i = row % p->m;
    const float *a = p->a + at * p->stride_a, *b = p->b + at * p->stride_b;
    float *c = p->c + at * p->stride_c + i * p->n;
    if (!p->add) memset(c, 0, (size_t)p->n * sizeof *c);
    for (long l = 0; l < p->k; l++) {
      const float x = p->trans_a ? a[l * p->m + i] : a[i * p->k + l];
      if (p->trans_b)
        for (long j = 0; j < p->n; j++) c[j] += x * b[j * p->k + l];
      else
        for (long j = 0; j < p->n; j++) c[j] += x * b[l * p->n + j];
    }
  }
}

void bp_gemm(int trans_a, int trans_b, long m, long n, long k, const float *a, const float *b, float *c, long batch, long stride_a,
             long stride_b, long stride_c, int add, float *scratch) {
  (void)scratch;
  Product p = {trans_a, trans_b, add, m, n, k, batch, stride_a, stride_b, stride_c, a, b, c};
  bp_parallel(rows_of, &p);
}

size_t bp_gemm_scratch(int trans_a, int trans_b, long m, long n, long k, long batch) {
  (void)trans_a, (void)trans_b, (void)m, (void)n, (void)k, (void)batch;
  return 0;
}
