/**
 * KL of two `Ordered` variables: of each step to the next block that of two Bernoulli variables, as often as the guide comes to it (the
 * chain rule). With log odds l, p = sigmoid l, and the rate r: p l - log(1 + e^l) - p log r - (1 - p) log(1 - r).
 */
import type { Ref } from '../../graph/builder.ts';
import { argument } from '../distribution.ts';
import { reached } from '../nested.ts';
import type { ClosedForm } from './form.ts';

export const orderedOrdered: ClosedForm = {
  guide: 'Ordered',
  prior: 'Ordered',
  doc: 'exact',
  /** One number for each step to the next block. */
  elements(b, guide, prior) {
    const l = guide('logits') as Ref;
    const [p, rate] = [b.sigmoid(l), argument(prior, 'rate')];
    const minusEntropy = b.sub(b.mul(p, l), b.softplus(l));
    const logPrior = b.add(b.mul(p, b.log(rate)), b.mul(b.sub(1, p), b.log1p(b.neg(rate))));
    return b.mul(reached(b, l), b.sub(minusEntropy, logPrior));
  },
};
