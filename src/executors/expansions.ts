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

export const specialFunctions = {
  lgamma: (b, [x]) => lgamma(b, x!),
  digamma: (b, [x]) => digamma(b, x!),
} satisfies Expansions;
