/** KL(LogNormal(m, s) || Gamma(a, r)) with E log x = m and E x = exp(m + s^2 / 2): lgamma(a) - a log r - a m + r E x less the entropy of log x. */
import { argument } from '../distribution.ts';
import type { ClosedForm } from './form.ts';
import { entropyOfLog, powerMean } from './log-normal-moments.ts';

export const logNormalGamma: ClosedForm = {
  guide: 'LogNormal',
  prior: 'Gamma',
  doc: 'exact',
  elements(b, guide, prior) {
    const [shape, rate] = [argument(prior, 'shape'), argument(prior, 'rate')];
    const logs = b.mul(shape, b.add(guide('mean'), b.log(rate)));
    const expected = b.add(b.sub(b.mul(powerMean(b, guide, 1), rate), logs), b.lgamma(shape));
    return b.sub(expected, entropyOfLog(b, guide));
  },
};
