/*
 * Matrix products in blocks: a panel of the right operand stays in the first cache, a block of the left one in the second, tiles of the
 * result in registers (Goto and van de Geijn 2008). Only what lies badly is copied: the right operand where it is transposed or used
 * often, the left one where its rows fall onto the same sets of a cache.
 */
#include "dots.h"
#include "kernels.h"
#include "tile.h"

enum {
  BLOCK_TERMS = 288,        /* a wide panel of as many terms and a tile's rows fill half the first cache */
  BLOCK_NUMBERS = 49152,    /* of the left operand, 192 KiB */
  ALIASING = 128,           /* rows that are a multiple of 512 bytes apart share sets */
  WORTH_PACKING_RIGHT = 96, /* rows that use a packed panel */
  WORTH_PACKING_LEFT = 128, /* columns that use a packed block */
  WORTH_SPLITTING = 100000, /* multiplications: about a microsecond and a half */
  BLOCK_PITCH = 16,         /* so much further apart are rows of a copied block */
  LINE = 16                 /* numbers in a cache line */
};

typedef struct {
  int trans_a, trans_b, add;
  long m, n, k, batch, stride_a, stride_b, stride_c;
  const float *a, *b;
  float *c, *scratch;
} Product;

/* How a product is cut: its batch, rows, columns or terms into as many parts; and what is copied. */
typedef struct {
  int batches, rows, columns, terms;
  int pack_left, pack_right, dots;
} Plan;

static long least(long x, long y) { return x < y ? x : y; }
static long pieces(long count, long size) { return (count + size - 1) / size; }

/* ---- the plan */

/* What the slowest part takes, in multiplications, when rows and columns are cut; a copied number costs about as much as `copy` of them. */
static double cost_of_cut(const Product *p, int rows, int columns) {
  const double copy = p->trans_b ? 6 : 3;
  const double high = (double)pieces(p->m, rows), broad = (double)(pieces(pieces(p->n, NARROW), columns) * NARROW);
  return (double)p->k * (high * broad + broad * copy + high);
}

/* The same when terms are cut: partial products, and their sum in a second piece of work. */
static double cost_of_cut_terms(const Product *p, int parts) {
  const double size = (double)(p->m * bp_panel_columns(p->n));
  return size * (double)pieces(p->k, parts) + (p->trans_b ? 6 : 3) * (double)(p->n * pieces(p->k, parts)) + 4 * size * (parts + 2) + 30000;
}

static void cut(Plan *plan, const Product *p) {
  const int parts = bp_threads();
  plan->batches = plan->rows = plan->columns = plan->terms = 1;
  if (parts == 1 || (double)p->m * (double)p->n * (double)p->k * (double)p->batch < WORTH_SPLITTING) return;
  if (p->batch % parts == 0 || p->batch >= 4 * parts) {
    plan->batches = parts;
    return;
  }
  double best = cost_of_cut_terms(p, parts);
  plan->terms = parts;
  for (int rows = 1; rows <= parts; rows++) {
    if (parts % rows != 0) continue;
    const double cost = cost_of_cut(p, rows, parts / rows);
    if (cost >= best) continue;
    best = cost;
    *plan = (Plan){.batches = 1, .rows = rows, .columns = parts / rows, .terms = 1};
  }
}

static Plan plan_of(const Product *p) {
  Plan plan = {0};
  cut(&plan, p);
  const long rows = pieces(p->m, plan.rows), columns = pieces(p->n, plan.columns);
  plan.dots = p->trans_b && !p->trans_a && p->k >= 128 && p->k > 5 * p->m;
  plan.pack_right = p->trans_b || rows >= WORTH_PACKING_RIGHT || (p->n % ALIASING == 0 && rows >= WORTH_PACKING_RIGHT / 4);
  const long uses = p->stride_a == 0 ? columns * p->batch : columns;
  plan.pack_left = uses >= WORTH_PACKING_LEFT && ((p->trans_a ? p->m : p->k) % ALIASING == 0 || (p->trans_a && p->m >= 512 && p->k >= 64));
  return plan;
}

