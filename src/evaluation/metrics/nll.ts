/** Negative log predictive density of a row, averaged over rows; natural logs. */
import { meanFigure } from '../figures.ts';
import type { DataMetric } from '../metric.ts';

export const nll: DataMetric = {
  name: 'nll',
  doc: 'mean negative log predictive density, in nats per row; of numbers the density per unit of the data file',
  over: 'data',
  judges: ['class', 'real'],
  format: 'number',
  better: 'low',
  compute: ({ logPredictive }) => meanFigure(logPredictive.map((x) => -x)),
};
