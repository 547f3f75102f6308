/** Brier score of several classes: the squared distance of the probabilities from the observed class, summed over classes. Brier 1950. */
import { classPredictions, meanFigure } from '../figures.ts';
import type { DataMetric } from '../metric.ts';

export const brier: DataMetric = {
  name: 'brier',
  doc: 'Brier score: squared distance of the probabilities from the observed class, from 0 to 2',
  over: 'data',
  judges: ['class'],
  format: 'number',
  better: 'low',
  compute(predictions) {
    const { rows, classes, probabilities, labels } = classPredictions(predictions);
    const scores = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let c = 0; c < classes; c++) sum += (probabilities[row * classes + c]! - (labels[row] === c ? 1 : 0)) ** 2;
      scores[row] = sum;
    }
    return meanFigure(scores);
  },
};
