/**
 * Guides whose elements move together along common directions, value = mean + own sd * e1 + sum over k of columns_k * e2_k with one e2
 * for all sites. Given e2 they are independent normals, which is what estimators of weights take; by itself each element is a normal
 * too, which is what divergences from priors of single numbers take. What the second leaves out is the total correlation,
 *   KL(q || p) = sum over the elements of KL(q_i || p_i) + TC,  TC = (sum log (own variance + columns^2) - log |covariance|) / 2 >= 0,
 * with log |D + F F'| = sum log d + log |I + F' D^-1 F| (the matrix determinant lemma), a matrix of rank x rank.
 */
import type { GraphBuilder, Ref } from '../graph/builder.ts';
import type { SiteView, Spread } from './guide.ts';

/** The elements that have columns, given the common draw `[rank]`; all others as they are. */
export function given(b: GraphBuilder, view: SiteView, common: () => Ref): SiteView {
  if (view.columns === null) return view;
  const { shape } = view.columns.type;
  const rank = shape[0]!;
  const weights = b.slice(common(), [0], [rank]);
  const moved = b.sum(b.mul(view.columns, b.reshape(weights, [rank, ...shape.slice(1).map(() => 1)])), [0]);
  return { ...view, mean: b.add(view.mean, moved), columns: null };
}

/** Each element by itself: the spread is the whole one. Its columns stay, as a sign that elements are correlated. */
export function marginal(b: GraphBuilder, view: SiteView): SiteView {
  const { columns, spread } = view;
  if (columns === null || spread === null) return view;
  const shared = b.sum(b.square(columns), [0]);
  const unmasked = b.add(spread.unmasked, shared);
  const variance = view.mask === null ? unmasked : b.add(spread.variance, shared);
  const whole: Spread = { variance, unmasked, logVariance: b.log(unmasked) };
  return { ...view, spread: whole };
}

/** In nats, of all views together; null where nothing is correlated. */
export function totalCorrelation(b: GraphBuilder, views: readonly SiteView[]): Ref | null {
  const correlated = views.flatMap((view) =>
    view.columns === null || view.spread === null ? [] : [{ view, columns: view.columns, spread: view.spread }],
  );
  if (correlated.length === 0) return null;
  const rank = Math.max(...correlated.map(({ columns }) => columns.type.shape[0]!));
  let capacity: Ref | null = null;
  let logs: Ref | null = null;
  for (const { view, columns, spread } of correlated) {
    const own = columns.type.shape[0]!;
    const size = columns.type.shape.slice(1).reduce((n, m) => n * m, 1);
    const flat = b.reshape(columns, [own, size]);
    const precise = b.reshape(b.div(columns, spread.unmasked), [own, size]);
    const part = widened(b, b.matmul(precise, flat, { transposeB: true }), rank);
    capacity = capacity === null ? part : b.add(capacity, part);
    const gained = b.sub(marginal(b, view).spread!.logVariance, spread.logVariance);
    const log = b.sum(view.mask === null ? gained : b.mul(gained, view.mask));
    logs = logs === null ? log : b.add(logs, log);
  }
  return b.mul(b.sub(logs!, logDeterminantOfSum(b, capacity!)), 0.5);
}

/** `[n, n]` in the corner of zeros `[rank, rank]`. */
function widened(b: GraphBuilder, matrix: Ref, rank: number): Ref {
  const n = matrix.type.shape[0]!;
  if (n === rank) return matrix;
  const wide = b.concat([matrix, b.full([n, rank - n], 0)], 1);
  return b.concat([wide, b.full([rank - n, rank], 0)], 0);
}

/** log |I + M| of a positive semidefinite M, by elimination: every pivot is at least 1. */
function logDeterminantOfSum(b: GraphBuilder, matrix: Ref): Ref {
  let rest = matrix;
  let sum: Ref | null = null;
  for (let n = matrix.type.shape[0]!; n > 0; n--) {
    const pivot = b.add(b.slice(rest, [0, 0], [1, 1]), 1);
    const log = b.reshape(b.log(pivot), []);
    sum = sum === null ? log : b.add(sum, log);
    if (n === 1) break;
    const column = b.slice(rest, [1, 0], [n - 1, 1]);
    const row = b.slice(rest, [0, 1], [1, n - 1]);
    rest = b.sub(b.slice(rest, [1, 1], [n - 1, n - 1]), b.div(b.mul(column, row), pivot));
  }
  return sum!;
}
