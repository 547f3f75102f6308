/*
 * Sums over windows of images, which convolutions and their gradients by the image both are. Two ways: where there are many images, the rows
 * of a tile are the same pixel of several images, so that all have the same places inside and nothing outside is multiplied; else the
 * rows are pixels of one framed strip.
 */
#ifndef BPRUNE_WINDOW_SUMS_H
#define BPRUNE_WINDOW_SUMS_H

#include "strip.h"

/* out[image, u, v, group, j] = sum over places and channels of source * filters, for all windows (u, v). */
typedef struct {
  bp_windows windows;
  long n, groups;
  long channels, filters;               /* in each group */
  long out_image, out_row, out_column;  /* from one image, row or column of the output to the next, in numbers */
  int by_image;                         /* the rows of a tile are images */
  const float *source;
  const float *panels; /* for each group, bp_group_numbers: each panel has its places in order, each place its channels */
  float *out;
} bp_sum;

/* Decides how the sums are cut, for as many threads as there are. */
void bp_plan_sum(bp_sum *sum);
static inline long bp_places(const bp_sum *sum) { return sum->windows.th * sum->windows.tw; }
long bp_group_numbers(const bp_sum *sum);

/* Runs all, on all threads where that is worth it; strips holds bp_sum_strip_numbers. */
void bp_run_sum(const bp_sum *sum, float *strips);
long bp_sum_strip_numbers(const bp_sum *sum);

#endif
