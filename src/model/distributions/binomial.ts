/** `Binomial(trials, p)`: successes k with log probability log C(n, k) + k logits - n log(1 + exp(logits)). */
import { argument, type Moments } from '../distribution.ts';
import { alternative, distribution, inside, logOdds, param, predictsMoments, within } from './record.ts';

const moments: Moments = {
  mean: (b, term) => b.mul(argument(term, 'trials'), b.sigmoid(argument(term, 'logits'))),
  variance(b, term) {
    const p = b.sigmoid(argument(term, 'logits'));
    return b.mul(argument(term, 'trials'), b.mul(p, b.sub(1, p)));
  },
};

export const binomial = distribution({
  name: 'Binomial',
  doc: 'successes in a number of independent trials',
  params: [
    param('trials', 'whole', null, 'number of trials'),
    param('logits', 'real', null, 'log odds of success: log(p / (1 - p))'),
  ],
  alternatives: [alternative('p', 'logits', 'open_unit', logOdds, 'probability of success', true)],
  support: 'count',
  roles: ['prior', 'likelihood'],
  predicts: 'real',
  logDensity(b, x, term) {
    const [n, logits] = [argument(term, 'trials'), argument(term, 'logits')];
    const possible = b.and(b.greaterEqual(x, 0), b.lessEqual(x, n));
    const k = inside(b, possible, x, 0);
    const orders = b.sub(b.lgamma(b.add(n, 1)), b.add(b.lgamma(b.add(k, 1)), b.lgamma(b.add(b.sub(n, k), 1))));
    // k log p + (n - k) log(1 - p), each as it is: at p = 0 and 1 one of the two is 0 times infinity otherwise.
    const hits = b.select(b.greater(k, 0), b.mul(k, b.neg(b.softplus(b.neg(logits)))), 0);
    const misses = b.select(b.less(k, n), b.mul(b.sub(n, k), b.neg(b.softplus(logits))), 0);
    return within(b, possible, b.add(orders, b.add(hits, misses)));
  },
  moments,
  likelihood: predictsMoments(moments),
});
