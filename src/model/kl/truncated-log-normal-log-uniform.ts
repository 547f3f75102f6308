/**
 * KL(TruncatedLogNormal || LogUniform over the same bounds) (Neklyudov, Molchanov, Ashukha & Vetrov 2017, eq. 10): on the log scale
 * the prior is uniform, so it is the log of the width there minus the entropy of a truncated normal,
 * log(sd Z) + log(2 pi e) / 2 + (alpha phi(alpha) - beta phi(beta)) / (2 Z).
 */

import { edge, logMass } from '../distributions/normal-interval.ts';
import { logBounds, truncatedLogNormal } from '../distributions/truncated-log-normal.ts';
import type { ClosedForm } from './form.ts';
import { HALF_LOG_TWO_PI_E } from './normal-flat.ts';

export const truncatedLogNormalLogUniform: ClosedForm = {
  guide: 'TruncatedLogNormal',
  prior: 'LogUniform',
  doc: 'exact, against the prior over the bounds of the guide',
  elements(b, guide) {
    const args = Object.fromEntries(['mean', 'sd', 'low', 'high'].map((name) => [name, guide(name)]));
    const [low, high] = logBounds(b, { distribution: truncatedLogNormal, args, components: [] });
    const log = logMass(b, low, high);
    const bend = b.mul(b.sub(edge(b, low, log, 1), edge(b, high, log, 1)), 0.5);
    const entropy = b.add(b.add(b.log(guide('sd')), log), b.add(bend, HALF_LOG_TWO_PI_E));
    const width = b.sub(b.log(guide('high')), b.log(guide('low')));
    return b.sub(b.log(width), entropy);
  },
};
