/**
 * KL(N(theta, alpha theta^2) || LogUniform) up to a constant (the prior is improper), so that it falls to 0 as alpha grows:
 * k1 - k1 sigmoid(k2 + k3 log alpha) + log(1 + 1 / alpha) / 2 (Molchanov, Ashukha & Vetrov 2017, eq. 14), within 0.009 nat.
 * log alpha = log variance - log(theta^2 + 1e-8) is clipped to [-8, 8], as in the authors' code.
 */
import { LOG_UNIFORM_FLOOR } from '../distributions/log-uniform.ts';
import type { ClosedForm } from './form.ts';

const K1 = 0.63576;
const K2 = 1.8732;
const K3 = 1.48695;
const CLIP = 8;

export const normalLogUniform: ClosedForm = {
  guide: 'Normal',
  prior: 'LogUniform',
  doc: 'sigmoid fit, within 0.009 nat up to a constant',
  elements(b, { mean, spread }) {
    const logSquare = b.log(b.add(b.square(mean), LOG_UNIFORM_FLOOR));
    const logAlpha = b.clamp(b.sub(spread.logVariance, logSquare), -CLIP, CLIP);
    // exp cannot overflow after the clip, so log1p(exp) is exact, and cheaper than softplus in value and gradient.
    const tail = b.mul(b.log1p(b.exp(b.neg(logAlpha))), 0.5);
    const fit = b.mul(b.sigmoid(b.add(b.mul(logAlpha, K3), K2)), -K1);
    return b.add(b.add(tail, fit), K1);
  },
};
