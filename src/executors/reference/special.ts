/** The gamma function's logarithm and its derivative in float64: Stirling's series after shifting the argument above 10. */

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
