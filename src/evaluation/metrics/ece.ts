/**
 * Expected calibration error of the most probable class: rows in bins of equal width by confidence, then the distance of
 * mean confidence and share of hits, weighted by rows. Naeini, Cooper, Hauskrecht 2015; Guo et al. 2017, eq. 3.
 * Bins are closed on the right, (0, 1/15] ... (14/15, 1]; confidence 0 belongs to the first. Its standard error is
 * bootstrapped; a perfectly calibrated predictor has an ECE above 0 that shrinks as 1 / sqrt(rows).
 */
import { metricKey } from '../../base/streams.ts';
import { bootstrap, classPredictions, topClass } from '../figures.ts';
import type { DataMetric } from '../metric.ts';

export const BINS = 15;

export const ece: DataMetric = {
  name: 'ece',
  doc: 'expected calibration error of the most probable class, 15 bins of equal width',
  over: 'data',
  judges: ['class'],
  format: 'percent',
  better: 'low',
  compute(predictions) {
    const classes = classPredictions(predictions);
    const bins = new Uint8Array(classes.rows);
    const gaps = new Float64Array(classes.rows);
    for (let row = 0; row < classes.rows; row++) {
      const top = topClass(classes, row);
      const confidence = classes.probabilities[row * classes.classes + top]!;
      bins[row] = binOf(confidence);
      gaps[row] = confidence - (top === classes.labels[row] ? 1 : 0);
    }
    const once = new Uint32Array(classes.rows).fill(1);
    return {
      value: calibrationError(bins, gaps, once),
      se: classes.rows < 2 ? null : bootstrap(classes.rows, metricKey('ece'), (n) => calibrationError(bins, gaps, n)),
    };
  },
};

/** The bin of a confidence: the first whose upper edge, as a float64, is not below it. */
export function binOf(confidence: number): number {
  let bin = Math.min(BINS - 1, Math.max(0, Math.ceil(confidence * BINS) - 1));
  // The product may round across an edge.
  while (bin > 0 && confidence <= bin / BINS) bin--;
  while (bin < BINS - 1 && confidence > (bin + 1) / BINS) bin++;
  return bin;
}

/** Sum over bins of |sum of confidence - hits| / rows: empty bins add nothing. Row r counts `times[r]` times. */
function calibrationError(bins: Uint8Array, gaps: Float64Array, times: Uint32Array): number {
  const sums = new Float64Array(BINS);
  for (let row = 0; row < bins.length; row++) {
    const bin = bins[row]!;
    sums[bin] = sums[bin]! + gaps[row]! * times[row]!;
  }
  return sums.reduce((total, sum) => total + Math.abs(sum), 0) / bins.length;
}
