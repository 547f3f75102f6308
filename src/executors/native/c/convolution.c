/*
 * Convolutions, and their gradient by the image. Both are sums over windows of a source image: the gradient's source is the gradient that
 * came back, its filters are turned round, and with strides its pixels fall into classes, each of which meets some places of the filters
 * alone. Nothing is laid out as a matrix: a tile takes the pixels of a strip as its rows and a panel of filters as its columns.
 */
#include "filter-gradient.h"
#include "kernels.h"
#include "strip.h"
#include "tile.h"

enum {
  STRIP_NUMBERS = 6144,  /* 24 KiB */
  PANEL_TERMS = 288,     /* of filters that pass at once: 18 KiB with wide panels of 16 */
  WORTH_SPLITTING = 65536 /* numbers of filters that are copied, or multiplications */
};

/* out[u, v, group, j] = sum over places and channels of source * filters, for windows (u, v). */
typedef struct {
  bp_windows windows;
  long n, groups;
  long channels, filters; /* in each group */
  long out_image, out_row, out_column, out_channels;
  long first_row, place_row, first_column, place_column; /* of the given filters at the windows' places */
} Sum;

typedef struct {
  const bp_conv *shape;
  Sum sum;
  int turned; /* the given filters are read with channels and filters exchanged */
  const float *source, *given;
  float *out, *filters, *strips;
} Work;

/* ---- what is summed */

static Sum forward_of(const bp_conv *s) {
  Sum sum = {.n = s->n, .groups = s->groups, .channels = s->c / s->groups, .filters = s->k / s->groups, .place_row = 1, .place_column = 1};
  sum.windows = (bp_windows){.h = s->h, .w = s->w, .c = s->c, .th = s->kh, .tw = s->kw, .step_h = s->stride_h, .step_w = s->stride_w,
                             .top = s->pad_top, .left = s->pad_left, .rows = s->oh, .columns = s->ow};
  sum.out_image = s->oh * s->ow * s->k, sum.out_row = s->ow * s->k, sum.out_column = s->k;
  return sum;
}

/* Along one axis: pixels rest, rest + stride, ... meet the places i0, i0 + stride, ... of a filter. */
typedef struct {
  long pixels, places, before, first;
} Axis;

static Axis axis_of(long size, long window, long stride, long pad, long rest) {
  const long i0 = (rest + pad) % stride;
  Axis a = {.pixels = size > rest ? (size - rest + stride - 1) / stride : 0};
  a.places = i0 < window ? (window - i0 + stride - 1) / stride : 0;
  a.before = a.places - 1 - (rest + pad - i0) / stride;
  a.first = i0 + stride * (a.places - 1);
  return a;
}

/* Of the pixels whose row and column leave these rests when divided by the strides. */
static Sum input_gradient_of(const bp_conv *s, long rest_h, long rest_w) {
  const Axis rows = axis_of(s->h, s->kh, s->stride_h, s->pad_top, rest_h), columns = axis_of(s->w, s->kw, s->stride_w, s->pad_left, rest_w);
  Sum sum = {.n = s->n, .groups = s->groups, .channels = s->k / s->groups, .filters = s->c / s->groups};
  sum.windows = (bp_windows){.h = s->oh, .w = s->ow, .c = s->k, .th = rows.places, .tw = columns.places, .step_h = 1, .step_w = 1,
                             .top = rows.before, .left = columns.before, .rows = rows.pixels, .columns = columns.pixels};
  sum.out_image = s->h * s->w * s->c, sum.out_row = s->stride_h * s->w * s->c, sum.out_column = s->stride_w * s->c;
  sum.first_row = rows.first, sum.place_row = -s->stride_h, sum.first_column = columns.first, sum.place_column = -s->stride_w;
  return sum;
}

static void plan(Sum *sum) {
  const long parts = bp_threads();
  bp_plan_strips(&sum->windows, STRIP_NUMBERS, sum->n % parts == 0 || sum->n >= 8 * parts ? 1 : 2 * parts);
}