/* Numbers of scratch: panels of the right operand, then a block of the left one, for each part; then partial sums. */
static size_t right_numbers(const Product *p) { return (size_t)(bp_panel_columns(p->n) * least(p->k, BLOCK_TERMS)); }
static size_t part_numbers(const Product *p, const Plan *plan) {
  return (right_numbers(p) + (plan->pack_left ? BLOCK_NUMBERS : 0) + LINE - 1) / LINE * LINE;
}
static size_t sum_numbers(const Product *p, const Plan *plan) {
  return plan->terms == 1 ? 0 : (size_t)(plan->terms * p->batch * p->m * p->n);
}

/* ---- one part: rows [m0, m1), columns [n0, n1), terms [k0, k1) of one product */

typedef struct {
  long m0, m1, n0, n1, k0, k1;
} Range;

typedef struct {
  const float *a;
  long row, term; /* distances of neighbours; a term of 0: the rows of each tile lie together, and the tiles one after another */
} Left;

/* How far ahead of its use an operand is asked for, where sums are short and many rows are read side by side. */
enum { SHORT_SUM = 48, AHEAD = 4 * WIDE };

static void ask_ahead(const float *b, long b_step, long terms, float *c, long c_row, long rows) {
  for (long l = 0; l < terms; l++) __builtin_prefetch(b + l * b_step + AHEAD);
  for (long i = 0; i < rows; i++) __builtin_prefetch(c + i * c_row + AHEAD, 1);
}

/* Rows that are cut into tiles: `more` of one row above `fewest`, then the others. */
typedef struct {
  long count, fewest, more;
} Tiles;

static Tiles tiles_of(long rows, long most) {
  const long count = pieces(rows, most);
  return (Tiles){count, rows / count, rows % count};
}
static int rows_of_tile(Tiles tiles, long t) { return (int)(tiles.fewest + (t < tiles.more)); }

/* Tiles [t0, t1) of one panel, which begin at row `from` of the left operand and at c; gives the row behind them. */
static long run_tiles(Left left, Tiles tiles, long t0, long t1, long from, long terms, const float *b, long b_step, int wide, float *c,
                      long c_row, int add) {
  for (long t = t0; t < t1; t++) {
    const int count = rows_of_tile(tiles, t);
    const float *a[MOST_ROWS];
    float *into[MOST_ROWS];
    for (int i = 0; i < count; i++) a[i] = left.a + (from + i) * left.row, into[i] = c + i * c_row;
    if (left.term == 1) bp_rows_tiles[wide][count](1, 0, 0, terms, a, b, b_step, into, add);
    else if (left.term == 0) bp_columns_tiles[wide][count](1, 0, 0, terms, left.a + from * terms, count, b, b_step, into, add);
    else bp_columns_tiles[wide][count](1, 0, 0, terms, a[0], left.term, b, b_step, into, add);
    from += count, c += count * c_row;
  }
  return from;
}

static void copy_columns(float *to, long to_row, const float *from, long from_row, long columns, long rows) {
  for (long i = 0; i < rows; i++) bp_copy_columns(to + i * to_row, from + i * from_row, columns);
}

/* All tiles of one panel: `columns` columns, at most WIDE. Where a panel is wider than that, some tiles at a time are computed beside c. */
static void panel(Left left, long rows, long terms, const float *b, long b_step, long columns, float *c, long c_row, int add) {
  enum { TILES_BESIDE = 8 };
  const int wide = bp_is_wide(columns);
  const long width = bp_panel_width(columns);
  const Tiles tiles = tiles_of(rows, left.term == 0 ? WIDE_ROWS : bp_tile_rows(wide));
  if (terms <= SHORT_SUM && b_step > width) ask_ahead(b, b_step, terms, c, c_row, rows);
  if (columns == width) {
    run_tiles(left, tiles, 0, tiles.count, 0, terms, b, b_step, wide, c, c_row, add);
    return;
  }
  float beside[TILES_BESIDE * MOST_ROWS * WIDE];
  if (add) memset(beside, 0, sizeof beside);
  for (long t = 0, from = 0; t < tiles.count; t += TILES_BESIDE) {
    const long end = least(tiles.count, t + TILES_BESIDE), height = least(rows - from, TILES_BESIDE * rows_of_tile(tiles, t));
    if (add) copy_columns(beside, width, c + from * c_row, c_row, columns, height);
    const long next = run_tiles(left, tiles, t, end, from, terms, b, b_step, wide, beside, width, add);
    copy_columns(c + from * c_row, c_row, beside, width, columns, next - from);
    from = next;
  }
}

