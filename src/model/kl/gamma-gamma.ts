/** KL(Gamma(a, r) || Gamma(c, s)) = (a - c) digamma(a) - lgamma(a) + lgamma(c) + c log(r / s) + a (s - r) / r. */
import { argument } from '../distribution.ts';
import type { ClosedForm } from './form.ts';

export const gammaGamma: ClosedForm = {
  guide: 'Gamma',
  prior: 'Gamma',
  doc: 'exact',
  elements(b, guide, prior) {
    const [a, r] = [guide('shape'), guide('rate')];
    const [c, s] = [argument(prior, 'shape'), argument(prior, 'rate')];
    const shapes = b.add(b.mul(b.sub(a, c), b.digamma(a)), b.sub(b.lgamma(c), b.lgamma(a)));
    const rates = b.add(b.mul(c, b.log(b.div(r, s))), b.mul(a, b.div(b.sub(s, r), r)));
    return b.add(shapes, rates);
  },
};
