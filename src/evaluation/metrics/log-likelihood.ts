/** Log predictive density of a row, averaged over rows: `nll` with the other sign, as the regression literature reports it. */
import { meanFigure } from '../figures.ts';
import type { DataMetric } from '../metric.ts';

export const logLikelihood: DataMetric = {
  name: 'log_likelihood',
  doc: 'mean log predictive density, in nats per row; of numbers the density per unit of the data file',
  over: 'data',
  judges: ['class', 'real'],
  format: 'number',
  better: 'high',
  compute: ({ logPredictive }) => meanFigure(logPredictive),
};
