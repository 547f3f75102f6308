/**
 * log alpha = log sd^2 - log mean^2, the log dropout rate of a weight: high means that noise drowns it.
 * Molchanov, Ashukha, Vetrov 2017, section 4.1 (their threshold is 3).
 */
import { type Criterion, FLOOR } from '../criterion.ts';

export const logAlpha: Criterion = {
  name: 'log_alpha',
  doc: 'log of variance / squared mean: high for weights that are mostly noise',
  needsSpread: true,
  highMeans: 'remove',
  score(b, { mean, sd }) {
    // Twice the difference of logs, because squares of small numbers vanish in single precision.
    return b.mul(b.sub(b.log(b.max(sd, FLOOR)), b.log(b.max(b.abs(mean), FLOOR))), 2);
  },
};
