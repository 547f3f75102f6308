/**
 * KL(N(theta, alpha theta^2) || LogUniform) up to a constant (the prior is improper), so that it falls to 0 as alpha grows:
 * k1 - k1 sigmoid(k2 + k3 log alpha) + log(1 + 1 / alpha) / 2 (Molchanov, Ashukha & Vetrov 2017, eq. 14), within 0.009 nat.
 *
 * With S the variance and t = theta^2 + 1e-8, log(1 + 1 / alpha) = log(S + t) - log S: one logarithm, needed for the value alone,
 * and a gradient without any. The authors clip log alpha to [-8, 8]; nothing here can overflow, so this does not:
 * above 8 the clip changes less than 0.0002 nat, below -8 it would stop the pull on weights that are too certain, and its
 * maximum, minimum and comparisons would cost more than all the rest of this function together.
 */
import { LOG_UNIFORM_FLOOR } from '../distributions/log-uniform.ts';
import type { ClosedForm } from './form.ts';

const K1 = 0.63576;
const K2 = 1.8732;
const K3 = 1.48695;

export const normalLogUniform: ClosedForm = {
  guide: 'Normal',
  prior: 'LogUniform',
  doc: 'sigmoid fit of Molchanov, Ashukha & Vetrov 2017, eq. 14, within 0.009 nat up to a constant',
  approximate: true,
  elements(b, guide) {
    const t = b.add(b.square(guide('mean')), LOG_UNIFORM_FLOOR);
    const logVariance = guide('log_variance');
    const logAlpha = b.sub(logVariance, b.log(t));
    const tail = b.mul(b.sub(b.log(b.add(guide('variance'), t)), logVariance), 0.5);
    // 1 - sigmoid is part of the gradient too, and is computed once.
    const fit = b.mul(b.sub(1, b.sigmoid(b.add(b.mul(logAlpha, K3), K2))), K1);
    return b.add(tail, fit);
  },
};
