/** Figures with standard errors: what metrics have in common. */
import { type Key, threefry } from '../base/keys.ts';
import type { Figure, Predictions } from './metric.ts';

export type ClassPredictions = Extract<Predictions, { kind: 'class' }>;
export type RealPredictions = Extract<Predictions, { kind: 'real' }>;

/** The checker lets a metric only meet its own likelihoods, so another kind is a bug. */
export function classPredictions(predictions: Predictions): ClassPredictions {
  if (predictions.kind !== 'class') throw new Error('internal: a metric of classes met real predictions');
  return predictions;
}

export function realPredictions(predictions: Predictions): RealPredictions {
  if (predictions.kind !== 'real') throw new Error('internal: a metric of numbers met class predictions');
  return predictions;
}

/** The mean of independent rows with its standard error, sd / sqrt(n) with divisor n - 1; no standard error for one row. */
export function meanFigure(values: Float64Array): Figure {
  const n = values.length;
  let sum = 0;
  for (const v of values) sum += v;
  const mean = sum / n;
  if (n < 2) return { value: mean, se: null };
  let squares = 0;
  for (const v of values) squares += (v - mean) ** 2;
  return { value: mean, se: Math.sqrt(squares / (n - 1) / n) };
}

/** The most probable class of a row; the first one of equals. */
export function topClass(predictions: ClassPredictions, row: number): number {
  const { classes, probabilities } = predictions;
  const start = row * classes;
  let best = 0;
  for (let c = 1; c < classes; c++) if (probabilities[start + c]! > probabilities[start + best]!) best = c;
  return best;
}

/**
 * The spread (divisor B - 1) of a statistic over B resamples of the rows with replacement: its standard error (Efron 1979).
 * `statistic` is given how often each row was drawn. Resamples depend on `key` and the number of rows alone.
 */
export function bootstrap(rows: number, key: Key, statistic: (counts: Uint32Array) => number, resamples = 200): number {
  const counts = new Uint32Array(rows);
  const words = new Uint32Array(2);
  const values = new Float64Array(resamples);
  const range = rows / 2 ** 32;
  for (let b = 0; b < resamples; b++) {
    counts.fill(0);
    for (let i = 0; i < rows; i += 2) {
      threefry(key, i, b, 13, words, 0);
      const first = Math.floor(words[0]! * range);
      counts[first] = counts[first]! + 1;
      if (i + 1 === rows) break;
      const second = Math.floor(words[1]! * range);
      counts[second] = counts[second]! + 1;
    }
    values[b] = statistic(counts);
  }
  return Math.sqrt(resamples) * (meanFigure(values).se ?? 0);
}
