/** `Normal(mean, sd)`: log density -((x - mean) / sd)^2 / 2 - log sd - log(2 pi) / 2. */

import { identity } from '../bijectors/index.ts';
import { argument, centred, logOf, type Moments, minus } from '../distribution.ts';
import { alternative, distribution, drawOf, learned, param, predictsReal, reciprocal, squareRoot } from './record.ts';

export const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

const moments: Moments = {
  mean: (_, term) => argument(term, 'mean'),
  variance: (b, term) => b.square(argument(term, 'sd')),
};

export const normal = distribution({
  name: 'Normal',
  doc: 'normal (Gaussian) distribution',
  params: [learned(param('mean', 'real', 0, 'mean')), learned(param('sd', 'positive', 1, 'standard deviation'))],
  alternatives: [
    alternative('variance', 'sd', 'positive', squareRoot, 'sd^2'),
    alternative('precision', 'sd', 'positive', (x) => reciprocal(squareRoot(x)), '1 / sd^2'),
  ],
  locationScale: ['mean', 'sd'],
  support: 'real',
  roles: ['prior', 'guide', 'likelihood'],
  predicts: 'real',
  logDensity(b, x, term) {
    const sd = argument(term, 'sd');
    const d = centred(b, x, argument(term, 'mean'));
    const constant = minus(b, -HALF_LOG_TWO_PI, logOf(b, sd));
    if (typeof sd === 'number') return b.add(b.mul(b.square(d), -0.5 / (sd * sd)), constant);
    return b.add(b.mul(b.square(b.div(d, sd)), -0.5), constant);
  },
  draw: drawOf('Normal'),
  moments,
  bijector: () => identity,
  /** The average of x and the mean, weighted by 1 / step and 1 / sd^2. */
  prox(b, x, step, term) {
    const variance = b.square(argument(term, 'sd'));
    const pulled = b.add(b.mul(x, variance), b.mul(argument(term, 'mean'), step));
    return b.div(pulled, b.add(variance, step));
  },
  likelihood: predictsReal(moments.mean, (_, term) => argument(term, 'sd')),
});