/* Transposed, tile by tile; else row by row, a little further apart than a multiple of what falls onto the same sets. */
static Left packed(float *into, Left left, long rows, long terms) {
  if (left.term == 1) {
    const long pitch = terms + (terms % ALIASING == 0 ? BLOCK_PITCH : 0);
    for (long i = 0; i < rows; i++) memcpy(into + i * pitch, left.a + i * left.row, (size_t)terms * sizeof *into);
    return (Left){into, pitch, 1};
  }
  const Tiles tiles = tiles_of(rows, WIDE_ROWS);
  long from = 0;
  for (long t = 0; t < tiles.count; t++) {
    const long count = rows_of_tile(tiles, t);
    float *to = into + from * terms;
    for (long l = 0; l < terms; l++)
      for (long i = 0; i < count; i++) *to++ = left.a[l * left.term + from + i];
    from += count;
  }
  return (Left){into, 0, 0};
}

/* The parts of `count` products that share a left operand, which is then copied once for all. */
static void range(const Product *p, const Plan *plan, Range r, const float *a, const float *b, float *c, long count, int add, float *scratch) {
  float *right = scratch, *block = scratch + right_numbers(p);
  const long columns = r.n1 - r.n0, blocks = pieces(r.k1 - r.k0, BLOCK_TERMS), rest = columns % WIDE;
  const long packed_from = plan->pack_right ? 0 : rest % NARROW == 0 ? columns : columns - rest;
  for (long q = 0; q < blocks; q++) {
    long k0, k1;
    bp_share(r.k1 - r.k0, (int)q, (int)blocks, &k0, &k1);
    const long terms = k1 - k0;
    k0 += r.k0;
    const long rows_of_block = least(r.m1 - r.m0, BLOCK_NUMBERS / (terms + BLOCK_PITCH) - BLOCK_PITCH);
    for (long m0 = r.m0; m0 < r.m1; m0 += rows_of_block) {
      const long rows = least(rows_of_block, r.m1 - m0);
      Left left = p->trans_a ? (Left){a + k0 * p->m + m0, 1, p->m} : (Left){a + m0 * p->k + k0, p->k, 1};
      if (plan->pack_left) left = packed(block, left, rows, terms);
      for (long i = 0; i < count; i++) {
        const float *bi = b + i * p->stride_b + r.n0;
        float *ci = c + i * p->stride_c + m0 * p->n + r.n0;
        if (count > 1 || m0 == r.m0) {
          if (p->trans_b) bp_pack_transposed(right, b + i * p->stride_b + r.n0 * p->k + k0, p->k, columns, terms);
          else bp_pack_panels(right, bi + k0 * p->n + packed_from, p->n, columns - packed_from, terms);
        }
        for (long j = 0; j < columns; j += WIDE) {
          const long width = least(WIDE, columns - j);
          const int is_packed = j >= packed_from;
          const float *from = is_packed ? right + (j - packed_from) * terms : bi + k0 * p->n + j;
          panel(left, rows, terms, from, is_packed ? bp_panel_width(width) : p->n, width, ci + j, p->n, add || q > 0);
        }
      }
    }
  }
}

/* ---- all parts */

typedef struct {
  Product p;
  Plan plan;
  float *sums;
} Work;

static void do_part(void *context, int part, int parts) {
  const Work *work = context;
  const Product *p = &work->p;
  const Plan *plan = &work->plan;
  (void)parts;
  const int by_row = part / plan->columns % plan->rows, by_column = part % plan->columns;
  Range r;
  long from = 0, to = p->batch, n0, n1;
  if (plan->batches > 1) bp_share(p->batch, part, plan->batches, &from, &to);
  bp_share(p->m, by_row, plan->rows, &r.m0, &r.m1);
  bp_share(pieces(p->n, NARROW), by_column, plan->columns, &n0, &n1);
  r.n0 = n0 * NARROW, r.n1 = least(n1 * NARROW, p->n);
  bp_share(p->k, plan->terms > 1 ? part : 0, plan->terms, &r.k0, &r.k1);
  if (r.m0 == r.m1 || r.n0 == r.n1) return;
  float *scratch = p->scratch + (size_t)part * part_numbers(p, plan);
  const long shared = p->stride_a == 0 && plan->pack_left && plan->terms == 1 ? to - from : 1;
  for (long i = from; i < to; i += shared) {
    const float *a = p->a + i * p->stride_a, *b = p->b + i * p->stride_b;
    float *c = p->c + i * p->stride_c;
    int add = p->add;
    if (plan->terms > 1) c = work->sums + (part * p->batch + i) * p->m * p->n, add = 0;
    if (plan->dots) {
      const long at = r.m0 * p->k + r.k0;
      bp_dots(a + at, p->k, b + r.n0 * p->k + r.k0, p->k, r.m1 - r.m0, r.n1 - r.n0, r.k1 - r.k0, c + r.m0 * p->n + r.n0, p->n, add);
    } else range(p, plan, r, a, b, c, shared, add, scratch);
  }
}

