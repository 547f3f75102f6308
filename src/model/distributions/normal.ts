/** `Normal(mean, sd)`: log density -((x - mean) / sd)^2 / 2 - log sd - log(2 pi) / 2. */
import { argument, centred, type Distribution, logOf, minus } from '../distribution.ts';

export const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

export const normal: Distribution = {
  name: 'Normal',
  doc: 'normal (Gaussian) distribution',
  params: [
    { name: 'mean', constraint: 'real', default: 0, learned: true, doc: 'mean' },
    { name: 'sd', constraint: 'positive', default: 1, learned: true, doc: 'standard deviation' },
  ],
  components: false,
  support: 'real',
  roles: ['prior', 'guide', 'likelihood'],
  proper: true,
  logDensity(b, x, term) {
    const sd = argument(term, 'sd');
    const d = centred(b, x, argument(term, 'mean'));
    const constant = minus(b, -HALF_LOG_TWO_PI, logOf(b, sd));
    if (typeof sd === 'number') return b.add(b.mul(b.square(d), -0.5 / (sd * sd)), constant);
    return b.add(b.mul(b.square(b.div(d, sd)), -0.5), constant);
  },
  likelihood: {
    parameters: (b, term, rows) => ({
      mean: b.add(b.full([rows], 0), argument(term, 'mean')),
      sd: b.add(b.full([rows], 0), argument(term, 'sd')),
    }),
  },
};
