/** Share of the weights that were not pruned; biases are counted apart. */
import type { WeightMetric } from '../metric.ts';

export const kept: WeightMetric = {
  name: 'kept',
  doc: 'share of the weights that are still there (biases apart)',
  over: 'weights',
  judges: [],
  format: 'percent',
  better: 'low',
  compute: ({ weights, keptWeights }) => ({ value: weights === 0 ? 1 : keptWeights / weights, se: null }),
};
