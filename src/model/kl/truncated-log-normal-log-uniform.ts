/**
 * KL(TruncatedLogNormal || LogUniform between bounds) (Neklyudov, Molchanov, Ashukha & Vetrov 2017, eq. 10): on the log scale the prior
 * is uniform, so it is the log of its width there minus the entropy of a truncated normal, log sd and that of a standard one.
 */
import { intervalEntropy } from '../distributions/normal-interval.ts';
import { logBounds, truncatedLogNormal } from '../distributions/truncated-log-normal.ts';
import { logWidth } from '../distributions/truncated-log-uniform.ts';
import type { ClosedForm } from './form.ts';

export const truncatedLogNormalLogUniform: ClosedForm = {
  guide: 'TruncatedLogNormal',
  prior: 'TruncatedLogUniform',
  doc: 'exact',
  elements(b, guide, prior) {
    const args = Object.fromEntries(['mean', 'sd', 'low', 'high'].map((name) => [name, guide(name)]));
    const bounds = logBounds(b, { distribution: truncatedLogNormal, args, components: [] });
    const entropy = b.add(b.log(guide('sd')), intervalEntropy(b, ...bounds));
    return b.sub(b.log(logWidth(b, prior)), entropy);
  },
};
