/**
 * KL(Beta(a, c) || Beta(p, q)) = log B(p, q) - log B(a, c) + (a - p) digamma(a) + (c - q) digamma(c) + (p - a + q - c) digamma(a + c).
 */
import { argument } from '../distribution.ts';
import { logBeta } from '../distributions/record.ts';
import type { ClosedForm } from './form.ts';

export const betaBeta: ClosedForm = {
  guide: 'Beta',
  prior: 'Beta',
  doc: 'exact',
  elements(b, guide, prior) {
    const [a, c] = [guide('alpha'), guide('beta')];
    const [p, q] = [argument(prior, 'alpha'), argument(prior, 'beta')];
    const own = b.add(b.mul(b.sub(a, p), b.digamma(a)), b.mul(b.sub(c, q), b.digamma(c)));
    const shared = b.mul(b.add(b.sub(p, a), b.sub(q, c)), b.digamma(b.add(a, c)));
    return b.add(b.sub(logBeta(b, p, q), logBeta(b, a, c)), b.add(own, shared));
  },
};
