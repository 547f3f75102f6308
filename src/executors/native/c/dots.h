#ifndef BPRUNE_DOTS_H
#define BPRUNE_DOTS_H

/* c[i][j] (+)= sum over l < terms of a[i a_row + l] b[j b_row + l]. */
void bp_dots(const float *a, long a_row, const float *b, long b_row, long rows, long columns, long terms, float *c, long c_row, int add);

#endif
