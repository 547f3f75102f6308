/** NumPy broadcasting: shapes aligned from the right, 1 stretches to anything. */
import { invariant } from '../../base/diagnostic.ts';
import { formatShape, type Shape, sameShape } from '../../base/host-array.ts';
import type { GraphBuilder, Ref } from '../builder.ts';

export function broadcastShapes(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const m = a[i - rank + a.length] ?? 1;
    const n = b[i - rank + b.length] ?? 1;
    invariant(m === n || m === 1 || n === 1, `shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast`);
    return m === 1 ? n : m;
  });
}

/** Sums `grad` over the axes along which `shape` was stretched: the gradient of a broadcast. */
export function unbroadcast(b: GraphBuilder, grad: Ref, shape: Shape): Ref {
  const from = grad.type.shape;
  if (sameShape(from, shape)) return grad;
  const lead = from.length - shape.length;
  const axes = from.flatMap((n, i) => (i < lead || (shape[i - lead] === 1 && n !== 1) ? [i] : []));
  const summed = axes.length === 0 ? grad : b.sum(grad, axes);
  return b.reshape(summed, shape);
}

/** The shape after removing (or keeping as 1) the given axes. */
export function reducedShape(shape: Shape, axes: readonly number[], keep: boolean): Shape {
  return shape.flatMap((n, i) => (axes.includes(i) ? (keep ? [1] : []) : [n]));
}
