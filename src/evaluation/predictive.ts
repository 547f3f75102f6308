/**
 * The posterior predictive of a split: what `Density.predict` says for each draw of the weights, averaged over draws in
 * float64. Probabilities and means are averaged; log likelihoods become log mean exp, the log of the average density.
 */
import type { HostArray } from '../base/host-array.ts';
import type { Predictions } from './metric.ts';

/** Info of one prediction program: `log_likelihood` `[rows]`, and `probabilities` `[rows, classes]` or `mean` `[rows]`. */
export type PredictionInfo = Readonly<Record<string, HostArray>>;

export interface Predictive {
  /** Adds what draw number `draw` (from 0) says about the rows from `firstRow` on. Each draw sees each row once. */
  add(draw: number, firstRow: number, info: PredictionInfo): void;
  /** The averages, with the observed values: labels or numbers, in the split's order. */
  finish(targets: HostArray): Predictions;
}

/** An empty predictive for `rows` rows; `classes` counts the classes of a `class` predictive. */
export function predictive(kind: Predictions['kind'], rows: number, classes = 0): Predictive {
  const width = kind === 'class' ? classes : 1;
  const sums = new Float64Array(rows * width);
  const density = logMeanExp(rows);
  return {
    add(draw, firstRow, info) {
      density.add(draw, firstRow, arrayOf(info, 'log_likelihood'));
      const values = arrayOf(info, kind === 'class' ? 'probabilities' : 'mean');
      const from = firstRow * width;
      for (let i = 0; i < values.length; i++) sums[from + i] = sums[from + i]! + values[i]!;
    },
    finish(targets) {
      const { logPredictive, draws } = density.finish();
      for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! / draws;
      if (targets.data.length !== rows) throw new Error(`internal: ${targets.data.length} targets for ${rows} rows`);
      return kind === 'class'
        ? { kind, rows, classes, probabilities: sums, labels: Int32Array.from(targets.data), logPredictive }
        : { kind, rows, mean: sums, targets: Float64Array.from(targets.data), logPredictive };
    },
  };
}

function arrayOf(info: PredictionInfo, name: string): HostArray['data'] {
  const array = info[name];
  if (array === undefined) throw new Error(`internal: a prediction without ${name}`);
  return array.data;
}

/** log mean exp of a stream of numbers for each row: sums are kept relative to the largest number so far. */
function logMeanExp(rows: number) {
  const largest = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY);
  const sums = new Float64Array(rows);
  const seen = new Uint32Array(rows);
  return {
    add(draw: number, firstRow: number, logs: HostArray['data']): void {
      for (let i = 0; i < logs.length; i++) {
        const row = firstRow + i;
        if (seen[row] !== draw) throw new Error(`internal: row ${row} has seen ${seen[row]} draws before draw ${draw}`);
        seen[row] = draw + 1;
        const x = logs[i]!;
        const top = largest[row]!;
        if (x <= top) {
          // Two densities of 0 have no difference of logs.
          if (x !== Number.NEGATIVE_INFINITY) sums[row] = sums[row]! + Math.exp(x - top);
        } else {
          sums[row] = sums[row]! * Math.exp(top - x) + 1;
          largest[row] = x;
        }
      }
    },
    finish(): { readonly logPredictive: Float64Array; readonly draws: number } {
      const draws = seen[0] ?? 0;
      if (draws === 0 || seen.some((n) => n !== draws))
        throw new Error('internal: rows with different numbers of draws');
      const logPredictive = largest.map((top, row) => top + Math.log(sums[row]! / draws));
      return { logPredictive, draws };
    },
  };
}
