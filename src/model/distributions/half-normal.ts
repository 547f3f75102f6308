/** `HalfNormal(scale)`: the absolute value of a normal variable; log density log 2 + log Normal(x | 0, scale) for x >= 0. */
import { argument, type Distribution, logOf, minus, squaredDistance } from '../distribution.ts';
import { HALF_LOG_TWO_PI } from './normal.ts';

export const halfNormal: Distribution = {
  name: 'HalfNormal',
  doc: 'absolute value of a normal variable',
  params: [
    {
      name: 'scale',
      constraint: 'positive',
      default: 1,
      learned: false,
      doc: 'standard deviation of the normal variable',
    },
  ],
  components: false,
  support: 'positive',
  roles: ['prior'],
  proper: true,
  logDensity(b, x, term) {
    const scale = argument(term, 'scale');
    const constant = minus(b, Math.LN2 - HALF_LOG_TWO_PI, logOf(b, scale));
    return b.add(b.mul(squaredDistance(b, x, 0, scale), -0.5), constant);
  },
  likelihood: null,
};
