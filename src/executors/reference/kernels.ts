/** One plain kernel per op in float64: slow, honest, the yardstick of every other executor. */
import { type HostArray, type NumericArray, type Shape, sizeOf, type TensorType } from '../../base/host-array.ts';
import type { OpAttrs, OpName } from '../../graph/ir.ts';
import { digamma, lgamma } from './special.ts';

/** Values inside: `f32` in a Float64Array, `i32` in an Int32Array, `bool` in a Uint8Array. */
export type Kernel<K extends OpName> = (
  inputs: readonly HostArray[],
  attrs: OpAttrs[K],
  type: TensorType,
) => NumericArray;

export function allocate(type: TensorType): NumericArray {
  const size = sizeOf(type.shape);
  if (type.dtype === 'f32') return new Float64Array(size);
  return type.dtype === 'i32' ? new Int32Array(size) : new Uint8Array(size);
}

function map(
  f: (x: number) => number,
): (inputs: readonly HostArray[], attrs: unknown, type: TensorType) => NumericArray {
  return ([x], _, type) => {
    const out = allocate(type);
    const data = x!.data;
    for (let i = 0; i < out.length; i++) out[i] = f(data[i]!);
    return out;
  };
}

/** Offsets into an operand of `shape` for each element of `target`, null when they are the same. */
function offsets(shape: Shape, target: Shape): Int32Array | null {
  if (sizeOf(shape) === sizeOf(target)) return null;
  const lead = target.length - shape.length;
  const strides = new Array<number>(target.length).fill(0);
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i + lead] = shape[i] === 1 ? 0 : stride;
    stride *= shape[i]!;
  }
  return walk(target, strides, 0);
}

/** Source offset of each element of `shape` in row-major order under the given source strides. */
function walk(shape: Shape, strides: readonly number[], start: number): Int32Array {
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

function rowMajorStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = strides[i + 1]! * shape[i + 1]!;
  return strides;
}

function pair(
  f: (x: number, y: number) => number,
): (inputs: readonly HostArray[], attrs: unknown, type: TensorType) => NumericArray {
  return ([x, y], _, type) => {
    const out = allocate(type);
    const [a, b] = [x!.data, y!.data];
    const [i, j] = [offsets(x!.type.shape, type.shape), offsets(y!.type.shape, type.shape)];
    for (let k = 0; k < out.length; k++) out[k] = f(a[i === null ? k : i[k]!]!, b[j === null ? k : j[k]!]!);
    return out;
  };
}

function reduce(start: number, f: (sum: number, x: number) => number): Kernel<'sum'> & Kernel<'reduce_max'> {
  return ([x]: readonly HostArray[], { axes }: { readonly axes: readonly number[] }, type: TensorType) => {
    const shape = x!.type.shape;
    const own = rowMajorStrides(shape.map((n, i) => (axes.includes(i) ? 1 : n)));
    const target = walk(
      shape,
      own.map((s, i) => (axes.includes(i) ? 0 : s)),
      0,
    );
    const out = new Float64Array(sizeOf(type.shape)).fill(start);
    for (let i = 0; i < target.length; i++) out[target[i]!] = f(out[target[i]!]!, x!.data[i]!);
    return out;
  };
}

/** C = A B for one pair of matrices, with the row of B as the inner loop. */
const matmul: Kernel<'matmul'> = ([x, y], { transposeA, transposeB }, type) => {
  const [m, n] = [type.shape.at(-2)!, type.shape.at(-1)!];
  const k = x!.type.shape.at(transposeA ? -2 : -1)!;
  const out = new Float64Array(sizeOf(type.shape));
  const pairs = m * n === 0 ? 0 : out.length / (m * n);
  const [a, b] = [x!.data, y!.data];
  for (let p = 0; p < pairs; p++) {
    const [a0, b0, c0] = [p * m * k, p * k * n, p * m * n];
    for (let i = 0; i < m; i++) {
      for (let l = 0; l < k; l++) {
        const left = a[a0 + (transposeA ? l * m + i : i * k + l)]!;
        if (left === 0) continue;
        for (let j = 0; j < n; j++) out[c0 + i * n + j]! += left * b[b0 + (transposeB ? j * k + l : l * n + j)]!;
      }
    }
  }
  return out;
};

const logSoftmax: Kernel<'log_softmax'> = ([x], _, type) => {
  const n = type.shape.at(-1)!;
  const out = new Float64Array(sizeOf(type.shape));
  for (let row = 0; row < out.length; row += n) {
    let top = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < n; j++) top = Math.max(top, x!.data[row + j]!);
    let total = 0;
    for (let j = 0; j < n; j++) total += Math.exp(x!.data[row + j]! - top);
    for (let j = 0; j < n; j++) out[row + j] = x!.data[row + j]! - top - Math.log(total);
  }
  return out;
};

