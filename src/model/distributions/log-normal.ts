/** `LogNormal(mean, sd)`: log x is Normal(mean, sd). */

import { exp } from '../bijectors/index.ts';
import { argument, logDensityOf, type Moments } from '../distribution.ts';
import { normal } from './normal.ts';
import { distribution, drawOf, inside, learned, param, predictsMoments, within } from './record.ts';

const moments: Moments = {
  mean: (b, term) => b.exp(b.add(argument(term, 'mean'), b.mul(b.square(argument(term, 'sd')), 0.5))),
  variance(b, term) {
    const variance = b.square(argument(term, 'sd'));
    return b.mul(b.expm1(variance), b.exp(b.add(b.mul(argument(term, 'mean'), 2), variance)));
  },
};

export const logNormal = distribution({
  name: 'LogNormal',
  doc: 'a positive number whose logarithm is normal',
  params: [
    learned(param('mean', 'real', 0, 'mean of log x')),
    learned(param('sd', 'positive', 1, 'standard deviation of log x')),
  ],
  support: 'positive',
  roles: ['prior', 'guide', 'likelihood'],
  predicts: 'real',
  logDensity(b, x, term) {
    const positive = b.greater(x, 0);
    const logX = b.log(inside(b, positive, x, 1));
    return within(b, positive, b.sub(logDensityOf(b, logX, { ...term, distribution: normal }), logX));
  },
  draw: drawOf('LogNormal'),
  moments,
  bijector: () => exp,
  likelihood: predictsMoments(moments),
});
