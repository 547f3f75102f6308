/** `Exponential(rate)`: log density log rate - rate x for x >= 0. */

import { exp } from '../bijectors/index.ts';
import { argument, logOf, type Moments } from '../distribution.ts';
import { alternative, distribution, drawOf, learned, param, predictsMoments, reciprocal, within } from './record.ts';

const moments: Moments = {
  mean: (b, term) => b.div(1, argument(term, 'rate')),
  variance: (b, term) => b.div(1, b.square(argument(term, 'rate'))),
};

export const exponential = distribution({
  name: 'Exponential',
  doc: 'exponential distribution: waiting times',
  params: [learned(param('rate', 'positive', 1, 'rate, the reciprocal of the mean'))],
  alternatives: [alternative('scale', 'rate', 'positive', reciprocal, '1 / rate, the mean')],
  support: 'nonnegative',
  roles: ['prior', 'guide', 'likelihood'],
  predicts: 'real',
  logDensity(b, x, term) {
    const rate = argument(term, 'rate');
    return within(b, b.greaterEqual(x, 0), b.sub(logOf(b, rate), b.mul(x, rate)));
  },
  draw: drawOf('Exponential'),
  moments,
  bijector: () => exp,
  prox: (b, x, step, term) => b.relu(b.sub(x, b.mul(step, argument(term, 'rate')))),
  likelihood: predictsMoments(moments),
});
