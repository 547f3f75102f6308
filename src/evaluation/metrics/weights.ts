/** How many weights are left; biases are counted apart. */
import type { WeightMetric } from '../metric.ts';

export const weights: WeightMetric = {
  name: 'weights',
  doc: 'number of weights that are still there (biases apart)',
  over: 'weights',
  judges: [],
  format: 'number',
  better: 'low',
  compute: ({ keptWeights }) => ({ value: keptWeights, se: null }),
};
