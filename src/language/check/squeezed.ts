/** Expressions of a guide between two bounds whose logarithms are taken: they stay a little inside, with a slope up to the bounds. */
import type { Expr } from '../../base/expr.ts';
import type { Range } from './ranges.ts';

/** Of the distance of the bounds. Single precision has some ten numbers between 1 and what lies this far below it. */
const MARGIN = 1e-6;

/**
 * `x` between `low` and `high`, drawn towards the middle: at a bound it lies the margin inside, and a gradient can lead it away from there.
 * As it is where its range leaves room.
 */
export function squeezed(x: Expr, range: Range | null, low: number, high: number): Expr {
  const room = 0.5 * MARGIN * (high - low);
  if (range !== null && range.low - low >= room && high - range.high >= room) return x;
  const number = (value: number): Expr => ({ kind: 'number', value, unit: null, percent: false, span: x.span });
  const scaled: Expr = { kind: 'binary', op: '*', left: number(1 - 2 * MARGIN), right: x, span: x.span };
  return { kind: 'binary', op: '+', left: number(MARGIN * (low + high)), right: scaled, span: x.span };
}