const select: Kernel<'select'> = ([condition, x, y], _, type) => {
  const out = allocate(type);
  const at = [condition!, x!, y!].map((v) => offsets(v.type.shape, type.shape));
  const read = (v: HostArray, which: number, k: number) => v.data[at[which] === null ? k : at[which]![k]!]!;
  for (let k = 0; k < out.length; k++) out[k] = read(condition!, 0, k) !== 0 ? read(x!, 1, k) : read(y!, 2, k);
  return out;
};

const oneHot: Kernel<'one_hot'> = ([x], { depth }, type) => {
  const out = new Float64Array(sizeOf(type.shape));
  x!.data.forEach((label, i) => {
    if (label >= 0 && label < depth) out[i * depth + label] = 1;
  });
  return out;
};

const concat: Kernel<'concat'> = (inputs, { axis }, type) => {
  const out = allocate(type);
  const inner = (shape: Shape) => sizeOf(shape.slice(axis));
  const outer = sizeOf(type.shape.slice(0, axis));
  let column = 0;
  for (const part of inputs) {
    const width = inner(part.type.shape);
    for (let i = 0; i < outer; i++)
      out.set(part.data.subarray(i * width, (i + 1) * width), i * inner(type.shape) + column);
    column += width;
  }
  return out;
};

function gathered(x: HostArray, type: TensorType, at: Int32Array): NumericArray {
  const out = allocate(type);
  for (let i = 0; i < out.length; i++) out[i] = x.data[at[i]!]!;
  return out;
}

const truth = (condition: boolean) => (condition ? 1 : 0);

export const kernels = {
  input: () => {
    throw new Error('inputs are bound, not computed');
  },
  constant: (_, { value }) => Float64Array.of(value),
  neg: map((x) => -x),
  abs: map(Math.abs),
  sign: map(Math.sign),
  exp: map(Math.exp),
  log: map(Math.log),
  log1p: map(Math.log1p),
  sqrt: map(Math.sqrt),
  square: map((x) => x * x),
  reciprocal: map((x) => 1 / x),
  sigmoid: map((x) => 1 / (1 + Math.exp(-x))),
  softplus: map((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  tanh: map(Math.tanh),
  relu: map((x) => Math.max(x, 0)),
  floor: map(Math.floor),
  lgamma: map(lgamma),
  digamma: map(digamma),
  add: pair((x, y) => x + y),
  sub: pair((x, y) => x - y),
  mul: pair((x, y) => x * y),
  div: pair((x, y) => x / y),
  pow: pair((x, y) => x ** y),
  max: pair(Math.max),
  min: pair(Math.min),
  greater: pair((x, y) => truth(x > y)),
  greater_equal: pair((x, y) => truth(x >= y)),
  less: pair((x, y) => truth(x < y)),
  less_equal: pair((x, y) => truth(x <= y)),
  equal: pair((x, y) => truth(x === y)),
  and: pair((x, y) => truth(x !== 0 && y !== 0)),
  or: pair((x, y) => truth(x !== 0 || y !== 0)),
  not: map((x) => truth(x === 0)),
  select,
  cast: (inputs, { dtype }, type) =>
    map(dtype === 'bool' ? (x) => truth(x !== 0) : dtype === 'i32' ? Math.trunc : (x) => x)(inputs, null, type),
  matmul,
  transpose: ([x], { perm }, type) => {
    const strides = rowMajorStrides(x!.type.shape);
    return gathered(
      x!,
      type,
      walk(
        type.shape,
        perm.map((p) => strides[p]!),
        0,
      ),
    );
  },
  reshape: ([x]) => x!.data,
  broadcast: ([x], _, type) => {
    const at = offsets(x!.type.shape, type.shape);
    return at === null ? x!.data : gathered(x!, type, at);
  },
  sum: reduce(0, (sum, x) => sum + x),
  reduce_max: reduce(Number.NEGATIVE_INFINITY, Math.max),
  log_softmax: logSoftmax,
  one_hot: oneHot,
  concat,
  slice: ([x], { begin }, type) => {
    const strides = rowMajorStrides(x!.type.shape);
    const start = begin.reduce((sum, n, i) => sum + n * strides[i]!, 0);
    return gathered(x!, type, walk(type.shape, strides, start));
  },
} satisfies { readonly [K in OpName]: Kernel<K> };
