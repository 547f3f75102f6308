/** `Laplace(mean, scale)`: log density -|x - mean| / scale - log(2 scale). */
import { argument, centred, type Distribution, logOf, minus } from '../distribution.ts';

export const laplace: Distribution = {
  name: 'Laplace',
  doc: 'double exponential distribution',
  params: [
    { name: 'mean', constraint: 'real', default: 0, learned: false, doc: 'mean and median' },
    { name: 'scale', constraint: 'positive', default: 1, learned: false, doc: 'mean absolute deviation' },
  ],
  components: false,
  support: 'real',
  roles: ['prior'],
  proper: true,
  logDensity(b, x, term) {
    const scale = argument(term, 'scale');
    const distance = b.abs(centred(b, x, argument(term, 'mean')));
    const scaled = typeof scale === 'number' ? b.mul(distance, -1 / scale) : b.neg(b.div(distance, scale));
    return b.add(scaled, minus(b, -Math.LN2, logOf(b, scale)));
  },
  likelihood: null,
};
