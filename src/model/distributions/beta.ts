/** `Beta(alpha, beta)`: log density (alpha - 1) log x + (beta - 1) log(1 - x) - log B(alpha, beta) between 0 and 1. */

import { sigmoid } from '../bijectors/index.ts';
import { argument, type Moments } from '../distribution.ts';
import { distribution, drawOf, inside, learned, logBeta, param, predictsMoments, within } from './record.ts';

const moments: Moments = {
  mean(b, term) {
    const alpha = argument(term, 'alpha');
    return b.div(alpha, b.add(alpha, argument(term, 'beta')));
  },
  variance(b, term) {
    const [alpha, beta] = [argument(term, 'alpha'), argument(term, 'beta')];
    const total = b.add(alpha, beta);
    return b.div(b.mul(alpha, beta), b.mul(b.square(total), b.add(total, 1)));
  },
};

export const beta = distribution({
  name: 'Beta',
  doc: 'beta distribution: probabilities and shares',
  params: [
    learned(param('alpha', 'positive', null, 'pulls towards 1')),
    learned(param('beta', 'positive', null, 'pulls towards 0')),
  ],
  support: 'unit',
  roles: ['prior', 'guide', 'likelihood'],
  predicts: 'real',
  logDensity(b, x, term) {
    const [alpha, beta] = [argument(term, 'alpha'), argument(term, 'beta')];
    const between = b.and(b.greater(x, 0), b.less(x, 1));
    const safe = inside(b, between, x, 0.5);
    const powers = b.add(b.mul(b.sub(alpha, 1), b.log(safe)), b.mul(b.sub(beta, 1), b.log1p(b.neg(safe))));
    return within(b, between, b.sub(powers, logBeta(b, alpha, beta)));
  },
  draw: drawOf('Beta'),
  moments,
  bijector: () => sigmoid,
  likelihood: predictsMoments(moments),
});
