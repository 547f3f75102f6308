/** Integrals for tests: independent of the code under test, accurate to about 1e-12 for smooth integrands. */

/** Composite Gauss-Legendre: 5 nodes in each of `pieces` equal parts of `[from, to]`. */
export function integrate(f: (x: number) => number, from: number, to: number, pieces = 2000): number {
  const nodes = [0, 0.5384693101056831, -0.5384693101056831, 0.906179845938664, -0.906179845938664];
  const weights = [
    0.5688888888888889, 0.47862867049936647, 0.47862867049936647, 0.23692688505618908, 0.23692688505618908,
  ];
  const half = (to - from) / pieces / 2;
  let total = 0;
  for (let i = 0; i < pieces; i++) {
    const middle = from + (2 * i + 1) * half;
    for (let k = 0; k < 5; k++) total += weights[k]! * f(middle + half * nodes[k]!);
  }
  return total * half;
}

/** E f(x) for x ~ Normal(mean, sd), over +-12 sd. `breaks` are places where f bends sharply. */
export function expectNormal(
  f: (x: number) => number,
  mean: number,
  sd: number,
  breaks: readonly number[] = [],
): number {
  const density = (x: number) => Math.exp(-0.5 * ((x - mean) / sd) ** 2) / (sd * Math.sqrt(2 * Math.PI));
  const from = mean - 12 * sd;
  const to = mean + 12 * sd;
  const points = [from, ...breaks.filter((x) => x > from && x < to).sort((a, b) => a - b), to];
  return points.slice(1).reduce((sum, end, i) => sum + integrate((x) => f(x) * density(x), points[i]!, end), 0);
}
