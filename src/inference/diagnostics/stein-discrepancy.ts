/**
 * Kernelised Stein discrepancy (Liu, Lee & Jordan 2016; Chwialkowski, Strathmann & Gretton 2016): how far points are from a
 * density of which only the score s = grad log p is known; 0 in expectation exactly where they come from it. With the inverse
 * multiquadric k = (c^2 + |x - y|^2)^(-1/2), whose discrepancy controls convergence in high dimensions too (Gorham & Mackey 2017).
 */

export interface ScoredPoint {
  readonly point: Float64Array;
  /** The gradient of the log density at the point. */
  readonly score: Float64Array;
}

export interface SteinDiscrepancy {
  /** The unbiased estimate of the squared discrepancy: it may be below 0, and is so about half the time for draws from the density. */
  readonly squared: number;
  /** Its standard deviation over sets of independent draws from the density. */
  readonly se: number;
  /** c, the scale in which the kernel sees distances: their median. */
  readonly scale: number;
}

export function steinDiscrepancy(points: readonly ScoredPoint[], scale = medianDistance(points)): SteinDiscrepancy {
  const n = points.length;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const h = steinKernelOf(points[i]!, points[j]!, scale);
      sum += h;
      squares += h * h;
    }
  }
  const pairs = (n * (n - 1)) / 2;
  // Under the density the pairs are uncorrelated, each with mean 0 (the U-statistic is degenerate).
  return { squared: sum / pairs, se: Math.sqrt(squares) / pairs, scale };
}

/**
 * s_x' s_y k + s_x' grad_y k + s_y' grad_x k + trace(grad_x grad_y k), where with r = x - y and u = c^2 + |r|^2
 *   k = u^(-1/2),  grad_x k = -r u^(-3/2) = -grad_y k,  trace = d u^(-3/2) - 3 |r|^2 u^(-5/2).
 */
export function steinKernelOf(x: ScoredPoint, y: ScoredPoint, scale: number): number {
  const d = x.point.length;
  let scores = 0;
  let across = 0;
  let squared = 0;
  for (let i = 0; i < d; i++) {
    const r = x.point[i]! - y.point[i]!;
    scores += x.score[i]! * y.score[i]!;
    across += (x.score[i]! - y.score[i]!) * r;
    squared += r * r;
  }
  const u = scale * scale + squared;
  return u ** -0.5 * (scores + across / u + d / u - (3 * squared) / (u * u));
}

/** Over all pairs; 1 where all points are one. */
function medianDistance(points: readonly ScoredPoint[]): number {
  const distances = points
    .flatMap((x, i) => points.slice(0, i).map((y) => distance(x.point, y.point)))
    .sort((a, b) => a - b);
  return distances[Math.floor(distances.length / 2)] || 1;
}

function distance(x: Float64Array, y: Float64Array): number {
  let squared = 0;
  for (let i = 0; i < x.length; i++) squared += (x[i]! - y[i]!) ** 2;
  return Math.sqrt(squared);
}
