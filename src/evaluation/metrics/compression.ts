/** All weights / kept weights; infinite when nothing is left. */
import type { WeightMetric } from '../metric.ts';

export const compression: WeightMetric = {
  name: 'compression',
  doc: 'all weights divided by kept weights (biases apart)',
  over: 'weights',
  judges: [],
  format: 'factor',
  better: 'high',
  compute: ({ weights, keptWeights }) => ({ value: weights === 0 ? 1 : weights / keptWeights, se: null }),
};
