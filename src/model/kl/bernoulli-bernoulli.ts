/** KL of two Bernoulli variables with log odds l and k, p = sigmoid l: p (l - k) - log(1 + e^l) + log(1 + e^k). */
import { argument } from '../distribution.ts';
import type { ClosedForm } from './form.ts';

export const bernoulliBernoulli: ClosedForm = {
  guide: 'Bernoulli',
  prior: 'Bernoulli',
  doc: 'exact',
  elements(b, guide, prior) {
    const [l, k] = [guide('logits'), argument(prior, 'logits')];
    return b.add(b.mul(b.sigmoid(l), b.sub(l, k)), b.sub(b.softplus(k), b.softplus(l)));
  },
};
