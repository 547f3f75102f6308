/** Groups of a weight: what shares the last index, a unit of a dense layer or a filter of a convolution. */
import { type Shape, sizeOf } from '../../base/host-array.ts';
import type { GraphBuilder, Ref } from '../../graph/builder.ts';

/** Under the root, so that its slope at a group of zeros is 0 and not infinite. */
const FLOOR = 1e-20;

export function groupSize(shape: Shape): number {
  return sizeOf(shape.slice(0, -1));
}

/** Sum of squares of each group, `[groups]`. */
export function groupSquares(b: GraphBuilder, x: Ref): Ref {
  return b.sum(
    b.square(x),
    x.type.shape.slice(0, -1).map((_, axis) => axis),
  );
}

/** Euclidean length of each group, `[groups]`. */
export function groupLength(b: GraphBuilder, x: Ref): Ref {
  return b.sqrt(b.add(groupSquares(b, x), FLOOR));
}
