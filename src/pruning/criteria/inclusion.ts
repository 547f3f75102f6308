/** The probability that the gates of a weight are open (Jantre, Bhattacharya & Maiti 2023: the median probability model keeps 1/2 and more). */
import type { Criterion } from '../criterion.ts';

export const inclusion: Criterion = {
  name: 'inclusion',
  doc: 'probability that its gates are open, and the latent of 0 and 1 in its prior is 1; 1 for a weight without any',
  needsSpread: false,
  highMeans: 'keep',
  score: (_, view) => view.inclusion,
};
