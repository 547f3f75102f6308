/**
 * The derivative of digamma, spelled with other ops, so that a density with lgamma has exact second derivatives although
 * no executor has a kernel for it. psi'(x) = sum_{i < n} 1 / (x + i)^2 + psi'(x + n), and the series
 * 1/z + 1/2z^2 + sum_k B_2k / z^(2k + 1) at z = x + n: Abramowitz and Stegun 1964, 6.4.6 and 6.4.12.
 */
import type { GraphBuilder, Ref } from '../builder.ts';

/** B_2, B_4, ...; at z >= 12 the first term left out is below 1e-14. */
const BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66];
const SHIFT = 12;

/** For x > 0. */
export function trigamma(b: GraphBuilder, x: Ref): Ref {
  const inverse = b.reciprocal(b.add(x, SHIFT));
  const square = b.square(inverse);
  const series = BERNOULLI.reduceRight<Ref>((sum, c) => b.mul(square, b.add(sum, c)), b.constant(0));
  const far = b.mul(inverse, b.add(b.add(1, b.mul(inverse, 0.5)), series));
  const near = Array.from({ length: SHIFT }, (_, i) => b.square(b.reciprocal(b.add(x, i))));
  return near.reduceRight((sum, term) => b.add(sum, term), far);
}
