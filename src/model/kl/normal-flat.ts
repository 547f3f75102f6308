/** KL(N(mu, S) || Flat) = -entropy = -(log S + log(2 pi e)) / 2; the prior is improper, so this is no bound. */
import type { ClosedForm } from './form.ts';

export const HALF_LOG_TWO_PI_E = 0.5 * (Math.log(2 * Math.PI) + 1);

export const normalFlat: ClosedForm = {
  guide: 'Normal',
  prior: 'Flat',
  doc: 'minus the entropy of the guide; the prior is improper',
  elements: (b, guide) => b.sub(b.mul(guide('log_variance'), -0.5), HALF_LOG_TWO_PI_E),
};
