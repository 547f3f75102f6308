/** Small statistics of the benchmark: quantiles, and slopes in doubly logarithmic coordinates. */

/** Linear between the two nearest order statistics; NaN for no values. */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)]!;
  return low + (sorted[Math.ceil(at)]! - low) * (at - Math.floor(at));
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The exponent p of y ~ x^p by least squares on the logarithms. */
export function logSlope(x: readonly number[], y: readonly number[]): number {
  const mean = (v: readonly number[]) => v.reduce((a, b) => a + b, 0) / v.length;
  const [lx, ly] = [x.map(Math.log), y.map(Math.log)];
  const [mx, my] = [mean(lx), mean(ly)];
  const covariance = lx.reduce((sum, v, i) => sum + (v - mx) * (ly[i]! - my), 0);
  return covariance / lx.reduce((sum, v) => sum + (v - mx) ** 2, 0);
}
