/** `HalfNormal(scale)`: the absolute value of a normal variable; log density log 2 + log Normal(x | 0, scale) for x >= 0. */

import { exp } from '../bijectors/index.ts';
import { argument, logOf, type Moments, minus, squaredDistance } from '../distribution.ts';
import { HALF_LOG_TWO_PI } from './normal.ts';
import { distribution, drawOf, param, predictsMoments, within } from './record.ts';

const moments: Moments = {
  mean: (b, term) => b.mul(argument(term, 'scale'), Math.sqrt(2 / Math.PI)),
  variance: (b, term) => b.mul(b.square(argument(term, 'scale')), 1 - 2 / Math.PI),
};

export const halfNormal = distribution({
  name: 'HalfNormal',
  doc: 'absolute value of a normal variable',
  params: [param('scale', 'positive', 1, 'standard deviation of the normal variable')],
  support: 'nonnegative',
  roles: ['prior', 'likelihood'],
  predicts: 'real',
  logDensity(b, x, term) {
    const scale = argument(term, 'scale');
    const constant = minus(b, Math.LN2 - HALF_LOG_TWO_PI, logOf(b, scale));
    return within(b, b.greaterEqual(x, 0), b.add(b.mul(squaredDistance(b, x, 0, scale), -0.5), constant));
  },
  draw: drawOf('HalfNormal'),
  moments,
  bijector: () => exp,
  prox: (b, x, step, term) => b.div(b.relu(x), b.add(b.div(step, b.square(argument(term, 'scale'))), 1)),
  likelihood: predictsMoments(moments),
});
