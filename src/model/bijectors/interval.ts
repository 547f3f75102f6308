/** Maps onto an interval: the unit interval by `sigmoid`, others by shifting and stretching it, half-open ones by `exp`. */
import type { GraphBuilder, Operand } from '../../graph/builder.ts';
import { type Bijector, elementwise } from './bijector.ts';
import { identity } from './identity.ts';
import type { ValueRange } from './range.ts';

export const sigmoid: Bijector = {
  ...elementwise,
  name: 'sigmoid',
  doc: 'numbers between 0 and 1 by their log odds',
  range: { low: 0, high: 1, spacing: 'even' },
  forward: (b, z) => b.sigmoid(z),
  inverse: (b, x) => b.sub(b.log(x), b.log1p(b.neg(x))),
  /** log(s (1 - s)) of s = sigmoid z. */
  logDetJacobian: (b, z) => b.neg(b.add(b.softplus(z), b.softplus(b.neg(z)))),
};

/** Between two bounds, each a number, a value, or infinite. */
export function interval(low: Operand, high: Operand): Bijector {
  if (low === Number.NEGATIVE_INFINITY) return high === Number.POSITIVE_INFINITY ? identity : below(high);
  if (high === Number.POSITIVE_INFINITY) return above(low);
  return {
    ...elementwise,
    name: 'interval',
    doc: 'numbers between two bounds',
    range: rangeBetween(low, high),
    forward: (b, z) => b.add(b.mul(b.sigmoid(z), b.sub(high, low)), low),
    inverse: (b, x) => b.sub(b.log(b.sub(x, low)), b.log(b.sub(high, x))),
    logDetJacobian: (b, z) => b.add(sigmoid.logDetJacobian(b, z), b.log(b.sub(high, low))),
  };
}

/** Null where a bound is a value of a graph. */
function rangeBetween(low: Operand, high: Operand, spacing: ValueRange['spacing'] = 'even'): ValueRange | null {
  return typeof low === 'number' && typeof high === 'number' ? { low, high, spacing } : null;
}

function above(low: Operand): Bijector {
  return {
    ...elementwise,
    name: 'above',
    doc: 'numbers above a bound',
    range: rangeBetween(low, Number.POSITIVE_INFINITY),
    forward: (b, z) => b.add(b.exp(z), low),
    inverse: (b, x) => b.log(b.sub(x, low)),
    logDetJacobian: (_, z) => z,
  };
}

function below(high: Operand): Bijector {
  return {
    ...elementwise,
    name: 'below',
    doc: 'numbers below a bound',
    range: rangeBetween(Number.NEGATIVE_INFINITY, high),
    // Rising, as all the others.
    forward: (b, z) => b.sub(high, b.exp(b.neg(z))),
    inverse: (b, x) => b.neg(b.log(b.sub(high, x))),
    logDetJacobian: (b, z) => b.neg(z),
  };
}

/** Between two positive bounds, evenly in the logarithm: a number near a low bound has as much room as one near a high one. */
export function logInterval(low: Operand, high: Operand): Bijector {
  const logs = (b: GraphBuilder) => interval(logOf(b, low), logOf(b, high));
  return {
    ...elementwise,
    name: 'log_interval',
    doc: 'numbers between two positive bounds, by their logarithms',
    range: rangeBetween(low, high, 'logarithmic'),
    forward: (b, z) => b.exp(logs(b).forward(b, z)),
    inverse: (b, x) => logs(b).inverse(b, b.log(x)),
    logDetJacobian: (b, z) => b.add(logs(b).logDetJacobian(b, z), logs(b).forward(b, z)),
  };
}

function logOf(b: GraphBuilder, x: Operand): Operand {
  return typeof x === 'number' ? Math.log(x) : b.log(x);
}
