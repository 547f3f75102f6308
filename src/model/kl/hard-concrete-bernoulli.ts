/**
 * What takes the place of KL(HardConcrete || Bernoulli), which is infinite: E[-log prior] of the Bernoulli variable "the gate is not 0",
 * with P(z != 0) = sigmoid(log alpha - temperature log(-low / high)) in closed form, and no entropy (Louizos, Welling & Kingma 2018,
 * eq. 8 and 11). Against log odds k it is P log(1 + e^-k) + (1 - P) log(1 + e^k): up to a constant -k P, the price of open gates.
 */
import { argument } from '../distribution.ts';
import type { ClosedForm } from './form.ts';

export const hardConcreteBernoulli: ClosedForm = {
  guide: 'HardConcrete',
  prior: 'Bernoulli',
  doc: 'E[-log prior] of open gates, Louizos, Welling & Kingma 2018, eq. 11; no entropy',
  elements(b, guide, prior) {
    const k = argument(prior, 'logits');
    const ends = b.log(b.div(b.neg(guide('low')), guide('high')));
    const open = b.sigmoid(b.sub(guide('log_alpha'), b.mul(ends, guide('temperature'))));
    return b.sub(b.softplus(k), b.mul(open, k));
  },
};
