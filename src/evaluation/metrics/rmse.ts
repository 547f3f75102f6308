/** Root mean squared error of the predictive mean, in the units of the data file, also where the model sees a standardised response. Its standard error by the delta method: se(mse) / (2 rmse). */
import { meanFigure, realPredictions } from '../figures.ts';
import type { DataMetric } from '../metric.ts';

export const rmse: DataMetric = {
  name: 'rmse',
  doc: 'root mean squared error of the predictive mean, in the units of the data file, also of a standardised response',
  over: 'data',
  judges: ['real'],
  format: 'number',
  better: 'low',
  compute(predictions) {
    const { mean, targets } = realPredictions(predictions);
    const squared = meanFigure(mean.map((m, row) => (m - targets[row]!) ** 2));
    const value = Math.sqrt(squared.value);
    return { value, se: squared.se === null ? null : value === 0 ? 0 : squared.se / (2 * value) };
  },
};
