/** Signal-to-noise ratio |mean| / sd of a weight. Blundell et al. 2015, section 5.1; Graves 2011. */
import { type Criterion, FLOOR } from '../criterion.ts';

export const snr: Criterion = {
  name: 'snr',
  doc: 'signal-to-noise ratio |mean| / sd: low for weights that are mostly noise',
  needsSpread: true,
  highMeans: 'keep',
  score: (b, { mean, sd }) => b.div(b.abs(mean), b.max(sd, FLOOR)),
};
