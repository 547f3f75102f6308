/** Floating point operations for one row: 2 for each multiply-add of a kept weight. */
import type { WeightMetric } from '../metric.ts';

export const flops: WeightMetric = {
  name: 'flops',
  doc: 'floating point operations for one row: 2 for each multiply-add of a kept weight',
  over: 'weights',
  judges: [],
  format: 'number',
  better: 'low',
  compute: ({ keptMultiplyAdds }) => ({ value: 2 * keptMultiplyAdds, se: null }),
};
