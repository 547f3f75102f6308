/** Ops that no float32 library has as a kernel, spelled with those that all have. */

import type { GraphBuilder, Ref } from '../graph/builder.ts';
import type { Expansions } from '../graph/transforms/legalize.ts';

/** The argument is shifted by this much, where three terms of Stirling's series are exact in float32. */
const SHIFT = 8;

/** log Gamma(x) for x > 0: Stirling at x + 8, minus the logs of the factors in between. */
function lgamma(b: GraphBuilder, x: Ref): Ref {
  const z = b.add(x, SHIFT);
  const inverse = b.reciprocal(z);
  const square = b.square(inverse);
  const series = b.mul(inverse, b.add(1 / 12, b.mul(square, b.add(-1 / 360, b.mul(square, 1 / 1260)))));
  const stirling = b.add(b.sub(b.mul(b.sub(z, 0.5), b.log(z)), z), b.add(series, 0.5 * Math.log(2 * Math.PI)));
  const factors = Array.from({ length: SHIFT }, (_, i) => b.add(x, i));
  const product = (some: readonly Ref[]) => some.reduce((p, f) => b.mul(p, f));
  // Two logs of four factors: the product of all eight would leave float32 at x = 1e5.
  return b.sub(stirling, b.add(b.log(product(factors.slice(0, 4))), b.log(product(factors.slice(4)))));
}

function digamma(b: GraphBuilder, x: Ref): Ref {
  const z = b.add(x, SHIFT);
  const square = b.square(b.reciprocal(z));
  const series = b.mul(square, b.sub(1 / 12, b.mul(square, b.sub(1 / 120, b.mul(square, 1 / 252)))));
  const far = b.sub(b.sub(b.log(z), b.div(0.5, z)), series);
  return Array.from({ length: SHIFT }, (_, i) => b.reciprocal(b.add(x, i))).reduce((sum, f) => b.sub(sum, f), far);
}

/** x (1 + x / 2 (1 + x / 3 (...))) up to the eighth power, where e^x - 1 would lose digits. */
function expm1(b: GraphBuilder, x: Ref): Ref {
  const series = [8, 7, 6, 5, 4, 3, 2].reduce<Ref>((sum, k) => b.add(b.mul(b.mul(x, 1 / k), sum), 1), b.constant(1));
  return b.select(b.less(b.abs(x), 0.4), b.mul(x, series), b.sub(b.exp(x), 1));
}

/** Horner's rule, the coefficient of the highest power last. */
function polynomial(b: GraphBuilder, x: Ref, coefficients: readonly number[]): Ref {
  return coefficients.reduceRight<Ref>(
    (sum, c, i) => (i === coefficients.length - 1 ? sum : b.add(b.mul(sum, x), c)),
    b.constant(coefficients.at(-1)!),
  );
}

/** erfc z = t exp(-z^2 + P(t)), t = 1 / (1 + z / 2), to 1.2e-7 of its value (Press et al. 1992, Numerical Recipes, section 6.2). */
const ERFC = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
  0.17087277,
];

/** In logarithms, so that no tail underflows. */
function logNormalCdf(b: GraphBuilder, x: Ref): Ref {
  const t = b.reciprocal(b.add(b.mul(b.abs(x), 0.5 * Math.SQRT1_2), 1));
  const logErfc = b.sub(b.add(b.log(t), polynomial(b, t, ERFC)), b.mul(b.square(x), 0.5));
  const tail = b.sub(logErfc, Math.LN2);
  return b.select(b.less(x, 0), tail, b.log1p(b.neg(b.exp(tail))));
}

/** Numerators and denominators of Wichura 1988, algorithm AS 241, PPND7: seven digits. */
const MIDDLE = [
  [3.3871327179, 50.434271938, 159.29113202, 59.10937472],
  [1, 17.895169469, 78.757757664, 67.1875636],
] as const;
const TAIL = [
  [1.4234372777, 2.75681539, 1.3067284816, 0.17023821103],
  [1, 0.7370016425, 0.12021132975],
] as const;
const FAR_TAIL = [
  [6.657905115, 3.081226386, 0.42868294337, 0.017337203997],
  [1, 0.24197894225, 0.012258202635],
] as const;

/** Where p rounds to 0 or 1, the quantile stays finite. */
const FARTHEST = 14;

function normalQuantile(b: GraphBuilder, p: Ref): Ref {
  const ratio = (x: Ref, [above, below]: readonly [readonly number[], readonly number[]]) =>
    b.div(polynomial(b, x, above), polynomial(b, x, below));
  const q = b.sub(p, 0.5);
  const middle = b.mul(q, ratio(b.sub(0.180625, b.square(q)), MIDDLE));
  const r = b.min(b.sqrt(b.neg(b.log(b.min(p, b.sub(1, p))))), FARTHEST);
  const size = b.select(b.less(r, 5), ratio(b.sub(r, 1.6), TAIL), ratio(b.sub(r, 5), FAR_TAIL));
  return b.select(b.less(b.abs(q), 0.425), middle, b.mul(b.sign(q), size));
}

export const specialFunctions = {
  lgamma: (b, [x]) => lgamma(b, x!),
  digamma: (b, [x]) => digamma(b, x!),
  expm1: (b, [x]) => expm1(b, x!),
  log_normal_cdf: (b, [x]) => logNormalCdf(b, x!),
  normal_quantile: (b, [p]) => normalQuantile(b, p!),
} satisfies Expansions;
