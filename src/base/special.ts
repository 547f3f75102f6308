/**
 * Special functions in float64, to 13 digits or more.
 * The gamma function's logarithm and its derivative by Stirling's series after shifting the argument above 10; the error function
 * by its series of positive terms and, far out, by Laplace's continued fraction (Abramowitz and Stegun 1964, 7.1.6 and 7.1.14).
 */

/** Bernoulli numbers B(2k) / (2k (2k - 1)): Abramowitz and Stegun 1964, 6.1.40. */
const LGAMMA_SERIES = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];
/** B(2k) / (2k): Abramowitz and Stegun 1964, 6.3.18. */
const DIGAMMA_SERIES = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12];

const SHIFT = 10;

/** log |Gamma(x)|; infinite at 0 and the negative whole numbers. */
export function lgamma(x: number): number {
  if (x <= 0) {
    if (Number.isInteger(x)) return Number.POSITIVE_INFINITY;
    return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - lgamma(1 - x);
  }
  let shift = 0;
  let z = x;
  for (; z < SHIFT; z++) shift += Math.log(z);
  const inverse = 1 / z;
  let series = 0;
  for (let i = LGAMMA_SERIES.length - 1; i >= 0; i--) series = series * inverse * inverse + LGAMMA_SERIES[i]!;
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series * inverse - shift;
}

/** d log Gamma / dx; NaN at 0 and the negative whole numbers. */
export function digamma(x: number): number {
  if (x <= 0) {
    if (Number.isInteger(x)) return Number.NaN;
    return digamma(1 - x) - Math.PI / Math.tan(Math.PI * x);
  }
  let shift = 0;
  let z = x;
  for (; z < SHIFT; z++) shift += 1 / z;
  const square = 1 / (z * z);
  let series = 0;
  for (let i = DIGAMMA_SERIES.length - 1; i >= 0; i--) series = series * square + DIGAMMA_SERIES[i]!;
  return Math.log(z) - 0.5 / z - series * square - shift;
}

/** Where the continued fraction takes over: 1 - erf has lost two of sixteen digits there, and 150 levels are exact. */
const FAR = 1.5;
const LEVELS = 150;

/** 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x. */
export function erf(x: number): number {
  const z = Math.abs(x);
  if (Number.isNaN(x)) return x;
  return Math.sign(x) * (z < FAR ? erfSeries(z) : 1 - erfcx(z) * Math.exp(-z * z));
}

/** erf z = 2 / sqrt(pi) exp(-z^2) sum_n 2^n z^(2n + 1) / (1 3 5 ... (2n + 1)), for small z >= 0. */
function erfSeries(z: number): number {
  let term = z;
  let sum = z;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * z * z) / (2 * n + 1);
    sum += term;
  }
  return ((2 / Math.sqrt(Math.PI)) * sum) / Math.exp(z * z);
}

/** exp(z^2) erfc z for z >= 1.5: 1 / (z + (1/2) / (z + 1 / (z + (3/2) / ...))) / sqrt(pi). */
function erfcx(z: number): number {
  let tail = z;
  for (let k = LEVELS; k > 0; k--) tail = z + k / 2 / tail;
  return 1 / (tail * Math.sqrt(Math.PI));
}

/** log Phi(x), the logarithm of the standard normal distribution function; exact far into both tails. */
export function logNormalCdf(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const logTail = z < FAR ? Math.log((1 - erfSeries(z)) / 2) : Math.log(erfcx(z) / 2) - z * z;
  if (Number.isNaN(x)) return x;
  return x < 0 ? logTail : Math.log1p(-Math.exp(logTail));
}

/** Phi^{-1}(p): Newton's steps on log Phi, which is concave, from the tail's leading term; infinite at 0 and 1. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) return p === 0 ? Number.NEGATIVE_INFINITY : p === 1 ? Number.POSITIVE_INFINITY : Number.NaN;
  if (p > 0.5) return -normalQuantile(1 - p);
  const target = Math.log(p);
  // On the left of the solution the steps of a concave function that rises never pass it.
  let x = -Math.sqrt(-2 * target);
  for (let step = 0; step < 50; step++) {
    const log = logNormalCdf(x);
    const slope = Math.exp(-0.5 * x * x - log) / Math.sqrt(2 * Math.PI);
    const next = x + (target - log) / slope;
    if (Math.abs(next - x) <= 1e-15 * Math.max(1, Math.abs(x))) return next;
    x = next;
  }
  return x;
}
