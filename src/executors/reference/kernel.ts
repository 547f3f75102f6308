/** What a kernel of the reference executor is. */
import { type NumericArray, sizeOf, type TensorType } from '../../base/host-array.ts';
import type { OpAttrs, OpName } from '../../graph/ir.ts';

/** Computes one value from its inputs; never writes into them, but may give one of them back. */
export type Run = (inputs: readonly NumericArray[]) => NumericArray;

/**
 * Prepares an op for static types (offsets are computed here, once) and gives the function that runs it.
 * Inside, `f32` stands in a Float64Array, `i32` in an Int32Array, `bool` in a Uint8Array.
 */
export type Kernel<K extends OpName> = (attrs: OpAttrs[K], type: TensorType, inputs: readonly TensorType[]) => Run;

export function allocate(type: TensorType): NumericArray {
  const size = sizeOf(type.shape);
  if (type.dtype === 'f32') return new Float64Array(size);
  return type.dtype === 'i32' ? new Int32Array(size) : new Uint8Array(size);
}

/** A copy in the executor's own storage for that type. */
export function stored(type: TensorType, data: NumericArray): NumericArray {
  const out = allocate(type);
  out.set(data);
  return out;
}
