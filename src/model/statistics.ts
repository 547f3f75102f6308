/**
 * Running statistics of layers: no random variables, but numbers that training collects and prediction reads, such as the
 * mean and variance of each channel in a batch norm. They are state tensors called `bn1.statistics.mean`.
 */
import type { StatisticSpec } from '../base/catalogue.ts';
import { f32, type HostArray, type Shape, sizeOf } from '../base/host-array.ts';
import type { Ref } from '../graph/builder.ts';
import type { CheckedLayer, CheckedNetwork } from '../language/check/checked.ts';

/** A statistic of a network by its path. */
export interface StatisticRef {
  readonly path: string;
  readonly spec: StatisticSpec;
}

/**
 * Where the layers of one pass through the network find what is no weight, by what the pass is for. `training`: layers use the
 * statistics of the batch, the running ones, `stored`, move towards them, and `noise` gives the fresh numbers of a layer by name.
 * `predicting`: layers use the stored ones. `measuring`: they use those of the batch, and give them as they are.
 */
export type PassSource =
  | { readonly kind: 'training'; readonly stored: (path: string) => Ref; readonly noise: (name: string) => Ref }
  | { readonly kind: 'predicting'; readonly stored: (path: string) => Ref }
  | { readonly kind: 'measuring' };

/** What inference leaves behind of a statistic: one value, or one for each particle. */
export interface StatisticValues {
  readonly path: string;
  readonly shape: Shape;
  readonly draws: readonly Float32Array[];
}

export function statisticPath(layer: CheckedLayer, role: string): string {
  return `${layer.path}.statistics.${role}`;
}

export function statisticsOf(network: CheckedNetwork): readonly StatisticRef[] {
  return network.layers.flatMap((layer) =>
    layer.statistics.map((spec) => ({ path: statisticPath(layer, spec.role), spec })),
  );
}

/** For predictions, wherever the stored ones are at hand. */
export function storedStatistics(stored: (path: string) => Ref): PassSource {
  return { kind: 'predicting', stored };
}

/** The start of a statistic, `count` times in one row: what was carried over, else its start value. */
export function startStatistic(
  { path, spec }: StatisticRef,
  count: number,
  from: readonly StatisticValues[],
): Float32Array {
  const size = sizeOf(spec.shape);
  const earlier = from.find((s) => s.path === path && sizeOf(s.shape) === size);
  const values = new Float32Array(count * size).fill(spec.start);
  for (let i = 0; i < count && earlier !== undefined; i++) values.set(drawOf(earlier, i), i * size);
  return values;
}

/** The value that goes with draw number `draw` of the weights. */
export function drawOf({ draws }: StatisticValues, draw: number): Float32Array {
  return draws[draw % draws.length]!;
}

/** The average over particles; the value itself where there is one. */
export function meanStatistic({ draws }: StatisticValues): Float32Array {
  const [first, ...others] = draws;
  if (others.length === 0) return first!;
  return first!.map((_, i) => draws.reduce((sum, values) => sum + values[i]!, 0) / draws.length);
}

/** Statistics as a state, by path. */
export function statisticArrays(
  statistics: readonly StatisticValues[],
  read: (statistic: StatisticValues) => Float32Array,
): [string, HostArray][] {
  return statistics.map((s) => [s.path, { type: f32(s.shape), data: read(s) }]);
}
