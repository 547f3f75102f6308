/** Share of the weights that were pruned: 1 - kept. */
import type { WeightMetric } from '../metric.ts';

export const sparsity: WeightMetric = {
  name: 'sparsity',
  doc: 'share of the weights that are gone (biases apart)',
  over: 'weights',
  judges: [],
  format: 'percent',
  better: 'high',
  compute: ({ weights, keptWeights }) => ({ value: weights === 0 ? 0 : (weights - keptWeights) / weights, se: null }),
};
