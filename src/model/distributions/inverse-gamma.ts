/** `InverseGamma(shape, scale)`: log density shape log scale - lgamma(shape) - (shape + 1) log x - scale / x for x > 0. */

import { exp } from '../bijectors/index.ts';
import { argument, type Moments } from '../distribution.ts';
import { distribution, drawOf, inside, param, predictsReal, within } from './record.ts';

const moments: Moments = {
  /** scale / (shape - 1); infinite for shapes up to 1. */
  mean(b, term) {
    const shape = argument(term, 'shape');
    const finite = b.div(argument(term, 'scale'), b.sub(shape, 1));
    return b.select(b.greater(shape, 1), finite, Number.POSITIVE_INFINITY);
  },
  /** The square of the mean over shape - 2. */
  variance(b, term) {
    const shape = argument(term, 'shape');
    const mean = b.div(argument(term, 'scale'), b.sub(shape, 1));
    return b.select(b.greater(shape, 2), b.div(b.square(mean), b.sub(shape, 2)), Number.POSITIVE_INFINITY);
  },
};

export const inverseGamma = distribution({
  name: 'InverseGamma',
  doc: 'reciprocal of a gamma variable: variances',
  params: [param('shape', 'positive', null, 'shape'), param('scale', 'positive', null, 'scale')],
  support: 'positive',
  roles: ['prior', 'likelihood'],
  predicts: 'real',
  logDensity(b, x, term) {
    const [shape, scale] = [argument(term, 'shape'), argument(term, 'scale')];
    const positive = b.greater(x, 0);
    const safe = inside(b, positive, x, 1);
    const constant = b.sub(b.mul(shape, b.log(scale)), b.lgamma(shape));
    const log = b.sub(constant, b.add(b.mul(b.add(shape, 1), b.log(safe)), b.div(scale, safe)));
    return within(b, positive, log);
  },
  draw: drawOf('InverseGamma'),
  moments,
  bijector: () => exp,
  likelihood: predictsReal(moments.mean, (b, term) => b.sqrt(moments.variance(b, term))),
});
