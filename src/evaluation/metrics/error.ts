/** Share of rows whose most probable class, by the averaged probabilities, is not the observed one. */
import { classPredictions, meanFigure, topClass } from '../figures.ts';
import type { DataMetric } from '../metric.ts';

export const error: DataMetric = {
  name: 'error',
  doc: 'share of rows whose most probable class is wrong',
  over: 'data',
  judges: ['class'],
  format: 'percent',
  better: 'low',
  compute(predictions) {
    const classes = classPredictions(predictions);
    return meanFigure(Float64Array.from(classes.labels, (label, row) => (topClass(classes, row) === label ? 0 : 1)));
  },
};
