/** `Laplace(mean, scale)`: log density -|x - mean| / scale - log(2 scale). */

import { identity } from '../bijectors/index.ts';
import { argument, centred, logOf, type Moments, minus } from '../distribution.ts';
import { distribution, drawOf, learned, param, predictsMoments } from './record.ts';

const moments: Moments = {
  mean: (_, term) => argument(term, 'mean'),
  variance: (b, term) => b.mul(b.square(argument(term, 'scale')), 2),
};

export const laplace = distribution({
  name: 'Laplace',
  doc: 'double exponential distribution',
  params: [
    learned(param('mean', 'real', 0, 'mean and median')),
    learned(param('scale', 'positive', 1, 'mean absolute deviation')),
  ],
  locationScale: ['mean', 'scale'],
  support: 'real',
  roles: ['prior', 'guide', 'likelihood'],
  predicts: 'real',
  logDensity(b, x, term) {
    const scale = argument(term, 'scale');
    const distance = b.abs(centred(b, x, argument(term, 'mean')));
    const scaled = typeof scale === 'number' ? b.mul(distance, -1 / scale) : b.neg(b.div(distance, scale));
    return b.add(scaled, minus(b, -Math.LN2, logOf(b, scale)));
  },
  draw: drawOf('Laplace'),
  moments,
  bijector: () => identity,
  /** Soft threshold: step / scale nearer to the mean, or on it. */
  prox(b, x, step, term) {
    const mean = argument(term, 'mean');
    const d = b.sub(x, mean);
    return b.add(b.mul(b.sign(d), b.relu(b.sub(b.abs(d), b.div(step, argument(term, 'scale'))))), mean);
  },
  likelihood: predictsMoments(moments),
});
