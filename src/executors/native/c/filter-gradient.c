/*
 * The gradient of convolutions by their filters: for each place of a filter, each channel and each filter, a sum over all windows of all
 * images. A tile holds some channels (neighbours in the image, with those of the next places) by a panel of filters while it runs over
 * the windows of a strip; each thread adds up its own images, and the sums of the threads are added at the end.
 */
#include "filter-gradient.h"

#include "strip.h"
#include "tile.h"

enum { STRIP_NUMBERS = 5120 /* 20 KiB */ };

typedef struct {
  bp_conv shape;
  bp_windows windows;
  long channels, filters; /* in each group */
  long padded;            /* filters of a group, as many as its panels are wide */
  long sums;              /* numbers of one thread's sums */
  long slack;             /* of the copy of the last strip of g, which is read beyond its end */
  const float *x, *g;
  float *dw, *parts, *strips, *last;
} Work;

static Work work_of(const bp_conv *s) {
  Work w = {.shape = *s, .channels = s->c / s->groups, .filters = s->k / s->groups};
  w.windows = (bp_windows){.h = s->h, .w = s->w, .c = s->c, .th = s->kh, .tw = s->kw, .step_h = s->stride_h, .step_w = s->stride_w,
                           .top = s->pad_top, .left = s->pad_left, .rows = s->oh, .columns = s->ow};
  const int parts = bp_threads();
  bp_plan_strips(&w.windows, STRIP_NUMBERS, s->n % parts == 0 || s->n >= 8 * parts ? 1 : 2 * parts);
  w.padded = bp_panel_columns(w.filters);
  w.sums = s->groups * s->kh * s->kw * w.channels * w.padded;
  w.slack = w.filters % NARROW == 0 ? 0 : w.windows.high * s->ow * s->k + WIDE;
  return w;
}

size_t bp_filter_gradient_scratch(const bp_conv *shape) {
  const Work w = work_of(shape);
  return (size_t)(bp_threads() * (w.sums + bp_strip_numbers(&w.windows)) + w.slack);
}

/* Sums of `rows` neighbours of the image with one panel, over the windows of a strip. */
static void tiles(const Work *w, bp_strip strip, const float *x, long rows, const float *g, long columns, float *sums, int add) {
  const bp_windows *v = &w->windows;
  const int wide = bp_is_wide(columns);
  const long most = bp_tile_rows(wide), count = (rows + most - 1) / most;
  for (long t = 0; t < count; t++) {
    const long from = rows * t / count;
    const int high = (int)(rows * (t + 1) / count - from);
    float *c[MOST_ROWS];
    for (int i = 0; i < high; i++) c[i] = sums + (from + i) * w->padded;
    bp_columns_tiles[wide][high](strip.to - strip.from, v->step_h * v->pitch, v->columns, x + from, v->step_w * v->c, g, w->shape.k, c, add);
  }
}

static void strip_sums(const Work *w, bp_strip strip, const float *g, float *sums, int add) {
  const bp_windows *v = &w->windows;
  /* Channels of neighbouring places are neighbours as well, where they are all of one group. */
  const long runs = w->shape.groups == 1 ? v->th : v->th * v->tw, length = w->shape.groups == 1 ? v->tw * v->c : w->channels;
  for (long group = 0; group < w->shape.groups; group++)
    for (long first = 0; first < w->filters; first += WIDE)
      for (long run = 0; run < runs; run++) {
        const long offset = w->shape.groups == 1 ? run * v->pitch : run / v->tw * v->pitch + run % v->tw * v->c;
        const long columns = w->filters - first < WIDE ? w->filters - first : WIDE;
        tiles(w, strip, strip.source + offset + group * w->channels, length, g + group * w->filters + first, columns,
              sums + (group * runs + run) * length * w->padded + first, add);
      }
}

static void do_part(void *context, int part, int parts) {
  const Work *w = context;
  const bp_windows *v = &w->windows;
  const long units = w->shape.n * v->strips, size = v->columns * w->shape.k;
  long from, to;
  bp_share(units, part, parts, &from, &to);
  float *sums = w->parts + part * w->sums, *buffer = w->strips + part * bp_strip_numbers(v);
  if (from == to) memset(sums, 0, (size_t)w->sums * sizeof *sums);
  for (long unit = from; unit < to; unit++) {
    const long image = unit / v->strips;
    const bp_strip strip = bp_strip_of(v, w->x + image * v->h * v->w * v->c, unit % v->strips, buffer);
    const float *g = w->g + (image * v->rows + strip.from) * size;
    /* A panel wider than the filters reads what follows, and drops it; after the last strip nothing follows. */
    if (w->slack > 0 && unit == units - 1) {
      const long numbers = (strip.to - strip.from) * size;
      memcpy(w->last, g, (size_t)numbers * sizeof *g);
      memset(w->last + numbers, 0, WIDE * sizeof *g);
      g = w->last;
    }
    strip_sums(w, strip, g, sums, unit > from);
  }
}

static void add_up(void *context, int part, int parts) {
  const Work *w = context;
  const long rows = w->shape.kh * w->shape.kw * w->channels;
  long from, to;
  bp_share(w->shape.groups * rows, part, parts, &from, &to);
  for (long i = from; i < to; i++) {
    float *restrict out = w->dw + i % rows * w->shape.k + i / rows * w->filters;
    for (int p = 0; p < parts; p++) {
      const float *restrict sum = w->parts + p * w->sums + i * w->padded;
      for (long k = 0; k < w->filters; k++) out[k] = p == 0 ? sum[k] : out[k] + sum[k];
    }
  }
}

void bp_conv2d_filter_gradient(const bp_conv *shape, const float *x, const float *g, float *dw, float *scratch) {
  Work w = work_of(shape);
  const int parts = bp_threads();
  w.x = x, w.g = g, w.dw = dw;
  w.parts = scratch;
  w.strips = w.parts + parts * w.sums;
  w.last = w.strips + parts * bp_strip_numbers(&w.windows);
  bp_parallel(do_part, &w);
  bp_parallel(add_up, &w);
}
