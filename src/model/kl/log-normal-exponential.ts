/** KL(LogNormal(m, s) || Exponential(r)) = r E x - log r - m less the entropy of log x. */
import { argument, logOf } from '../distribution.ts';
import type { ClosedForm } from './form.ts';
import { entropyOfLog, powerMean } from './log-normal-moments.ts';

export const logNormalExponential: ClosedForm = {
  guide: 'LogNormal',
  prior: 'Exponential',
  doc: 'exact',
  elements(b, guide, prior) {
    const rate = argument(prior, 'rate');
    const expected = b.sub(b.mul(powerMean(b, guide, 1), rate), b.add(guide('mean'), logOf(b, rate)));
    return b.sub(expected, entropyOfLog(b, guide));
  },
};
