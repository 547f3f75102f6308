/** The image of a bijector whose bounds are numbers, and which real number stands for a value there, on the host. */

export interface ValueRange {
  /** Infinite where there is none. */
  readonly low: number;
  readonly high: number;
  /** Of bounded ones: whether the middle lies between the bounds or between their logarithms. */
  readonly spacing: 'even' | 'logarithmic';
}

export const WHOLE_LINE: ValueRange = {
  low: Number.NEGATIVE_INFINITY,
  high: Number.POSITIVE_INFINITY,
  spacing: 'even',
};

/** Real numbers beyond this stand for a bound itself, in either precision. */
const LARGEST = 80;

/** The inverse of the bijector with this image. A bound has a large number, so that nothing infinite is stored. */
export function realNumber(range: ValueRange, value: number): number {
  const { low, high } = range;
  if (!Number.isFinite(low) && !Number.isFinite(high)) return value;
  return Math.min(Math.max(boundedInverse(range, value), -LARGEST), LARGEST);
}

function boundedInverse({ low, high, spacing }: ValueRange, value: number): number {
  if (!Number.isFinite(low)) return -Math.log(high - value);
  if (!Number.isFinite(high)) return Math.log(value - low);
  const on = spacing === 'even' ? (x: number) => x : Math.log;
  return Math.log((on(value) - on(low)) / (on(high) - on(value)));
}