static void add_up(void *context, int part, int parts) {
  const Work *work = context;
  const Product *p = &work->p;
  const long size = p->m * p->n;
  long from, to;
  bp_share(size, part, parts, &from, &to);
  for (long i = 0; i < p->batch; i++) {
    float *restrict c = p->c + i * p->stride_c;
    if (!p->add) memset(c + from, 0, (size_t)(to - from) * sizeof *c);
    for (int t = 0; t < work->plan.terms; t++) {
      const float *restrict sum = work->sums + (t * p->batch + i) * size;
      for (long j = from; j < to; j++) c[j] += sum[j];
    }
  }
}

/* The same product in the form that is quickest: rows that share the right operand as one matrix, a vector as a row. */
static Product quickest_form(Product p) {
  if (p.stride_b == 0 && !p.trans_a && p.stride_a == p.m * p.k && p.stride_c == p.m * p.n) p.m *= p.batch, p.batch = 1;
  if (p.n == 1 && p.trans_a) {
    const Product turned = {0, 0, p.add, 1, p.m, p.k, p.batch, p.stride_b, p.stride_a, p.stride_c, p.b, p.a, p.c, p.scratch};
    return turned;
  }
  if (p.n == 1) p.trans_b = 1;
  if (p.m == 1) p.trans_a = 0;
  return p;
}

void bp_gemm(int trans_a, int trans_b, long m, long n, long k, const float *a, const float *b, float *c, long batch, long stride_a,
             long stride_b, long stride_c, int add, float *scratch) {
  Work work;
  work.p = quickest_form((Product){trans_a, trans_b, add, m, n, k, batch, stride_a, stride_b, stride_c, a, b, c, scratch});
  work.plan = plan_of(&work.p);
  const Plan *plan = &work.plan;
  work.sums = scratch + (size_t)bp_threads() * part_numbers(&work.p, plan);
  if (plan->batches * plan->rows * plan->columns * plan->terms == 1) do_part(&work, 0, 1);
  else bp_parallel(do_part, &work);
  if (plan->terms > 1) bp_parallel(add_up, &work);
}

void bp_thin_product(long m, long n, long k, const float *a, const float *b, long b_row, float *c, long c_row) {
  float last[BP_MOST_TERMS * WIDE];
  const Left left = {a, k, 1};
  for (long j = 0; j < n; j += WIDE) {
    const long columns = least(WIDE, n - j), width = bp_panel_width(columns);
    const float *from = b + j;
    if (columns < width) bp_pack_panels(last, from, b_row, columns, k), from = last; /* behind the last column is nothing to be read */
    panel(left, m, k, from, columns < width ? width : b_row, columns, c + j, c_row, 0);
  }
}

/* For any strides: which of them are 0 changes the form, and with it the plan. */
size_t bp_gemm_scratch(int trans_a, int trans_b, long m, long n, long k, long batch) {
  size_t most = 0;
  for (int shared = 0; shared < 4; shared++) {
    const long stride_a = shared & 1 ? 0 : m * k, stride_b = shared & 2 ? 0 : k * n;
    const Product p = quickest_form((Product){trans_a, trans_b, 0, m, n, k, batch, stride_a, stride_b, m * n, NULL, NULL, NULL, NULL});
    const Plan plan = plan_of(&p);
    const size_t numbers = (size_t)bp_threads() * part_numbers(&p, &plan) + sum_numbers(&p, &plan);
    if (numbers > most) most = numbers;
  }
  return most;
}
