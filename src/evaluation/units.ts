/** Predictions of a response that the model sees moved and scaled, `y * scale + offset`, brought back to the units of its file. */
import type { Column } from '../base/data.ts';
import { sizeOf } from '../base/host-array.ts';
import type { Predictions } from './metric.ts';

/** Is what a model sees of the column something else than what its file holds? */
export function hasOtherUnits({ scale, offset }: Column): boolean {
  return scale.some((s) => s !== 1) || offset.some((o) => o !== 0);
}

/**
 * Means and targets become those of the file; the log density of a row gains log |scale| for each of its numbers, by the change of
 * variables. Probabilities of counts, `discrete`, are of no unit and stay as they are.
 */
export function inFileUnits(predictions: Predictions, column: Column, discrete: boolean): Predictions {
  if (predictions.kind === 'class' || !hasOtherUnits(column)) return predictions;
  const width = sizeOf(column.shape);
  const { scale, offset } = column;
  const back = (value: number, i: number) => {
    const k = i % width;
    return (value - offset[k % offset.length]!) / scale[k % scale.length]!;
  };
  let logJacobian = 0;
  if (!discrete) for (let k = 0; k < width; k++) logJacobian += Math.log(Math.abs(scale[k % scale.length]!));
  return {
    ...predictions,
    mean: predictions.mean.map(back),
    targets: predictions.targets.map(back),
    logPredictive: predictions.logPredictive.map((log) => log + logJacobian),
  };
}
