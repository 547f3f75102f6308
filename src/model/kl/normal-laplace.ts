/**
 * KL(N(mu, S) || Laplace(m, s)) = E|x - m| / s + log(2 s) - (log S + log(2 pi e)) / 2, where with d = mu - m and t^2 = S the mean
 * distance is t sqrt(2 / pi) exp(-d^2 / (2 S)) + d erf(d / (t sqrt 2)), the mean of a folded normal (Leone et al. 1961, eq. 6).
 */
import { argument, logOf } from '../distribution.ts';
import type { ClosedForm } from './form.ts';
import { HALF_LOG_TWO_PI_E } from './normal-flat.ts';

export const normalLaplace: ClosedForm = {
  guide: 'Normal',
  prior: 'Laplace',
  doc: 'exact',
  elements(b, guide, prior) {
    const [m, s, sd] = [argument(prior, 'mean'), argument(prior, 'scale'), guide('sd')];
    const d = b.sub(guide('mean'), m);
    const z = b.mul(b.div(d, sd), Math.SQRT1_2);
    const near = b.mul(b.mul(sd, Math.sqrt(2 / Math.PI)), b.exp(b.neg(b.square(z))));
    const distance = b.add(near, b.mul(d, b.erf(z)));
    const minusEntropy = b.sub(b.mul(guide('log_variance'), -0.5), HALF_LOG_TWO_PI_E);
    return b.add(b.add(b.div(distance, s), minusEntropy), b.add(logOf(b, s), Math.LN2));
  },
};
