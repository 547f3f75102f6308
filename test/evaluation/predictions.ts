/** Short ways to make predictions for tests of metrics. */
import { f32, type HostArray } from '../../src/base/host-array.ts';
import { metrics } from '../../src/evaluation/index.ts';
import type { Figure, Predictions } from '../../src/evaluation/metric.ts';

export function real(values: readonly number[], shape: readonly number[] = [values.length]): HostArray {
  return { type: f32(shape), data: Float64Array.from(values) };
}

/** Class predictions of one draw from rows of probabilities. */
export function classes(rows: readonly (readonly number[])[], labels: readonly number[]): Predictions {
  return {
    kind: 'class',
    rows: rows.length,
    classes: rows[0]!.length,
    probabilities: Float64Array.from(rows.flat()),
    labels: Int32Array.from(labels),
    logPredictive: Float64Array.from(rows, (row, i) => Math.log(row[labels[i]!]!)),
  };
}

export function reals(mean: readonly number[], targets: readonly number[]): Predictions {
  return {
    kind: 'real',
    rows: mean.length,
    mean: Float64Array.from(mean),
    targets: Float64Array.from(targets),
    logPredictive: Float64Array.from(mean, (m, i) => -0.5 * (m - targets[i]!) ** 2 - 0.5 * Math.log(2 * Math.PI)),
  };
}

/** The figure of a data metric, by name. */
export function figure(name: string, predictions: Predictions): Figure {
  const metric = metrics.get(name);
  if (metric?.over !== 'data') throw new Error(`no data metric ${name}`);
  return metric.compute(predictions);
}

/** A small generator for simulations (mulberry32): uniform in [0, 1). */
export function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A standard normal (Box and Muller). */
export function normal(uniform: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
