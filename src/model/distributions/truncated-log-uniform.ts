/** `LogUniform(low, high)`: uniform in log x between two positive bounds, density 1 / (x log(high / low)); SciPy's `loguniform`. */

import type { GraphBuilder, Operand } from '../../graph/builder.ts';
import { logInterval } from '../bijectors/index.ts';
import { argument, logOf, type Moments, minus, type Term } from '../distribution.ts';
import { distribution, drawOf, inside, param, within } from './record.ts';

/** log high - log low. */
export function logWidth(b: GraphBuilder, term: Term): Operand {
  return minus(b, logOf(b, argument(term, 'high')), logOf(b, argument(term, 'low')));
}

/** E x^k = (high^k - low^k) / (k log(high / low)). */
const moments: Moments = {
  mean: (b, term) => b.div(b.sub(argument(term, 'high'), argument(term, 'low')), logWidth(b, term)),
  variance(b, term) {
    const squares = b.sub(b.square(argument(term, 'high')), b.square(argument(term, 'low')));
    return b.sub(b.div(squares, b.mul(logWidth(b, term), 2)), b.square(moments.mean(b, term)));
  },
};

export const truncatedLogUniform = distribution({
  name: 'TruncatedLogUniform',
  doc: 'the same mass for every order of magnitude between two positive bounds; `LogUniform(low, high)` says the same',
  params: [param('low', 'positive', null, 'lower bound'), param('high', 'positive', null, 'upper bound')],
  increasing: ['low', 'high'],
  support: 'interval',
  roles: ['prior'],
  logDensity(b, x, term) {
    const [low, high] = [argument(term, 'low'), argument(term, 'high')];
    const between = b.and(b.greaterEqual(x, low), b.lessEqual(x, high));
    const log = b.log(inside(b, between, x, 1));
    const width = logWidth(b, term);
    const logOfWidth = typeof width === 'number' ? Math.log(width) : b.log(width);
    return within(b, between, b.neg(b.add(log, logOfWidth)));
  },
  draw: drawOf('TruncatedLogUniform'),
  moments,
  bijector: (term) => logInterval(argument(term, 'low'), argument(term, 'high')),
});
