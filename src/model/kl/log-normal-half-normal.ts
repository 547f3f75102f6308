/** KL(LogNormal(m, s) || HalfNormal(c)) = E x^2 / (2 c^2) + log c + log(pi / 2) / 2 - m less the entropy of log x. */
import { argument, logOf } from '../distribution.ts';
import type { ClosedForm } from './form.ts';
import { entropyOfLog, powerMean } from './log-normal-moments.ts';

export const logNormalHalfNormal: ClosedForm = {
  guide: 'LogNormal',
  prior: 'HalfNormal',
  doc: 'exact',
  elements(b, guide, prior) {
    const scale = argument(prior, 'scale');
    const square = b.div(powerMean(b, guide, 2), b.mul(b.square(scale), 2));
    const constant = b.add(logOf(b, scale), 0.5 * Math.log(Math.PI / 2));
    return b.sub(b.sub(b.add(square, constant), guide('mean')), entropyOfLog(b, guide));
  },
};
