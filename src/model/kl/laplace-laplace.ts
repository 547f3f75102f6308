/** KL(Laplace(mu, t) || Laplace(m, s)), d = |mu - m|: (t exp(-d / t) + d) / s + log(s / t) - 1. */
import { argument } from '../distribution.ts';
import type { ClosedForm } from './form.ts';

export const laplaceLaplace: ClosedForm = {
  guide: 'Laplace',
  prior: 'Laplace',
  doc: 'exact',
  elements(b, guide, prior) {
    const [t, s] = [guide('scale'), argument(prior, 'scale')];
    const d = b.abs(b.sub(guide('mean'), argument(prior, 'mean')));
    const distance = b.add(b.mul(t, b.exp(b.neg(b.div(d, t)))), d);
    return b.sub(b.add(b.div(distance, s), b.log(b.div(s, t))), 1);
  },
};
