/** Windows that slide over an image: the geometry that convolutions and pools share. Heights come before widths. */
import { invariant } from '../../base/diagnostic.ts';
import { formatShape, type Shape, type TensorType } from '../../base/host-array.ts';
import type { GraphBuilder, Ref } from '../builder.ts';
import type { Pooling, Sliding } from '../ir.ts';

/** How many windows fit along one axis; what is left over at the end belongs to none. */
export function windowCount(size: number, window: number, stride: number, padding: readonly [number, number]): number {
  return Math.floor((size + padding[0] + padding[1] - window) / stride) + 1;
}

/** The rows and columns of windows over an image `[N, H, W, C]`. */
export function windowGrid(image: Shape, window: readonly number[], { strides, padding }: Sliding): [number, number] {
  invariant(
    [...strides, ...window].every((n) => Number.isInteger(n) && n > 0) && padding.flat().every((n) => n >= 0),
    `no window: ${formatShape(window)} moved by ${formatShape(strides)}`,
  );
  const grid: [number, number] = [
    windowCount(image[1]!, window[0]!, strides[0], padding[0]),
    windowCount(image[2]!, window[1]!, strides[1], padding[1]),
  ];
  invariant(
    grid.every((n) => n > 0),
    `a window of ${formatShape(window)} is larger than ${formatShape(image)}`,
  );
  return grid;
}

/** How many places of each window lie on the image, along the rows (`axis` 1) or the columns (2) of a grid of `count` windows. */
export function placesInside(
  image: Shape,
  count: number,
  axis: 1 | 2,
  { window, strides, padding }: Pooling,
): number[] {
  const [length, stride, before] = [window[axis - 1]!, strides[axis - 1]!, padding[axis - 1]![0]];
  return Array.from({ length: count }, (_, i) => {
    const start = i * stride - before;
    return Math.min(start + length, image[axis]!) - Math.max(start, 0);
  });
}

export function isImage(x: TensorType | undefined): x is TensorType {
  return x?.dtype === 'f32' && x.shape.length === 4;
}

/** Numbers along one axis of a rank 4 shape, other axes of length 1: neighbours that are equal become one constant. */
export function alongAxis(b: GraphBuilder, numbers: readonly number[], axis: 1 | 2): Ref {
  const shaped = (n: number): Shape => [1, axis === 1 ? n : 1, axis === 2 ? n : 1, 1];
  const starts = numbers.flatMap((x, i) => (i === 0 || x !== numbers[i - 1] ? [i] : []));
  const runs = starts.map((start, i) => b.full(shaped((starts[i + 1] ?? numbers.length) - start), numbers[start]!));
  return b.concat(runs, axis);
}
