#include "window-sums.h"

#include "kernels.h"
#include "tile.h"

enum {
  STRIP_NUMBERS = 6144,   /* 24 KiB */
  IMAGE_NUMBERS = 8192,   /* 32 KiB: of larger images, six fall out of the second cache */
  PANEL_TERMS = 288,      /* of filters that pass at once: 18 KiB with wide panels of 16 */
  LINE = 16,              /* numbers in a cache line */
  WORTH_SPLITTING = 65536 /* multiplications */
};

static long least(long x, long y) { return x < y ? x : y; }
static long most(long x, long y) { return x > y ? x : y; }

void bp_plan_sum(bp_sum *s) {
  const long parts = bp_threads();
  s->by_image = s->n >= (WIDE_ROWS - 1) * parts && s->windows.h * s->windows.w * s->windows.c <= IMAGE_NUMBERS;
  bp_plan_strips(&s->windows, STRIP_NUMBERS, s->n % parts == 0 || s->n >= 8 * parts ? 1 : 2 * parts);
}

long bp_group_numbers(const bp_sum *s) { return bp_panel_columns(s->filters) * bp_places(s) * s->channels; }

long bp_sum_strip_numbers(const bp_sum *s) { return s->by_image ? 0 : bp_threads() * bp_strip_numbers(&s->windows); }

/* A piece of the filters that stays in the first cache: rows [i0, i1) of the places, for `count` filters of one panel. */
typedef struct {
  const float *filters;
  long count, i0, i1;
} Piece;

/* Rows of places, or for groups places of one row: their channels of one group lie together in the image. */
typedef struct {
  long count, length, distance;
} Runs;

static Runs runs_of(const bp_sum *s, long rows, long columns, long pitch) {
  const bp_windows *w = &s->windows;
  if (rows == 0) return (Runs){0, 0, 0};
  return s->groups == 1 ? (Runs){rows, columns * w->c, pitch} : (Runs){columns, s->channels, w->c};
}

static void tile(const bp_sum *s, int rows, Runs runs, const float *const *a, const Piece *piece, const float *b, float *const *c, int add) {
  const int wide = bp_is_wide(piece->count);
  const long width = bp_panel_width(piece->count), row = s->windows.tw * s->channels * width;
  const long distance = s->groups == 1 ? row : s->channels * width;
  if (piece->count == width) {
    bp_rows_tiles[wide][rows](runs.count, runs.distance, distance, runs.length, a, b, width, c, add);
    return;
  }
  bp_partial partial;
  bp_begin_partial(&partial, rows, width, piece->count, c, add);
  bp_rows_tiles[wide][rows](runs.count, runs.distance, distance, runs.length, a, b, width, partial.rows, add);
  bp_end_partial(&partial, rows, piece->count, c);
}

/* ---- by image */

/* The places of a window that lie on the image, along one axis. */
typedef struct {
  long from, to;
} Inside;

static Inside inside(long start, long places, long size) {
  const Inside at = {most(0, -start), least(places, size - start)};
  return at.from < at.to ? at : (Inside){0, 0};
}

/* The piece over all pixels of `rows` images, whose sums go to out; both begin at their group and panel. */
static void piece_by_image(const bp_sum *s, const Piece *piece, int rows, const float *source, float *out) {
  const bp_windows *w = &s->windows;
  const long image = w->h * w->w * w->c, width = bp_panel_width(piece->count);
  for (long u = 0; u < w->rows; u++) {
    const long top = u * w->step_h - w->top;
    const Inside high = inside(top, w->th, w->h);
    const long i0 = most(high.from, piece->i0), i1 = least(high.to, piece->i1);
    const int empty = i0 >= i1;
    /* A pixel's first piece overwrites, even where no place lies on the image. */
    if (empty && !(piece->i0 == 0 && high.from == high.to)) continue;
    for (long v = 0; v < w->columns; v++) {
      const long left = v * w->step_w - w->left;
      const Inside broad = inside(left, w->tw, w->w);
      const Runs runs = runs_of(s, empty ? 0 : i1 - i0, broad.to - broad.from, w->w * w->c);
      const float *at = source + ((top + i0) * w->w + left + broad.from) * w->c, *a[MOST_ROWS];
      float *to = out + u * s->out_row + v * s->out_column, *c[MOST_ROWS];
      for (int i = 0; i < rows; i++) a[i] = at + i * image, c[i] = to + i * s->out_image;
      tile(s, rows, runs, a, piece, piece->filters + (i0 * w->tw + broad.from) * s->channels * width, c, i0 > high.from);
    }
  }
}

