/*
 * The gradient of convolutions by their filters: for each place of a filter, each channel and each filter, a sum over all windows of all
 * images. A tile holds some channels by a panel of filters while it runs over the windows of a strip; each thread adds up its own images,
 * and the sums of the threads are added at the end.
 */
#include "filter-gradient.h"

#include "strip.h"
#include "tile.h"

enum {
  STRIP_NUMBERS = 5120, /* 20 KiB */
  FEW_CHANNELS = 12,    /* a tile of fewer rows leaves its registers empty */
  LINE = 16
};

typedef struct {
  bp_conv shape;
  bp_windows windows;
  int by_row;             /* see strip_by_row */
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
  w.by_row = s->groups == 1 && s->c < FEW_CHANNELS;
  w.padded = bp_panel_columns(w.filters);
  w.sums = s->groups * s->kh * s->kw * w.channels * w.padded;
  w.slack = w.filters % NARROW == 0 ? 0 : w.windows.high * s->ow * s->k + WIDE;
  return w;
}

static long strip_numbers(const Work *w) { return w->by_row ? bp_strip_numbers(&w->windows) : 0; }

size_t bp_filter_gradient_scratch(const bp_conv *shape) {
  const Work w = work_of(shape);
  return (size_t)(bp_threads() * (w.sums + strip_numbers(&w)) + w.slack);
}

/* What the next strip will read, asked for bit by bit while this one is computed. */
typedef struct {
  const float *at[2];
  long numbers[2]; /* for each tile */
} Ahead;

static void ask(Ahead *ahead) {
  for (int i = 0; i < 2; i++) {
    for (long j = 0; j < ahead->numbers[i]; j += LINE) __builtin_prefetch(ahead->at[i] + j);
    ahead->at[i] += ahead->numbers[i];
  }
}

/* Windows [from, to) of some rows of windows, as a filter's place sees them: those for which it lies on the image. */
typedef struct {
  long rows, columns;
  const float *x, *g;
} Seen;

/* Sums of `count` neighbours of the image with one panel. */
static void tiles(const Work *w, const Seen *seen, long pitch, long count, long columns, float *sums, int add, Ahead *ahead) {
  const int wide = bp_is_wide(columns);
  const long most = bp_tile_rows(wide), number = (count + most - 1) / most, k = w->shape.k;
  for (long t = 0; t < number; t++) {
    const long from = count * t / number;
    const int rows = (int)(count * (t + 1) / number - from);
    float *c[MOST_ROWS];
    for (int i = 0; i < rows; i++) c[i] = sums + (from + i) * w->padded;
    ask(ahead);
    bp_columns_tiles[wide][rows](seen->rows, w->shape.stride_h * pitch, w->shape.ow * k, seen->columns, seen->x + from,
                                 w->shape.stride_w * w->shape.c, seen->g, k, c, add);
  }
}

/* The part of windows [from, to) along an axis for which place i lies on an image of that size. */
static void see(long *from, long *to, long i, long pad, long stride, long size) {
  const long first = pad > i ? (pad - i + stride - 1) / stride : 0, last = size + pad - i > 0 ? (size + pad - i - 1) / stride + 1 : 0;
  if (*from < first) *from = first;
  if (*to > last) *to = last;
}

/* Each place alone, over the windows that have it inside. */
static void strip_by_place(const Work *w, const bp_strip *strip, const float *x, const float *g, float *sums, int add, Ahead *ahead) {
  const bp_conv *s = &w->shape;
  for (long group = 0; group < s->groups; group++)
    for (long first = 0; first < w->filters; first += WIDE)
      for (long place = 0; place < s->kh * s->kw; place++) {
        const long i = place / s->kw, j = place % s->kw, left = w->filters - first;
        long p0 = strip->from, p1 = strip->to, q0 = 0, q1 = s->ow;
        see(&p0, &p1, i, s->pad_top, s->stride_h, s->h);
        see(&q0, &q1, j, s->pad_left, s->stride_w, s->w);
        if (add && (p0 >= p1 || q0 >= q1)) continue;
        Seen seen = {p1 - p0, q1 - q0, x, g};
        seen.x += ((p0 * s->stride_h - s->pad_top + i) * s->w + q0 * s->stride_w - s->pad_left + j) * s->c + group * w->channels;
        seen.g += ((p0 - strip->from) * s->ow + q0) * s->k + group * w->filters + first;
        float *into = sums + (group * s->kh * s->kw + place) * w->channels * w->padded + first;
        tiles(w, &seen, s->w * s->c, w->channels, left < WIDE ? left : WIDE, into, add, ahead);
      }
}

/* A row of places at once, in a frame: their channels are neighbours as well. For images of few channels, in one group. */
static void strip_by_row(const Work *w, const bp_strip *strip, const float *g, float *sums, int add, Ahead *ahead) {
  const bp_windows *v = &w->windows;
  const long count = v->tw * v->c;
  for (long first = 0; first < w->filters; first += WIDE)
    for (long i = 0; i < v->th; i++) {
      const long left = w->filters - first;
      const Seen seen = {strip->to - strip->from, v->columns, strip->source + i * v->pitch, g + first};
      tiles(w, &seen, v->pitch, count, left < WIDE ? left : WIDE, sums + i * count * w->padded + first, add, ahead);
    }
}

static Ahead ahead_of(const Work *w, const bp_strip *strip, const float *g) {
  const bp_conv *s = &w->shape;
  const long calls = s->groups * ((w->filters + WIDE - 1) / WIDE) * s->kh * (w->by_row ? 1 : s->kw);
  const long tiles = calls * (((w->by_row ? s->kw : 1) * w->channels + WIDE_ROWS - 1) / WIDE_ROWS), windows = strip->to - strip->from;
  return (Ahead){{strip->next, g + windows * s->ow * s->k}, {strip->news / tiles + 1, windows * s->ow * s->k / tiles + 1}};
}

static void do_part(void *context, int part, int parts) {
  const Work *w = context;
  const bp_windows *v = &w->windows;
  const long units = w->shape.n * v->strips, size = v->columns * w->shape.k;
  long from, to;
  bp_share(units, part, parts, &from, &to);
  float *sums = w->parts + part * w->sums, *buffer = w->strips + part * strip_numbers(w);
  if (from == to) memset(sums, 0, (size_t)w->sums * sizeof *sums);
  for (long unit = from; unit < to; unit++) {
    const long image = unit / v->strips;
    const float *x = w->x + image * v->h * v->w * v->c;
    const bp_strip strip = w->by_row ? bp_strip_of(v, x, unit % v->strips, buffer) : bp_strip_rows_of(v, x, unit % v->strips);
    const float *g = w->g + (image * v->rows + strip.from) * size;
    Ahead ahead = ahead_of(w, &strip, g);
    /* A panel wider than the filters reads what follows, and drops it; after the last strip nothing follows. */
    if (w->slack > 0 && unit == units - 1) {
      const long numbers = (strip.to - strip.from) * size;
      memcpy(w->last, g, (size_t)numbers * sizeof *g);
      memset(w->last + numbers, 0, WIDE * sizeof *g);
      g = w->last;
    }
    if (w->by_row) strip_by_row(w, &strip, g, sums, unit > from, &ahead);
    else strip_by_place(w, &strip, x, g, sums, unit > from, &ahead);
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
  w.last = w.strips + parts * strip_numbers(&w);
  bp_parallel(do_part, &w);
  bp_parallel(add_up, &w);
}
