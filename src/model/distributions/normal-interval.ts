/** The mass of a standard normal between two bounds, and what moments between them need. */
import type { GraphBuilder, Operand, Ref } from '../../graph/builder.ts';
import { HALF_LOG_TWO_PI } from './normal.ts';

/**
 * log(Phi(high) - Phi(low)). On the right both are mirrored, so that two numbers near 1 are never subtracted; then
 * log(e^p - e^q) = p + log(1 - e^(q - p)).
 */
export function logMass(b: GraphBuilder, low: Operand, high: Operand): Ref {
  const right = b.less(0, b.add(low, high));
  const p = b.logNormalCdf(b.select(right, b.neg(low), high));
  const q = b.logNormalCdf(b.select(right, b.neg(high), low));
  return b.add(p, b.log1p(b.neg(b.exp(b.sub(q, p)))));
}

/** x^power phi(x) / mass for power 0 or 1; 0 at an infinite bound. */
export function edge(b: GraphBuilder, x: Operand, logMassHere: Ref, power: 0 | 1): Operand {
  if (typeof x === 'number' && !Number.isFinite(x)) return 0;
  const density = b.exp(b.sub(b.mul(b.square(x), -0.5), b.add(logMassHere, HALF_LOG_TWO_PI)));
  return power === 1 ? b.mul(x, density) : density;
}
