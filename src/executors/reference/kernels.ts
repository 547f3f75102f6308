/** One plain kernel per op in float64: slow, honest, the yardstick of every other executor. */
import { sameShape, sizeOf, type TensorType } from '../../base/host-array.ts';
import { digamma, erf, lgamma, logNormalCdf, normalQuantile } from '../../base/special.ts';
import type { OpName } from '../../graph/ir.ts';
import { allocate, type Kernel, type Run } from './kernel.ts';
import { logSoftmax, matmul } from './products.ts';
import { broadcastOffsets, reductionOffsets, rowMajorStrides, walk } from './strides.ts';
import {
  avgPool,
  avgPoolGradient,
  conv2d,
  conv2dFilterGradient,
  conv2dInputGradient,
  maxPool,
  maxPoolGradient,
} from './windows.ts';

type Prepare = (attrs: unknown, type: TensorType, inputs: readonly TensorType[]) => Run;

function map(f: (x: number) => number): Prepare {
  return (_, type) =>
    ([x]) => {
      const out = allocate(type);
      for (let i = 0; i < out.length; i++) out[i] = f(x![i]!);
      return out;
    };
}

function pair(f: (x: number, y: number) => number): Prepare {
  return (_, type, [x, y]) => {
    if (sameShape(x!.shape, y!.shape)) {
      return ([a, b]) => {
        const out = allocate(type);
        for (let i = 0; i < out.length; i++) out[i] = f(a![i]!, b![i]!);
        return out;
      };
    }
    const [p, q] = [broadcastOffsets(x!.shape, type.shape), broadcastOffsets(y!.shape, type.shape)];
    return ([a, b]) => {
      const out = allocate(type);
      for (let i = 0; i < out.length; i++) out[i] = f(a![p[i]!]!, b![q[i]!]!);
      return out;
    };
  };
}

function reduce(start: number, f: (total: number, x: number) => number): Kernel<'sum'> & Kernel<'reduce_max'> {
  return ({ axes }: { readonly axes: readonly number[] }, type: TensorType, [x]: readonly TensorType[]) => {
    const target = reductionOffsets(x!.shape, axes);
    return ([data]) => {
      const out = new Float64Array(sizeOf(type.shape)).fill(start);
      for (let i = 0; i < target.length; i++) out[target[i]!] = f(out[target[i]!]!, data![i]!);
      return out;
    };
  };
}

/** Each element of the result is one element of the operand. */
function gather(type: TensorType, from: Int32Array): Run {
  return ([x]) => {
    const out = allocate(type);
    for (let i = 0; i < out.length; i++) out[i] = x![from[i]!]!;
    return out;
  };
}

const select: Kernel<'select'> = (_, type, inputs) => {
  const [p, q, r] = inputs.map((t) => broadcastOffsets(t.shape, type.shape));
  return ([condition, x, y]) => {
    const out = allocate(type);
    for (let i = 0; i < out.length; i++) out[i] = condition![p![i]!] !== 0 ? x![q![i]!]! : y![r![i]!]!;
    return out;
  };
};

/** An index outside 0 .. depth - 1 gives a row of zeros. */
const oneHot: Kernel<'one_hot'> =
  ({ depth }, type) =>
  ([x]) => {
    const out = new Float64Array(sizeOf(type.shape));
    x!.forEach((label, i) => {
      if (label >= 0 && label < depth) out[i * depth + label] = 1;
    });
    return out;
  };

const concat: Kernel<'concat'> = ({ axis }, type, inputs) => {
  const widths = inputs.map((t) => sizeOf(t.shape.slice(axis)));
  const width = sizeOf(type.shape.slice(axis));
  const rows = sizeOf(type.shape.slice(0, axis));
  return (parts) => {
    const out = allocate(type);
    let column = 0;
    parts.forEach((part, p) => {
      const w = widths[p]!;
      for (let row = 0; row < rows; row++) out.set(part.subarray(row * w, (row + 1) * w), row * width + column);
      column += w;
    });
    return out;
  };
};

const transpose: Kernel<'transpose'> = ({ perm }, type, [x]) => {
  const own = rowMajorStrides(x!.shape);
  return gather(
    type,
    walk(
      type.shape,
      perm.map((p) => own[p]!),
    ),
  );
};

const slice: Kernel<'slice'> = ({ begin }, type, [x]) => {
  const own = rowMajorStrides(x!.shape);
  const start = begin.reduce((sum, n, i) => sum + n * own[i]!, 0);
  return gather(type, walk(type.shape, own, start));
};

const cast: Kernel<'cast'> = ({ dtype }, type, inputs) => {
  const convert = { f32: (x: number) => x, i32: Math.trunc, bool: (x: number) => truth(x !== 0) }[dtype];
  return map(convert)(null, type, inputs);
};

const truth = (condition: boolean) => (condition ? 1 : 0);

export const kernels = {
  input: () => {
    throw new Error('inputs are bound, not computed');
  },
  constant: ({ value }) => {
    const number = Float64Array.of(value);
    return () => number;
  },
  neg: map((x) => -x),
  abs: map(Math.abs),
  sign: map(Math.sign),
  exp: map(Math.exp),
  log: map(Math.log),
  log1p: map(Math.log1p),
  sqrt: map(Math.sqrt),
  square: map((x) => x * x),
  reciprocal: map((x) => 1 / x),
  sigmoid: map((x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)))),
  softplus: map((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  sin: map(Math.sin),
  cos: map(Math.cos),
  tanh: map(Math.tanh),
  relu: map((x) => Math.max(x, 0)),
  step: map((x) => truth(x > 0)),
  floor: map(Math.floor),
  lgamma: map(lgamma),
  digamma: map(digamma),
  expm1: map(Math.expm1),
  erf: map(erf),
  log_normal_cdf: map(logNormalCdf),
  normal_quantile: map(normalQuantile),
  add: pair((x, y) => x + y),
  sub: pair((x, y) => x - y),
  mul: pair((x, y) => x * y),
  div: pair((x, y) => x / y),
  pow: pair((x, y) => x ** y),
  max: pair((x, y) => Math.max(x, y)),
  min: pair((x, y) => Math.min(x, y)),
  greater: pair((x, y) => truth(x > y)),
  greater_equal: pair((x, y) => truth(x >= y)),
  less: pair((x, y) => truth(x < y)),
  less_equal: pair((x, y) => truth(x <= y)),
  equal: pair((x, y) => truth(x === y)),
  and: pair((x, y) => truth(x !== 0 && y !== 0)),
  or: pair((x, y) => truth(x !== 0 || y !== 0)),
  not: map((x) => truth(x === 0)),
  select,
  cast,
  matmul,
  transpose,
  reshape:
    () =>
    ([x]) =>
      x!,
  broadcast: (_, type, [x]) => gather(type, broadcastOffsets(x!.shape, type.shape)),
  sum: reduce(0, (total, x) => total + x),
  reduce_max: reduce(Number.NEGATIVE_INFINITY, (top, x) => Math.max(top, x)),
  log_softmax: logSoftmax,
  one_hot: oneHot,
  concat,
  slice,
  conv2d,
  conv2d_input_gradient: conv2dInputGradient,
  conv2d_filter_gradient: conv2dFilterGradient,
  max_pool: maxPool,
  max_pool_gradient: maxPoolGradient,
  avg_pool: avgPool,
  avg_pool_gradient: avgPoolGradient,
} satisfies { readonly [K in OpName]: Kernel<K> };
