/** KL(LogNormal(m, s) || InverseGamma(a, c)): that of 1 / x, which is LogNormal(-m, s), from Gamma(a, c). */
import { argument } from '../distribution.ts';
import type { ClosedForm } from './form.ts';
import { entropyOfLog, powerMean } from './log-normal-moments.ts';

export const logNormalInverseGamma: ClosedForm = {
  guide: 'LogNormal',
  prior: 'InverseGamma',
  doc: 'exact',
  elements(b, guide, prior) {
    const [shape, scale] = [argument(prior, 'shape'), argument(prior, 'scale')];
    const logs = b.mul(shape, b.sub(b.log(scale), guide('mean')));
    const expected = b.add(b.sub(b.mul(powerMean(b, guide, -1), scale), logs), b.lgamma(shape));
    return b.sub(expected, entropyOfLog(b, guide));
  },
};
