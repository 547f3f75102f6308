/**
 * Whether numbers are uniform on (0, 1), by simultaneous bands around their empirical distribution function (Säilynoja, Bürkner &
 * Vehtari 2022): at each point of a grid an interval of binomial probabilities, all of them of one coverage, which is chosen so
 * that uniform numbers leave none of them with the wanted probability. That probability is computed exactly, by the recursion
 * of their section 3.2: given how many of n numbers are below one point, those between it and the next are binomial.
 */

/** Points of the grid at most: finer ones change the bands little (Säilynoja et al. 2022, section 2.2). */
const FINEST = 100;

/** At point i / K of the grid (i = 1 ... K - 1) at least `low` and at most `high` of the numbers lie below. */
export interface Band {
  readonly at: number;
  readonly low: number;
  readonly high: number;
}

/** K for `n` numbers. */
export function gridFor(n: number): number {
  return Math.min(n, FINEST);
}

/** The bands that `n` uniform numbers leave anywhere with probability at most `alpha`. */
export function ecdfBands(n: number, alpha: number): readonly Band[] {
  let [inside, outside] = [0, 1];
  // Narrower intervals are left more often; 40 halvings are finer than any two binomial probabilities here.
  for (let i = 0; i < 40; i++) {
    const tail = (inside + outside) / 2;
    if (1 - coverage(n, bandsOf(n, tail)) <= alpha) inside = tail;
    else outside = tail;
  }
  return bandsOf(n, inside);
}

/** The probability that `n` uniform numbers come as near to the edge of such bands as these somewhere, or nearer. */
export function uniformityP(values: ArrayLike<number>): number {
  const n = values.length;
  const grid = gridFor(n);
  const sorted = Float64Array.from(values).sort();
  let tail = 1;
  let below = 0;
  for (let i = 1; i < grid; i++) {
    while (below < n && sorted[below]! <= i / grid) below += 1;
    tail = Math.min(tail, tailOf(cumulative(n, i / grid), below));
  }
  // Bands that just leave these counts out are those of a slightly larger tail.
  return 1 - coverage(n, bandsOf(n, tail * (1 + 1e-9)));
}

/** Twice the smaller of P(X <= count) and P(X >= count), at most 1. */
function tailOf(cdf: Float64Array, count: number): number {
  const upper = 1 - (count === 0 ? 0 : cdf[count - 1]!);
  return Math.min(1, 2 * Math.min(cdf[count]!, upper));
}

/** At each point the counts whose own tail is at least `tail`; `low` above `high` where there are none. */
function bandsOf(n: number, tail: number): Band[] {
  const grid = gridFor(n);
  return Array.from({ length: grid - 1 }, (_, i) => {
    const at = (i + 1) / grid;
    const cdf = cumulative(n, at);
    let low = 0;
    while (low <= n && tailOf(cdf, low) < tail) low += 1;
    let high = n;
    while (high >= low && tailOf(cdf, high) < tail) high -= 1;
    return { at, low, high };
  });
}

/** The probability that uniform numbers stay within bands at all points. */
function coverage(n: number, bands: readonly Band[]): number {
  const logs = logFactorials(n);
  let before = 0;
  /** P(count at this point, and within all bands so far), by count. */
  let inside = new Float64Array(n + 1);
  inside[0] = 1;
  for (const { at, low, high } of bands) {
    const share = (at - before) / (1 - before);
    const next = new Float64Array(n + 1);
    for (let count = 0; count <= high; count++) {
      if (inside[count] === 0) continue;
      for (let total = Math.max(low, count); total <= high; total++) {
        const step = probability(logs, n - count, total - count, share);
        next[total] = next[total]! + inside[count]! * step;
      }
    }
    inside = next;
    before = at;
  }
  return inside.reduce((sum, p) => sum + p, 0);
}

/** Binomial: k of n, for a p between 0 and 1. */
function probability(logs: Float64Array, n: number, k: number, p: number): number {
  return Math.exp(logs[n]! - logs[k]! - logs[n - k]! + k * Math.log(p) + (n - k) * Math.log1p(-p));
}

function cumulative(n: number, p: number): Float64Array {
  const logs = logFactorials(n);
  let sum = 0;
  return Float64Array.from({ length: n + 1 }, (_, k) => {
    sum += probability(logs, n, k, p);
    return Math.min(1, sum);
  });
}

/** log k! for k = 0 ... n. */
function logFactorials(n: number): Float64Array {
  const logs = new Float64Array(n + 1);
  for (let k = 2; k <= n; k++) logs[k] = logs[k - 1]! + Math.log(k);
  return logs;
}
