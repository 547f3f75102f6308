/** |mean| of a weight: the classical criterion, and the baseline of the others. Han et al. 2015. */
import type { Criterion } from '../criterion.ts';

export const magnitude: Criterion = {
  name: 'magnitude',
  doc: 'absolute value of the mean: low for small weights',
  needsSpread: false,
  highMeans: 'keep',
  score: (b, { mean }) => b.abs(mean),
};
