/** Two maps onto the positive numbers: `exp` has scales on a log scale, `softplus` does not overflow and is nearly linear above 1. */
import { type Bijector, elementwise } from './bijector.ts';

export const exp: Bijector = {
  ...elementwise,
  name: 'exp',
  doc: 'positive numbers by their logarithms',
  range: { low: 0, high: Number.POSITIVE_INFINITY, spacing: 'even' },
  forward: (b, z) => b.exp(z),
  inverse: (b, x) => b.log(x),
  logDetJacobian: (_, z) => z,
};

export const softplus: Bijector = {
  ...elementwise,
  name: 'softplus',
  doc: 'positive numbers, log(1 + e^z)',
  range: null,
  forward: (b, z) => b.softplus(z),
  /** log(e^x - 1) = x + log(1 - e^-x). */
  inverse: (b, x) => b.add(x, b.log(b.neg(b.expm1(b.neg(x))))),
  logDetJacobian: (b, z) => b.neg(b.softplus(b.neg(z))),
};
