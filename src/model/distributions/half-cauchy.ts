/** `HalfCauchy(scale)`: the absolute value of a Cauchy variable; log density log(2 / (pi scale)) - log(1 + (x / scale)^2) for x >= 0. */

import { exp } from '../bijectors/index.ts';
import { argument, logOf, minus, squaredDistance } from '../distribution.ts';
import { distribution, drawOf, param, within } from './record.ts';

export const halfCauchy = distribution({
  name: 'HalfCauchy',
  doc: 'absolute value of a Cauchy variable: the usual prior of scales (Gelman 2006)',
  params: [param('scale', 'positive', 1, 'median')],
  support: 'nonnegative',
  roles: ['prior'],
  logDensity(b, x, term) {
    const scale = argument(term, 'scale');
    const constant = minus(b, Math.log(2 / Math.PI), logOf(b, scale));
    return within(b, b.greaterEqual(x, 0), b.sub(constant, b.log1p(squaredDistance(b, x, 0, scale))));
  },
  draw: drawOf('HalfCauchy'),
  bijector: () => exp,
});
