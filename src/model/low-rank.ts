/**
 * A site's part of a normal posterior with few common directions, or of an equal mixture of such normals:
 *   value = mean + own * e1 + sum over k of columns_k * e2_k,
 * with fresh e1 for every element, and one e2 for all sites together, so that the columns of all sites are one matrix.
 */
import { f32, type HostArray, type Shape } from '../base/host-array.ts';
import { childKey, type Key } from '../base/keys.ts';
import { fillNormal } from '../base/normal.ts';

/** One normal of the mixture, as far as it is about this site. */
export interface LowRankPart {
  readonly mean: Float32Array;
  /** Standard deviation of what each element has for itself. */
  readonly own: Float32Array;
  readonly columns: readonly Float32Array[];
}

/** The mean and the standard deviation of the whole mixture. */
export function lowRankMoments(parts: readonly [LowRankPart, ...LowRankPart[]]) {
  const mean = parts[0].mean.map((_, i) => averageOf(parts, (part) => part.mean[i]!));
  const sd = mean.map((centre, i) =>
    Math.sqrt(averageOf(parts, (part) => varianceOf(part, i) + (part.mean[i]! - centre) ** 2)),
  );
  return { mean, sd };
}

function averageOf<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0) / items.length;
}

function varianceOf({ own, columns }: LowRankPart, i: number): number {
  return columns.reduce((sum, column) => sum + column[i]! ** 2, own[i]! ** 2);
}

/** Draw number `draw` (from 0): of the parts one after the other, as particles are. `shared` is the same for all sites. */
export function drawLowRank(parts: readonly LowRankPart[], draw: number, key: Key, shared: Key): Float32Array {
  const { mean, own, columns } = parts[draw % parts.length]!;
  const values = new Float32Array(mean.length);
  fillNormal(key, values);
  const common = new Float32Array(columns.length);
  fillNormal(childKey(shared, 'columns'), common);
  for (let i = 0; i < values.length; i++) {
    let value = mean[i]! + own[i]! * values[i]!;
    for (let k = 0; k < columns.length; k++) value += columns[k]![i]! * common[k]!;
    values[i] = value;
  }
  return values;
}

/** The parts after `change` of each of their arrays. */
export function changedParts(
  parts: readonly LowRankPart[],
  change: (values: Float32Array) => Float32Array,
): readonly LowRankPart[] {
  return parts.map(({ mean, own, columns }) => ({
    mean: change(mean),
    own: change(own),
    columns: columns.map(change),
  }));
}

/** `SITE.parts.mean` and `SITE.parts.own` `[M, ...shape]`, and `SITE.parts.columns` `[M, K, ...shape]` where there are columns. */
export function lowRankArrays(path: string, shape: Shape, parts: readonly LowRankPart[]): [string, HostArray][] {
  const stack = (name: string, axes: readonly number[], arrays: readonly Float32Array[]): [string, HostArray] => {
    const data = new Float32Array(arrays.reduce((sum, array) => sum + array.length, 0));
    let at = 0;
    for (const array of arrays) {
      data.set(array, at);
      at += array.length;
    }
    return [`${path}.parts.${name}`, { type: f32([...axes, ...shape]), data }];
  };
  const [M, K] = [parts.length, parts[0]?.columns.length ?? 0];
  const moments = [
    stack(
      'mean',
      [M],
      parts.map((p) => p.mean),
    ),
    stack(
      'own',
      [M],
      parts.map((p) => p.own),
    ),
  ];
  return K === 0
    ? moments
    : [
        ...moments,
        stack(
          'columns',
          [M, K],
          parts.flatMap((p) => p.columns),
        ),
      ];
}
