/**
 * `StudentT(df, mean, scale)`, z = (x - mean) / scale: log density
 * lgamma((df + 1) / 2) - lgamma(df / 2) - log(df pi) / 2 - log scale - (df + 1) / 2 * log(1 + z^2 / df).
 */
import { argument, type Distribution, logOf, squaredDistance } from '../distribution.ts';

export const studentT: Distribution = {
  name: 'StudentT',
  doc: "Student's t distribution, with heavier tails than a normal one",
  params: [
    { name: 'df', constraint: 'positive', default: null, learned: false, doc: 'degrees of freedom' },
    { name: 'mean', constraint: 'real', default: 0, learned: false, doc: 'median, and mean where there is one' },
    { name: 'scale', constraint: 'positive', default: 1, learned: false, doc: 'scale' },
  ],
  components: false,
  support: 'real',
  roles: ['prior'],
  proper: true,
  logDensity(b, x, term) {
    const df = argument(term, 'df');
    const scale = argument(term, 'scale');
    const z2 = squaredDistance(b, x, argument(term, 'mean'), scale);
    const half = b.mul(b.add(df, 1), 0.5);
    const gammas = b.sub(b.lgamma(half), b.lgamma(b.mul(df, 0.5)));
    const constant = b.sub(b.sub(gammas, b.mul(b.log(b.mul(df, Math.PI)), 0.5)), logOf(b, scale));
    return b.sub(constant, b.mul(b.log1p(b.div(z2, df)), half));
  },
  likelihood: null,
};