/* ---- by strip */

static void piece_by_strip(const bp_sum *s, const Piece *piece, bp_strip strip, const float *source, float *out) {
  const bp_windows *w = &s->windows;
  const long width = bp_panel_width(piece->count), pixels = (strip.to - strip.from) * w->columns;
  const long high = bp_tile_rows(bp_is_wide(piece->count)), tiles = (pixels + high - 1) / high;
  const long step = w->step_w * w->c, row_step = w->step_h * w->pitch - w->columns * step, out_row_step = s->out_row - w->columns * s->out_column;
  const Runs runs = runs_of(s, piece->i1 - piece->i0, w->tw, w->pitch);
  const float *at = source + piece->i0 * w->pitch;
  float *to = out + strip.from * s->out_row;
  long column = 0;
  const long ahead = piece->i0 == 0 ? strip.news / LINE : 0;
  for (long t = 0; t < tiles; t++) {
    for (long line = ahead * t / tiles; line < ahead * (t + 1) / tiles; line++) __builtin_prefetch(strip.next + line * LINE);
    const int rows = (int)(pixels * (t + 1) / tiles - pixels * t / tiles);
    const float *a[MOST_ROWS];
    float *c[MOST_ROWS];
    for (int i = 0; i < rows; i++) {
      a[i] = at, c[i] = to;
      at += step, to += s->out_column;
      if (++column == w->columns) column = 0, at += row_step, to += out_row_step;
    }
    tile(s, rows, runs, a, piece, piece->filters + piece->i0 * w->tw * s->channels * width, c, piece->i0 > 0);
  }
}

/* ---- all pieces */

/* Calls one of both for all pieces of a group. Source and out are at the group. */
static void pieces(const bp_sum *s, long group, int rows, const bp_strip *strip, const float *source, float *out) {
  const bp_windows *w = &s->windows;
  const float *filters = s->panels + group * bp_group_numbers(s);
  const long high = s->groups > 1 ? 1 : most(1, w->tw == 0 ? 1 : PANEL_TERMS / (w->tw * w->c));
  for (long first = 0; first < s->filters; first += WIDE) {
    Piece piece = {filters + first * bp_places(s) * s->channels, least(WIDE, s->filters - first), 0, 0};
    do { /* once, for zeros, where the filters have no place */
      piece.i1 = least(piece.i0 + high, w->th);
      if (strip == NULL) piece_by_image(s, &piece, rows, source, out + first);
      else piece_by_strip(s, &piece, *strip, source, out + first);
      piece.i0 = piece.i1;
    } while (piece.i0 < w->th);
  }
}

static void by_image(const bp_sum *s, int part, int parts) {
  long from, to;
  bp_share(s->n, part, parts, &from, &to);
  const long images = to - from, tiles = (images + WIDE_ROWS - 1) / WIDE_ROWS, size = s->windows.h * s->windows.w * s->windows.c;
  for (long t = 0; t < tiles; t++) {
    const long first = from + images * t / tiles, next = from + images * (t + 1) / tiles;
    for (long group = 0; group < s->groups; group++)
      pieces(s, group, (int)(next - first), NULL, s->source + first * size + group * s->channels,
             s->out + first * s->out_image + group * s->filters);
  }
}

static void by_strip(const bp_sum *s, float *buffer, int part, int parts) {
  const bp_windows *w = &s->windows;
  long from, to;
  bp_share(s->n * w->strips, part, parts, &from, &to);
  for (long unit = from; unit < to; unit++) {
    const long image = unit / w->strips;
    const bp_strip strip = bp_strip_of(w, s->source + image * w->h * w->w * w->c, unit % w->strips, buffer);
    for (long group = 0; group < s->groups; group++)
      pieces(s, group, 0, &strip, strip.source + group * s->channels, s->out + image * s->out_image + group * s->filters);
  }
}

typedef struct {
  const bp_sum *sum;
  float *strips;
} Work;

static void do_part(void *context, int part, int parts) {
  const Work *work = context;
  const bp_sum *s = work->sum;
  if (s->by_image) by_image(s, part, parts);
  else by_strip(s, work->strips + part * bp_strip_numbers(&s->windows), part, parts);
}

void bp_run_sum(const bp_sum *sum, float *strips) {
  Work work = {sum, strips};
  const long pixels = sum->n * sum->windows.rows * sum->windows.columns;
  if (pixels * (bp_places(sum) * sum->channels + 1) * sum->filters * sum->groups > WORTH_SPLITTING) bp_parallel(do_part, &work);
  else do_part(&work, 0, 1);
}
