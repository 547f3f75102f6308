/** Arrays that pass between rooms: plain typed arrays with a type; tensors never leave an executor. */

/** `f32` is the real number type: single precision in fast executors, float64 in `reference`. */
export type DType = 'f32' | 'i32' | 'bool';
export type Shape = readonly number[];

export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

export type NumericArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** Row-major values with their type. `bool` is stored as 0 and 1 in a Uint8Array. */
export interface HostArray {
  readonly type: TensorType;
  readonly data: NumericArray;
}

/** Number of elements of a shape; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const n of shape) size *= n;
  return size;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i]);
}

export function f32(shape: Shape): TensorType {
  return { dtype: 'f32', shape };
}

/** A real array of the given shape; zeros unless data are given. */
export function realArray(shape: Shape, data?: Float32Array | Float64Array): HostArray {
  return { type: f32(shape), data: data ?? new Float32Array(sizeOf(shape)) };
}

/** For each number of a tensor the number of a smaller one that goes with it, as in broadcasting: axes from the last one on. */
export function groupsAlong(shape: Shape, groups: Shape): readonly number[] {
  const skipped = shape.length - groups.length;
  return Array.from({ length: sizeOf(shape) }, (_, index) => {
    let [rest, group, stride] = [index, 0, 1];
    for (let axis = shape.length - 1; axis >= skipped; axis--) {
      const size = groups[axis - skipped]!;
      if (size > 1) group += (rest % shape[axis]!) * stride;
      stride *= size;
      rest = Math.floor(rest / shape[axis]!);
    }
    return group;
  });
}

/** `[28, 28, 1]`, and `scalar` for the empty shape. */
export function formatShape(shape: Shape): string {
  return shape.length === 0 ? 'scalar' : `[${shape.join(', ')}]`;
}
