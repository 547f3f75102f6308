/** Maps from the real numbers onto supports. A new one: its file, one line here; the record of a distribution names its own. */
export type { Bijector } from './bijector.ts';
export { identity } from './identity.ts';
export { interval, logInterval, sigmoid } from './interval.ts';
export { exp, softplus } from './positive.ts';
export { realNumber, type ValueRange, WHOLE_LINE } from './range.ts';
export { simplex } from './simplex.ts';
