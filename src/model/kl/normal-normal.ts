/** KL(N(mu, S) || N(m, s^2)) = ((S + (mu - m)^2) / s^2 - log S - 1) / 2 + log s. */
import { argument, logOf } from '../distribution.ts';
import type { ClosedForm } from './form.ts';

export const normalNormal: ClosedForm = {
  guide: 'Normal',
  prior: 'Normal',
  doc: 'exact',
  elements(b, guide, prior) {
    const s = argument(prior, 'sd');
    const second = b.add(guide('variance'), b.square(b.sub(guide('mean'), argument(prior, 'mean'))));
    const scaled = typeof s === 'number' ? b.mul(second, 0.5 / (s * s)) : b.div(second, b.mul(b.square(s), 2));
    const logS = logOf(b, s);
    const constant = typeof logS === 'number' ? logS - 0.5 : b.sub(logS, 0.5);
    return b.add(b.sub(scaled, b.mul(guide('log_variance'), 0.5)), constant);
  },
};