/* ---- filters, as panels for each group */

static long places(const Sum *s) { return s->windows.th * s->windows.tw; }
static long group_numbers(const Sum *s) { return bp_panel_columns(s->filters) * places(s) * s->channels; }

static void pack_place(const Work *work, long group, long place) {
  const Sum *s = &work->sum;
  const long k = work->shape->k, per_place = work->shape->c / s->groups * k;
  const long i = s->first_row + place / s->windows.tw * s->place_row, j = s->first_column + place % s->windows.tw * s->place_column;
  const float *given = work->given + (i * work->shape->kw + j) * per_place;
  float *into = work->filters + group * group_numbers(s);
  for (long first = 0; first < s->filters; first += WIDE) {
    const long left = s->filters - first, count = left < WIDE ? left : WIDE, width = bp_panel_width(count);
    float *panel = into + (first * places(s) + place * width) * s->channels;
    if (work->turned) bp_pack_transposed(panel, given + first * k + group * s->channels, k, count, s->channels);
    else bp_pack_panels(panel, given + group * s->filters + first, k, count, s->channels);
  }
}

static void pack(void *context, int part, int parts) {
  const Work *work = context;
  long from, to;
  bp_share(places(&work->sum) * work->sum.groups, part, parts, &from, &to);
  for (long i = from; i < to; i++) pack_place(work, i / places(&work->sum), i % places(&work->sum));
}

/* ---- the sums */

/* Runs of terms that lie one after another in a strip: rows of places where channels are all of one group, else places. */
typedef struct {
  long count, length;
  int by_row;
} Runs;

static Runs runs_of(const Sum *s) {
  const bp_windows *w = &s->windows;
  if (s->groups == 1 && w->tw * w->c <= PANEL_TERMS) return (Runs){w->th, w->tw * w->c, 1};
  return (Runs){w->th * w->tw, s->channels, 0};
}

static long offset_of_run(const bp_windows *w, Runs runs, long run) {
  return runs.by_row ? run * w->pitch : run / w->tw * w->pitch + run % w->tw * w->c;
}

/* All tiles of a strip with `count` filters of a panel. */
static void strip_by_panel(const Sum *s, bp_strip strip, const long *offsets, long runs, long length, const float *panel, long count, float *out, int add) {
  const bp_windows *w = &s->windows;
  const int wide = bp_is_wide(count);
  const long width = bp_panel_width(count), pixels = (strip.to - strip.from) * w->columns, most = bp_tile_rows(wide);
  const long tiles = (pixels + most - 1) / most;
  const long step = w->step_w * w->c, row_step = w->step_h * w->pitch - w->columns * step, out_row_step = s->out_row - w->columns * s->out_column;
  const float *at = strip.source;
  float *to = out + strip.from * s->out_row;
  long column = 0;
  for (long t = 0; t < tiles; t++) {
    const int rows = (int)(pixels * (t + 1) / tiles - pixels * t / tiles);
    const float *a[MOST_ROWS];
    float *c[MOST_ROWS];
    for (int i = 0; i < rows; i++) {
      a[i] = at, c[i] = to;
      at += step, to += s->out_column;
      if (++column == w->columns) column = 0, at += row_step, to += out_row_step;
    }
    if (count == width) {
      bp_rows_tiles[wide][rows](runs, offsets, length, a, panel, width, c, add);
      continue;
    }
    bp_partial partial;
    bp_begin_partial(&partial, rows, width);
    bp_rows_tiles[wide][rows](runs, offsets, length, a, panel, width, partial.rows, 0);
    bp_end_partial(&partial, rows, count, c, add);
  }
}

enum { MOST_RUNS = 64 };

