/** `Poisson(rate)`: counts k with log probability k log rate - rate - log k!. */
import { argument, type Moments } from '../distribution.ts';
import { alternative, distribution, inside, logarithm, param, predictsMoments, within } from './record.ts';

const moments: Moments = {
  mean: (b, term) => b.exp(argument(term, 'log_rate')),
  variance: (b, term) => b.exp(argument(term, 'log_rate')),
};

export const poisson = distribution({
  name: 'Poisson',
  doc: 'counts of independent events',
  params: [param('log_rate', 'real', null, 'logarithm of the mean')],
  alternatives: [alternative('rate', 'log_rate', 'positive', logarithm, 'mean', true)],
  support: 'count',
  roles: ['prior', 'likelihood'],
  predicts: 'real',
  logDensity(b, x, term) {
    const logRate = argument(term, 'log_rate');
    const counts = b.greaterEqual(x, 0);
    const k = inside(b, counts, x, 0);
    return within(b, counts, b.sub(b.sub(b.mul(k, logRate), b.exp(logRate)), b.lgamma(b.add(k, 1))));
  },
  moments,
  likelihood: predictsMoments(moments),
});
