/**
 * `StudentT(df, mean, scale)`, z = (x - mean) / scale: log density
 * lgamma((df + 1) / 2) - lgamma(df / 2) - log(df pi) / 2 - log scale - (df + 1) / 2 * log(1 + z^2 / df).
 */

import { identity } from '../bijectors/index.ts';
import { argument, logOf, type Moments, squaredDistance } from '../distribution.ts';
import { distribution, drawOf, param, predictsReal } from './record.ts';

const moments: Moments = {
  mean: (b, term) => b.select(b.greater(argument(term, 'df'), 1), argument(term, 'mean'), Number.NaN),
  /** scale^2 df / (df - 2); infinite for df from 1 to 2. */
  variance(b, term) {
    const df = argument(term, 'df');
    const finite = b.div(b.mul(b.square(argument(term, 'scale')), df), b.sub(df, 2));
    const none = b.select(b.greater(df, 1), Number.POSITIVE_INFINITY, Number.NaN);
    return b.select(b.greater(df, 2), finite, none);
  },
};

export const studentT = distribution({
  name: 'StudentT',
  doc: "Student's t distribution, with heavier tails than a normal one",
  params: [
    param('df', 'positive', null, 'degrees of freedom'),
    param('mean', 'real', 0, 'median, and mean where there is one'),
    param('scale', 'positive', 1, 'scale'),
  ],
  locationScale: ['mean', 'scale'],
  support: 'real',
  roles: ['prior', 'likelihood'],
  predicts: 'real',
  logDensity(b, x, term) {
    const df = argument(term, 'df');
    const scale = argument(term, 'scale');
    const z2 = squaredDistance(b, x, argument(term, 'mean'), scale);
    const half = b.mul(b.add(df, 1), 0.5);
    const gammas = b.sub(b.lgamma(half), b.lgamma(b.mul(df, 0.5)));
    const constant = b.sub(b.sub(gammas, b.mul(b.log(b.mul(df, Math.PI)), 0.5)), logOf(b, scale));
    return b.sub(constant, b.mul(b.log1p(b.div(z2, df)), half));
  },
  draw: drawOf('StudentT'),
  moments,
  bijector: () => identity,
  expansion: {
    latents: [
      { name: 'precision', per: 'element', distribution: 'Gamma(df / 2, rate = df / 2)', doc: 'of one number' },
    ],
    given: 'Normal(mean, scale / sqrt(precision))',
  },
  /** The median, which is the mean where there is one. */
  likelihood: predictsReal(
    (_, term) => argument(term, 'mean'),
    (b, term) => b.sqrt(moments.variance(b, term)),
  ),
});