static void strip_by_group(const Sum *s, bp_strip strip, const float *filters, float *out) {
  const Runs runs = runs_of(s);
  const long fitting = runs.length > 0 ? PANEL_TERMS / runs.length : 1, most = fitting < 1 ? 1 : fitting < MOST_RUNS ? fitting : MOST_RUNS;
  for (long first = 0; first < s->filters; first += WIDE) {
    const long left = s->filters - first, count = left < WIDE ? left : WIDE;
    const float *panel = filters + first * places(s) * s->channels;
    long run = 0;
    do { /* once, for zeros, where no place of the filters is met */
      long offsets[MOST_RUNS];
      const long number = runs.count - run < most ? runs.count - run : most;
      for (long i = 0; i < number; i++) offsets[i] = offset_of_run(&s->windows, runs, run + i);
      strip_by_panel(s, strip, offsets, number, runs.length, panel + run * runs.length * bp_panel_width(count), count, out + first, run > 0);
      run += number;
    } while (run < runs.count);
  }
}

static void do_part(void *context, int part, int parts) {
  const Work *work = context;
  const Sum *s = &work->sum;
  const bp_windows *w = &s->windows;
  long from, to;
  bp_share(s->n * w->strips, part, parts, &from, &to);
  float *buffer = work->strips + part * bp_strip_numbers(w);
  for (long unit = from; unit < to; unit++) {
    const long image = unit / w->strips;
    const bp_strip strip = bp_strip_of(w, work->source + image * w->h * w->w * w->c, unit % w->strips, buffer);
    for (long group = 0; group < s->groups; group++) {
      bp_strip part_of = strip;
      part_of.source += group * s->channels;
      strip_by_group(s, part_of, work->filters + group * group_numbers(s), work->out + image * s->out_image + group * s->filters);
    }
  }
}

static size_t sum_scratch(const Sum *s) {
  return (size_t)(s->groups * group_numbers(s) + bp_threads() * bp_strip_numbers(&s->windows));
}

static void run(Work *work, float *scratch) {
  const Sum *s = &work->sum;
  const long filters = s->groups * group_numbers(s);
  work->filters = scratch;
  work->strips = scratch + filters;
  if (filters > WORTH_SPLITTING) bp_parallel(pack, work);
  else pack(work, 0, 1);
  const long pixels = s->n * s->windows.rows * s->windows.columns;
  if (pixels * places(s) * s->channels * s->filters * s->groups > WORTH_SPLITTING) bp_parallel(do_part, work);
  else do_part(work, 0, 1);
}

void bp_conv2d(const bp_conv *shape, const float *x, const float *w, float *y, float *scratch) {
  Work work = {.shape = shape, .sum = forward_of(shape), .source = x, .given = w, .out = y};
  plan(&work.sum);
  run(&work, scratch);
}

void bp_conv2d_input_gradient(const bp_conv *shape, const float *g, const float *w, float *dx, float *scratch) {
  for (long i = 0; i < shape->stride_h; i++)
    for (long j = 0; j < shape->stride_w; j++) {
      Work work = {.shape = shape, .sum = input_gradient_of(shape, i, j), .turned = 1, .source = g, .given = w};
      if (work.sum.windows.rows == 0 || work.sum.windows.columns == 0) continue;
      work.out = dx + (i * shape->w + j) * shape->c;
      plan(&work.sum);
      run(&work, scratch);
    }
}

size_t bp_conv_scratch(const bp_conv *shape, int which) {
  if (which == BP_CONV_FILTER_GRADIENT) return bp_filter_gradient_scratch(shape);
  if (which == BP_CONV_FORWARD) {
    Sum sum = forward_of(shape);
    plan(&sum);
    return sum_scratch(&sum);
  }
  size_t most = 0;
  for (long i = 0; i < shape->stride_h; i++)
    for (long j = 0; j < shape->stride_w; j++) {
      Sum sum = input_gradient_of(shape, i, j);
      if (sum.windows.rows == 0 || sum.windows.columns == 0) continue;
      plan(&sum);
      const size_t numbers = sum_scratch(&sum);
      if (numbers > most) most = numbers;
    }
  return most;
}
