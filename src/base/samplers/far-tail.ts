/**
 * The standard normal far to the left of 0, where its masses underflow: at -y for y >= FAR, seen from a bound at -a. Everything is in
 * differences from a, so that no two numbers of the size of a^2 are subtracted.
 */
import type { Arithmetic } from './arithmetic.ts';

/** Standard deviations from which on these forms are used; the fraction below is right to 11 digits there. */
export const FAR = 8;
const LEVELS = 8;
/** Beyond a gap of so many standard deviations lies a share of the mass below exp(-FAR * GAP): none in either precision. */
const GAP = 60;
/** Each turn of the fixed point below leaves at most 1 / FAR^2 of its error: nine digits after four. */
const TURNS = 4;

/** phi(y) / Phi(-y), the hazard of y. */
export function hazard<T, C>(m: Arithmetic<T, C>, y: T): T {
  return m.add(y, hazardExcess(m, y));
}

/** By how much it is above y, about 1 / y: Laplace's continued fraction 1 / (y + 2 / (y + 3 / ...)) (Abramowitz & Stegun 1964, 26.2.14). */
export function hazardExcess<T, C>(m: Arithmetic<T, C>, y: T): T {
  let inner = y;
  for (let k = LEVELS; k >= 2; k--) inner = m.add(y, m.div(k, inner));
  return m.div(1, inner);
}

/** Distances of two bounds left of 0 from it, the near one at least `FAR`, and what lies between them, at most `GAP`. */
export function farBounds<T, C>(m: Arithmetic<T, C>, low: T | number, high: T | number): { near: T; gap: T } {
  const near = m.max(m.neg(high), FAR);
  return { near, gap: m.min(m.max(m.sub(m.neg(low), near), 0), GAP) };
}

/** log(Phi(-near - gap) / Phi(-near)) <= 0. */
export function logShareBeyond<T, C>(m: Arithmetic<T, C>, near: T, gap: T): T {
  const fall = m.mul(gap, m.add(near, m.mul(gap, 0.5)));
  return m.sub(m.log(m.div(hazard(m, near), hazard(m, m.add(near, gap)))), fall);
}

/**
 * The quantile of u in (0, 1) of the standard normal between -near - gap and -near: with e = -log(share of the mass beyond the quantile),
 * its distance d from -near solves d (near + d / 2) = e + log(hazard(near) / hazard(near + d)).
 */
export function farQuantile<T, C>(m: Arithmetic<T, C>, near: T, gap: T, u: T): T {
  const missing = m.mul(m.sub(1, u), m.expm1(logShareBeyond(m, near, gap)));
  const e = m.neg(m.log1p(missing));
  const root = (right: T) => m.div(m.mul(right, 2), m.add(near, m.sqrt(m.add(m.square(near), m.mul(right, 2)))));
  const atNear = hazard(m, near);
  let d = root(e);
  for (let i = 0; i < TURNS; i++) {
    d = root(m.add(e, m.log(m.div(atNear, hazard(m, m.add(near, d))))));
  }
  return m.neg(m.add(near, d));
}
