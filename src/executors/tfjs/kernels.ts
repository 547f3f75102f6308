/**
 * How each op is spelled in tfjs kernels. A lowering gets its inputs and a `run` that calls one kernel of the backend;
 * whatever it makes on the way it frees itself. Rules of thumb (measured on wasm): a transposed matmul is ten times slower than
 * an explicit transpose before a plain one, and the cost of a kernel call is 5-20 us whatever it does.
 */
import { sameShape, type TensorType } from '../../base/host-array.ts';
import type { OpAttrs, OpName } from '../../graph/ir.ts';
import type { Backend, TensorInfo } from './load.ts';
import { windowLowerings } from './windows.ts';

export interface Kit {
  readonly backend: Backend;
  run(kernel: string, inputs: Readonly<Record<string, TensorInfo>> | readonly TensorInfo[], attrs?: object): TensorInfo;
  free(tensor: TensorInfo): void;
  scalar(value: number): TensorInfo;
}

export type Lowering<K extends OpName> = (
  kit: Kit,
  inputs: readonly TensorInfo[],
  attrs: OpAttrs[K],
  type: TensorType,
) => TensorInfo;

/** Ops that `legalize` spells with others before, and ops that are bound and never run. */
const ABSENT = null;

const dtypes = { f32: 'float32', i32: 'int32', bool: 'bool' } as const;

function unary(kernel: string, attrs: object = {}) {
  return (kit: Kit, [x]: readonly TensorInfo[]): TensorInfo => kit.run(kernel, { x: x! }, attrs);
}

function binary(kernel: string) {
  return (kit: Kit, [a, b]: readonly TensorInfo[]): TensorInfo => kit.run(kernel, { a: a!, b: b! });
}

/** Runs `body` and frees at its end what passed through the given `keep`. */
export function chain(kit: Kit, body: (keep: (made: TensorInfo) => TensorInfo) => TensorInfo): TensorInfo {
  const made: TensorInfo[] = [];
  const out = body((tensor) => {
    made.push(tensor);
    return tensor;
  });
  for (const tensor of made) kit.free(tensor);
  return out;
}

/** The last two axes change places. */
export function swapLast(kit: Kit, x: TensorInfo): TensorInfo {
  const rank = x.shape.length;
  const perm = x.shape.map((_, i) => (i === rank - 1 ? rank - 2 : i === rank - 2 ? rank - 1 : i));
  return kit.run('Transpose', { x }, { perm });
}

const matmul: Lowering<'matmul'> = (kit, [x, y], { transposeA, transposeB }) => {
  const a = transposeA ? swapLast(kit, x!) : x!;
  const b = transposeB ? swapLast(kit, y!) : y!;
  const out = kit.run('BatchMatMul', { a, b }, { transposeA: false, transposeB: false });
  if (transposeA) kit.free(a);
  if (transposeB) kit.free(b);
  return out;
};

/** Stretches by adding zeros: the Tile kernel of wasm takes 60 ns an element. */
export function stretch(kit: Kit, x: TensorInfo, shape: readonly number[]): TensorInfo {
  if (x.dtype !== 'float32') return tile(kit, x, shape);
  const zeros = kit.run('Fill', {}, { shape: [...shape], value: 0, dtype: 'float32' });
  const out = kit.run('Add', { a: zeros, b: x });
  kit.free(zeros);
  return out;
}

function tile(kit: Kit, x: TensorInfo, shape: readonly number[]): TensorInfo {
  const lead = shape.length - x.shape.length;
  const padded = [...new Array<number>(lead).fill(1), ...x.shape];
  const aligned = kit.run('Reshape', { x }, { shape: padded });
  const out = kit.run('Tile', { x: aligned }, { reps: shape.map((n, i) => (padded[i] === n ? 1 : n)) });
  kit.free(aligned);
  return out;
}

/** The Select kernel does not broadcast. */
const select: Lowering<'select'> = (kit, [condition, t, e], _, type) => {
  const parts = [condition!, t!, e!].map((x) => (sameShape(x.shape, type.shape) ? x : stretch(kit, x, type.shape)));
  const out = kit.run('Select', { condition: parts[0]!, t: parts[1]!, e: parts[2]! });
  parts.forEach((part, i) => {
    if (part !== [condition!, t!, e!][i]) kit.free(part);
  });
  return out;
};

/** The wasm kernel writes whole numbers whatever type it is asked for. */
const oneHot: Lowering<'one_hot'> = (kit, [x], { depth }) => {
  const whole = kit.run('OneHot', { indices: x! }, { depth, onValue: 1, offValue: 0, dtype: 'int32' });
  const out = kit.run('Cast', { x: whole }, { dtype: 'float32' });
  kit.free(whole);
  return out;
};

export const lowerings = {
  input: ABSENT,
  constant: ABSENT,
  neg: unary('Neg'),
  abs: unary('Abs'),
  sign: unary('Sign'),
  exp: unary('Exp'),
  log: unary('Log'),
  log1p: unary('Log1p'),
  sqrt: unary('Sqrt'),
  square: (kit, [x]) => kit.run('Multiply', { a: x!, b: x! }),
  reciprocal: (kit, [x]) => kit.run('RealDiv', { a: kit.scalar(1), b: x! }),
  sigmoid: unary('Sigmoid'),
  softplus: unary('Softplus'),
  sin: unary('Sin'),
  cos: unary('Cos'),
  tanh: unary('Tanh'),
  relu: unary('Relu'),
  step: unary('Step', { alpha: 0 }),
  floor: unary('Floor'),
  lgamma: ABSENT,
  digamma: ABSENT,
  expm1: ABSENT,
  erf: unary('Erf'),
  log_normal_cdf: ABSENT,
  normal_quantile: ABSENT,
  add: binary('Add'),
  sub: binary('Sub'),
  mul: binary('Multiply'),
  div: binary('RealDiv'),
  pow: binary('Pow'),
  max: binary('Maximum'),
  min: binary('Minimum'),
  greater: binary('Greater'),
  greater_equal: binary('GreaterEqual'),
  less: binary('Less'),
  less_equal: binary('LessEqual'),
  equal: binary('Equal'),
  and: binary('LogicalAnd'),
  or: binary('LogicalOr'),
  not: unary('LogicalNot'),
  select,
  cast: (kit, [x], { dtype }) => kit.run('Cast', { x: x! }, { dtype: dtypes[dtype] }),
  matmul,
  transpose: (kit, [x], { perm }) => kit.run('Transpose', { x: x! }, { perm: [...perm] }),
  reshape: (kit, [x], { shape }) => kit.run('Reshape', { x: x! }, { shape: [...shape] }),
  broadcast: (kit, [x], { shape }) => stretch(kit, x!, shape),
  sum: (kit, [x], { axes, keep }) => kit.run('Sum', { x: x! }, { axis: [...axes], keepDims: keep }),
  reduce_max: (kit, [x], { axes, keep }) =>
    kit.run('Max', { x: x! }, { axis: [...axes], reductionIndices: [...axes], keepDims: keep }),
  log_softmax: ABSENT,
  one_hot: oneHot,
  concat: (kit, parts, { axis }) => kit.run('Concat', parts, { axis }),
  slice: (kit, [x], { begin, size }) => kit.run('Slice', { x: x! }, { begin: [...begin], size: [...size] }),
  ...windowLowerings,
} satisfies { readonly [K in OpName]: Lowering<K> | typeof ABSENT };
