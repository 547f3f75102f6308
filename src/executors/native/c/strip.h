/*
 * Strips of an image: the rows that a few rows of windows lie on, framed by zeros, so that no window asks where the image ends. A strip
 * fits the first cache, and copying it costs a fiftieth of what is then computed; an image that needs no frame is read where it is.
 */
#ifndef BPRUNE_STRIP_H
#define BPRUNE_STRIP_H

/* Windows of th x tw places over an image of h x w pixels of c numbers; window (u, v) begins at (u step_h - top, v step_w - left). */
typedef struct {
  long h, w, c;
  long th, tw, step_h, step_w, top, left;
  long rows, columns; /* of windows */
  int framed;         /* some window leaves the image */
  long pitch;         /* numbers from one row of a strip to the next */
  long high, strips;  /* rows of windows in a strip, at most, and strips in an image */
} bp_windows;

/* Fills in what follows from the geometry; a strip has at most `budget` numbers, if a row of windows does, and each image `least` strips. */
void bp_plan_strips(bp_windows *windows, long budget, long least);
long bp_strip_numbers(const bp_windows *windows);

typedef struct {
  const float *source; /* of the first window's first place */
  long from, to;       /* rows of windows */
  const float *next;   /* what the next strip reads first, in memory, and how many numbers from there on this one did not */
  long news;
} bp_strip;

/* The rows of a strip alone, without its source. */
bp_strip bp_strip_rows_of(const bp_windows *windows, const float *image, long index);

/* The strip `index` of an image; a framed one is copied to `buffer`. */
bp_strip bp_strip_of(const bp_windows *windows, const float *image, long index, float *buffer);

#endif
