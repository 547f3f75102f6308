/** Offsets into row-major arrays: how kernels read an operand that is broadcast, transposed, sliced or summed over. */
import { type Shape, sizeOf } from '../../base/host-array.ts';

/** The offset of each element of `shape`, in row-major order, when axis i moves by `strides[i]` from `start`. */
export function walk(shape: Shape, strides: readonly number[], start = 0): Int32Array {
  const out = new Int32Array(sizeOf(shape));
  const index = new Array<number>(shape.length).fill(0);
  let offset = start;
  for (let i = 0; i < out.length; i++) {
    out[i] = offset;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      offset += strides[axis]!;
      index[axis]!++;
      if (index[axis]! < shape[axis]!) break;
      offset -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return out;
}

export function rowMajorStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = strides[i + 1]! * shape[i + 1]!;
  return strides;
}

/** Which element of an operand of `shape` stands at each place of `target`, to which it is broadcast. */
export function broadcastOffsets(shape: Shape, target: Shape): Int32Array {
  const own = rowMajorStrides(shape);
  const lead = target.length - shape.length;
  return walk(
    target,
    target.map((_, i) => (i < lead || shape[i - lead] === 1 ? 0 : own[i - lead]!)),
  );
}

/** Which element of the result each element of `shape` falls into when `axes` are reduced. */
export function reductionOffsets(shape: Shape, axes: readonly number[]): Int32Array {
  const kept = rowMajorStrides(shape.map((n, i) => (axes.includes(i) ? 1 : n)));
  return walk(
    shape,
    kept.map((stride, i) => (axes.includes(i) ? 0 : stride)),
  );
}
