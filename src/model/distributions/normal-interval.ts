/**
 * The standard normal between two bounds: its mass, what moments there need, and its entropy. Three forms, each of which sees only bounds
 * that it is made for: the plain one; far out on one side, where masses underflow (`base/samplers/far-tail`); and between bounds so
 * near to each other that the density is a line, where differences of masses would cancel.
 */
import { FAR, farBounds, hazard, hazardExcess, logShareBeyond } from '../../base/samplers/far-tail.ts';
import type { GraphBuilder, Operand, Ref } from '../../graph/builder.ts';
import { HALF_LOG_TWO_PI } from './normal.ts';

/** Of width times (1 + distance of the middle from 0): what the forms for near bounds leave out is below its fourth power / 100. */
const NARROW = 0.01;

interface Interval {
  /** Mirrored to the left of 0, so that two numbers near 1 are never subtracted. */
  readonly low: Operand;
  readonly high: Operand;
  readonly isFar: Ref;
  /** Null where a bound is infinite, so that it cannot be narrow. */
  readonly narrow: { readonly is: Ref; readonly middle: Ref; readonly width: Ref } | null;
}

function intervalOf(b: GraphBuilder, low: Operand, high: Operand): Interval {
  const right = b.less(0, b.add(low, high));
  const [from, to] = [b.select(right, b.neg(high), low), b.select(right, b.neg(low), high)];
  const bounded = [low, high].every((x) => typeof x !== 'number' || Number.isFinite(x));
  const isFar = b.less(to, -FAR);
  if (!bounded) return { low: from, high: to, isFar, narrow: null };
  const middle = b.mul(b.add(from, to), 0.5);
  const width = b.sub(to, from);
  const is = b.less(b.mul(width, b.add(b.abs(middle), 1)), NARROW);
  return { low: from, high: to, isFar, narrow: { is, middle: b.select(is, middle, 0), width: b.select(is, width, 1) } };
}

/** The three forms of one figure, chosen by what the interval is. */
function chosen(
  b: GraphBuilder,
  { isFar, narrow }: Interval,
  forms: Readonly<Record<'plain' | 'far', Ref>>,
  near: () => Ref,
): Ref {
  const wide = b.select(isFar, forms.far, forms.plain);
  return narrow === null ? wide : b.select(narrow.is, near(), wide);
}

/** log(e^p - e^q) = p + log(1 - e^(q - p)), with bounds that are neither far out nor near to each other. */
function plainLogMass(b: GraphBuilder, interval: Interval): Ref {
  const p = b.logNormalCdf(b.max(interval.high, -FAR));
  const q = b.logNormalCdf(interval.low);
  const fall = interval.narrow === null ? b.sub(q, p) : b.select(interval.narrow.is, -1, b.sub(q, p));
  // The bound at -FAR of an interval that is far out may lie right of the other one.
  return b.add(p, b.log1p(b.neg(b.exp(b.select(interval.isFar, -1, fall)))));
}

interface Far {
  readonly near: Ref;
  readonly gap: Ref;
  /** log of sqrt(2 pi) exp(near^2 / 2) times the mass. */
  readonly logScaled: Ref;
}

function farOf(b: GraphBuilder, interval: Interval): Far {
  const bounds = farBounds<Ref, Ref>(b, interval.low, interval.high);
  // Of what is not far out the gap may be 0, which has no mass.
  const gap = b.select(interval.isFar, bounds.gap, 1);
  const near = b.select(interval.isFar, bounds.near, FAR);
  const wide = interval.narrow === null ? gap : b.select(interval.narrow.is, 1, gap);
  const share = b.log(b.neg(b.expm1(logShareBeyond<Ref, Ref>(b, near, wide))));
  return { near, gap: wide, logScaled: b.sub(share, b.log(hazard<Ref, Ref>(b, near))) };
}

/** log(Phi(high) - Phi(low)). */
export function logMass(b: GraphBuilder, low: Operand, high: Operand): Ref {
  const interval = intervalOf(b, low, high);
  const { near, logScaled } = farOf(b, interval);
  const far = b.sub(logScaled, b.add(b.mul(b.square(near), 0.5), HALF_LOG_TWO_PI));
  return chosen(b, interval, { plain: plainLogMass(b, interval), far }, () => {
    const { middle, width } = interval.narrow!;
    const bend = b.mul(b.mul(b.sub(b.square(middle), 1), b.square(width)), 1 / 24);
    return b.add(b.sub(b.log(width), b.add(b.mul(b.square(middle), 0.5), HALF_LOG_TWO_PI)), bend);
  });
}

/**
 * Entropy of the standard normal between two bounds, in nats: log(mass) + (1 + log 2 pi) / 2 + (low phi(low) - high phi(high)) / (2 mass).
 * Far out, from the near bound a to c, with h the hazard and M the mass times sqrt(2 pi) exp(a^2 / 2), it is log M + (E x^2 - a^2) / 2,
 * where E x^2 - a^2 = 1 + (a (h(a) - a) / h(a) + exp((a^2 - c^2) / 2) (a^2 / h(c) - c)) / M has no squares to cancel.
 */
export function intervalEntropy(b: GraphBuilder, low: Operand, high: Operand): Ref {
  const interval = intervalOf(b, low, high);
  const log = plainLogMass(b, interval);
  const [from, to] = [edge(b, interval.low, log, 1), edge(b, b.max(interval.high, -FAR), log, 1)];
  const bend = b.mul(b.sub(from, to), 0.5);
  const plain = b.add(b.add(log, bend), HALF_LOG_TWO_PI + 0.5);
  return chosen(b, interval, { plain, far: farEntropy(b, farOf(b, interval)) }, () => {
    const { middle, width } = interval.narrow!;
    return b.sub(b.log(width), b.mul(b.square(b.mul(middle, width)), 1 / 24));
  });
}

function farEntropy(b: GraphBuilder, { near, gap, logScaled }: Far): Ref {
  const other = b.add(near, gap);
  const above = hazardExcess<Ref, Ref>(b, near);
  const left = b.mul(near, b.div(above, b.add(near, above)));
  const fall = b.exp(b.neg(b.mul(gap, b.add(near, b.mul(gap, 0.5)))));
  const cut = b.mul(b.sub(b.div(b.square(near), hazard<Ref, Ref>(b, other)), other), fall);
  const excess = b.add(b.div(b.add(left, cut), b.exp(logScaled)), 1);
  return b.add(logScaled, b.mul(excess, 0.5));
}

/** x^power phi(x) / mass for power 0 or 1; 0 at an infinite bound. */
export function edge(b: GraphBuilder, x: Operand, logMassHere: Ref, power: 0 | 1): Operand {
  if (typeof x === 'number' && !Number.isFinite(x)) return 0;
  const density = b.exp(b.sub(b.mul(b.square(x), -0.5), b.add(logMassHere, HALF_LOG_TWO_PI)));
  return power === 1 ? b.mul(x, density) : density;
}
