/** `Gamma(shape, rate)`: log density shape log rate - lgamma(shape) + (shape - 1) log x - rate x for x > 0. */

import { exp } from '../bijectors/index.ts';
import { argument, type Moments } from '../distribution.ts';
import {
  alternative,
  distribution,
  drawOf,
  inside,
  learned,
  param,
  predictsMoments,
  reciprocal,
  within,
} from './record.ts';

const moments: Moments = {
  mean: (b, term) => b.div(argument(term, 'shape'), argument(term, 'rate')),
  variance: (b, term) => b.div(argument(term, 'shape'), b.square(argument(term, 'rate'))),
};

export const gamma = distribution({
  name: 'Gamma',
  doc: 'gamma distribution: rates, precisions, waiting times',
  params: [
    learned(param('shape', 'positive', null, 'shape')),
    learned(param('rate', 'positive', null, 'rate, the reciprocal of the scale')),
  ],
  alternatives: [alternative('scale', 'rate', 'positive', reciprocal, '1 / rate')],
  support: 'positive',
  roles: ['prior', 'guide', 'likelihood'],
  predicts: 'real',
  logDensity(b, x, term) {
    const [shape, rate] = [argument(term, 'shape'), argument(term, 'rate')];
    const positive = b.greater(x, 0);
    const constant = b.sub(b.mul(shape, b.log(rate)), b.lgamma(shape));
    const power = b.mul(b.sub(shape, 1), b.log(inside(b, positive, x, 1)));
    return within(b, positive, b.add(b.sub(power, b.mul(x, rate)), constant));
  },
  draw: drawOf('Gamma'),
  moments,
  bijector: () => exp,
  likelihood: predictsMoments(moments),
});
