/** The probability that the gates of a weight are open (Jantre, Bhattacharya & Maiti 2023: the median probability model keeps 1/2 and more). */
import type { Criterion } from '../criterion.ts';

export const inclusion: Criterion = {
  name: 'inclusion',
  doc: 'probability that its gates are open; 1 for a weight without gates of 0 and 1',
  needsSpread: false,
  highMeans: 'keep',
  score: (_, view) => view.inclusion,
};
