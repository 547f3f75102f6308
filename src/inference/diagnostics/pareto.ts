/**
 * Pareto k-hat of importance ratios: the shape of the generalised Pareto distribution of their upper tail. Below 0.7 importance
 * sampling could correct the guide with a feasible number of draws; above, the guide misses where the posterior is
 * (Vehtari, Simpson, Gelman, Yao & Gabry 2024; for guides Yao, Vehtari, Simpson & Gelman 2018).
 */

/** Half of the prior's weight of `k`: ten observations at 1/2 (Vehtari et al. 2024, appendix G). */
const PRIOR_COUNT = 10;
/** Of the prior on 1 / scale (Zhang & Stephens 2009, section 2.2). */
const PRIOR_SCALE = 3;
const SMALLEST_LOG = Math.log(2.2250738585072014e-308);

/** The limit for `draws` of them: 1 - 1 / log10 S, and at most 0.7 (Vehtari et al. 2024, section 3.2.4). */
export function paretoLimit(draws: number): number {
  return Math.min(1 - 1 / Math.log10(draws), 0.7);
}

/** From log ratios log p - log q at draws from q. Infinite where fewer than five ratios make up the tail. */
export function paretoK(logRatios: Float64Array): number {
  const largest = logRatios.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const sorted = logRatios.map((x) => x - largest).sort();
  const size = Math.ceil(Math.min(sorted.length / 5, 3 * Math.sqrt(sorted.length)));
  const cut = Math.max(sorted[sorted.length - size - 1] ?? Number.NEGATIVE_INFINITY, SMALLEST_LOG);
  const tail = sorted.filter((x) => x > cut).map((x) => Math.exp(x) - Math.exp(cut));
  return tail.length < 5 ? Number.POSITIVE_INFINITY : paretoShape(tail);
}

/**
 * The shape k of a generalised Pareto distribution from sorted excesses x, by the posterior mean of b = -k / scale over a grid
 * (Zhang & Stephens 2009, section 3), pulled towards 1/2 by the prior.
 */
export function paretoShape(x: Float64Array): number {
  const n = x.length;
  const points = 30 + Math.floor(Math.sqrt(n));
  const quarter = x[Math.floor(n / 4 + 0.5) - 1]!;
  const largest = x[n - 1]!;
  const grid = Float64Array.from({ length: points }, (_, j) => {
    return 1 / largest + (1 - Math.sqrt(points / (j + 0.5))) / (PRIOR_SCALE * quarter);
  });
  const logs = grid.map((b) => {
    const k = shapeAt(b, x);
    return n * (Math.log(-b / k) - k - 1);
  });
  const top = Math.max(...logs);
  const weights = logs.map((l) => Math.exp(l - top));
  const total = weights.reduce((sum, w) => sum + w, 0);
  const b = grid.reduce((sum, value, j) => sum + (value * weights[j]!) / total, 0);
  return (n * shapeAt(b, x) + PRIOR_COUNT / 2) / (n + PRIOR_COUNT);
}

function shapeAt(b: number, x: Float64Array): number {
  return x.reduce((sum, value) => sum + Math.log1p(-b * value), 0) / x.length;
}
