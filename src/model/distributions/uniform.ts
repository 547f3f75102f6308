/** `Uniform(low, high)`: density 1 / (high - low) between the bounds. */

import { interval } from '../bijectors/index.ts';
import { argument, type Moments } from '../distribution.ts';
import { distribution, drawOf, param, predictsMoments, within } from './record.ts';

const moments: Moments = {
  mean: (b, term) => b.mul(b.add(argument(term, 'low'), argument(term, 'high')), 0.5),
  variance: (b, term) => b.mul(b.square(b.sub(argument(term, 'high'), argument(term, 'low'))), 1 / 12),
};

export const uniform = distribution({
  name: 'Uniform',
  doc: 'every number between two bounds is equally likely',
  params: [param('low', 'real', 0, 'lower bound'), param('high', 'real', 1, 'upper bound')],
  increasing: ['low', 'high'],
  support: 'interval',
  roles: ['prior', 'likelihood'],
  predicts: 'real',
  logDensity(b, x, term) {
    const [low, high] = [argument(term, 'low'), argument(term, 'high')];
    return within(b, b.and(b.greaterEqual(x, low), b.lessEqual(x, high)), b.neg(b.log(b.sub(high, low))));
  },
  draw: drawOf('Uniform'),
  moments,
  bijector: (term) => interval(argument(term, 'low'), argument(term, 'high')),
  /** Projection. */
  prox: (b, x, _, term) => b.min(b.max(x, argument(term, 'low')), argument(term, 'high')),
  likelihood: predictsMoments(moments),
});
