/*
 * Convolutions, and their gradient by the image. Both are sums over windows of a source image: the gradient's source is the gradient that
 * came back, its filters are turned round, and with strides its pixels fall into classes, each of which meets some places of the filters
 * alone. Nothing is laid out as a matrix: a tile takes pixels as its rows and a panel of filters as its columns.
 */
#include "filter-gradient.h"
#include "kernels.h"
#include "tile.h"
#include "window-sums.h"

enum { WORTH_SPLITTING = 65536 /* numbers of filters that are copied */ };

/* A sum, and where in the given filters the places of its windows are. */
typedef struct {
  const bp_conv *shape;
  bp_sum sum;
  long first_row, place_row, first_column, place_column;
  int turned; /* channels and filters are exchanged */
  const float *given;
  float *panels;
} Work;

static Work forward_of(const bp_conv *s) {
  Work work = {.shape = s, .place_row = 1, .place_column = 1};
  work.sum = (bp_sum){.n = s->n, .groups = s->groups, .channels = s->c / s->groups, .filters = s->k / s->groups,
                      .out_image = s->oh * s->ow * s->k, .out_row = s->ow * s->k, .out_column = s->k};
  work.sum.windows = (bp_windows){.h = s->h, .w = s->w, .c = s->c, .th = s->kh, .tw = s->kw, .step_h = s->stride_h, .step_w = s->stride_w,
                                  .top = s->pad_top, .left = s->pad_left, .rows = s->oh, .columns = s->ow};
  bp_plan_sum(&work.sum);
  return work;
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

/* Of the pixels whose row and column leave these rests when divided by the strides; of none where the image has none. */
static Work input_gradient_of(const bp_conv *s, long rest_h, long rest_w) {
  const Axis rows = axis_of(s->h, s->kh, s->stride_h, s->pad_top, rest_h), columns = axis_of(s->w, s->kw, s->stride_w, s->pad_left, rest_w);
  Work work = {.shape = s, .turned = 1, .first_row = rows.first, .place_row = -s->stride_h, .first_column = columns.first,
               .place_column = -s->stride_w};
  work.sum = (bp_sum){.n = s->n, .groups = s->groups, .channels = s->k / s->groups, .filters = s->c / s->groups,
                      .out_image = s->h * s->w * s->c, .out_row = s->stride_h * s->w * s->c, .out_column = s->stride_w * s->c};
  work.sum.windows = (bp_windows){.h = s->oh, .w = s->ow, .c = s->k, .th = rows.places, .tw = columns.places, .step_h = 1, .step_w = 1,
                                  .top = rows.before, .left = columns.before, .rows = rows.pixels, .columns = columns.pixels};
  if (rows.pixels > 0 && columns.pixels > 0) bp_plan_sum(&work.sum);
  return work;
}

static void pack_place(const Work *work, long group, long place) {
  const bp_sum *s = &work->sum;
  const long k = work->shape->k, per_place = work->shape->c / s->groups * k, places = bp_places(s);
  const long i = work->first_row + place / s->windows.tw * work->place_row;
  const long j = work->first_column + place % s->windows.tw * work->place_column;
  const float *given = work->given + (i * work->shape->kw + j) * per_place;
  float *into = work->panels + group * bp_group_numbers(s);
  for (long first = 0; first < s->filters; first += WIDE) {
    const long left = s->filters - first, count = left < WIDE ? left : WIDE;
    float *panel = into + (first * places + place * bp_panel_width(count)) * s->channels;
    if (work->turned) bp_pack_transposed(panel, given + first * k + group * s->channels, k, count, s->channels);
    else bp_pack_panels(panel, given + group * s->filters + first, k, count, s->channels);
  }
}

static void pack(void *context, int part, int parts) {
  const Work *work = context;
  const long places = bp_places(&work->sum);
  long from, to;
  bp_share(places * work->sum.groups, part, parts, &from, &to);
  for (long i = from; i < to; i++) pack_place(work, i / places, i % places);
}

static void run(Work work, const float *source, const float *given, float *out, float *scratch) {
  const long numbers = work.sum.groups * bp_group_numbers(&work.sum);
  work.given = given, work.panels = scratch;
  work.sum.source = source, work.sum.panels = scratch, work.sum.out = out;
  if (numbers > WORTH_SPLITTING) bp_parallel(pack, &work);
  else pack(&work, 0, 1);
  bp_run_sum(&work.sum, scratch + numbers);
}

static size_t scratch_of(const Work *work) {
  if (work->sum.windows.rows == 0 || work->sum.windows.columns == 0) return 0;
  return (size_t)(work->sum.groups * bp_group_numbers(&work->sum) + bp_sum_strip_numbers(&work->sum));
}

void bp_conv2d(const bp_conv *shape, const float *x, const float *w, float *y, float *scratch) { run(forward_of(shape), x, w, y, scratch); }

void bp_conv2d_input_gradient(const bp_conv *shape, const float *g, const float *w, float *dx, float *scratch) {
  for (long i = 0; i < shape->stride_h; i++)
    for (long j = 0; j < shape->stride_w; j++) {
      const Work work = input_gradient_of(shape, i, j);
      if (work.sum.windows.rows > 0 && work.sum.windows.columns > 0) run(work, g, w, dx + (i * shape->w + j) * shape->c, scratch);
    }
}

size_t bp_conv_scratch(const bp_conv *shape, int which) {
  if (which == BP_CONV_FILTER_GRADIENT) return bp_filter_gradient_scratch(shape);
  if (which == BP_CONV_FORWARD) {
    const Work work = forward_of(shape);
    return scratch_of(&work);
  }
  size_t most = 0;
  for (long i = 0; i < shape->stride_h; i++)
    for (long j = 0; j < shape->stride_w; j++) {
      const Work work = input_gradient_of(shape, i, j);
      if (scratch_of(&work) > most) most = scratch_of(&work);
    }
  return most;
}
