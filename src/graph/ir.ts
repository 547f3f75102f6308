/**
 * The graph: a flat, immutable list of values in topological order with static types. It knows no priors, layers,
 * tensors or files. A value's `inputs` are indices of earlier values. Build it with `builder.ts`, look at it with `print.ts`.
 */
import type { DType, Shape, TensorType } from '../base/host-array.ts';
import type { Span } from '../base/span.ts';

/** What each op carries beside its inputs. An op that is not named here does not exist. */
export interface OpAttrs {
  /** A named input of the graph. */
  input: { readonly name: string };
  /** One number, broadcast where needed; the value's own shape is always scalar. */
  constant: { readonly value: number };

  neg: Empty;
  abs: Empty;
  sign: Empty;
  exp: Empty;
  log: Empty;
  log1p: Empty;
  sqrt: Empty;
  square: Empty;
  reciprocal: Empty;
  sigmoid: Empty;
  softplus: Empty;
  /** Of radians. */
  sin: Empty;
  cos: Empty;
  tanh: Empty;
  relu: Empty;
  /** 1 where x > 0, else 0: the slope of relu. */
  step: Empty;
  floor: Empty;
  /** Special functions that densities and draws need. */
  lgamma: Empty;
  digamma: Empty;
  /** e^x - 1, exact near 0. */
  expm1: Empty;
  erf: Empty;
  /** log Phi(x) of the standard normal distribution function, and Phi^{-1}(p). */
  log_normal_cdf: Empty;
  normal_quantile: Empty;

  /** Elementwise with NumPy broadcasting. */
  add: Empty;
  sub: Empty;
  mul: Empty;
  div: Empty;
  pow: Empty;
  max: Empty;
  min: Empty;

  /** Comparisons and logic give `bool`. */
  greater: Empty;
  greater_equal: Empty;
  less: Empty;
  less_equal: Empty;
  equal: Empty;
  and: Empty;
  or: Empty;
  not: Empty;
  /** `select(condition, a, b)`, broadcasting. */
  select: Empty;
  cast: { readonly dtype: DType };

  /** `[..., m, k] x [..., k, n]`; the flags transpose the last two axes first. Rank >= 2, equal leading axes. */
  matmul: { readonly transposeA: boolean; readonly transposeB: boolean };

  transpose: { readonly perm: readonly number[] };
  reshape: { readonly shape: Shape };
  broadcast: { readonly shape: Shape };
  /** Reductions drop the axes unless `keep`. Axes are non-negative and ascending. */
  sum: { readonly axes: readonly number[]; readonly keep: boolean };
  reduce_max: { readonly axes: readonly number[]; readonly keep: boolean };
  /** Over the last axis. */
  log_softmax: Empty;
  /** `i32` indices to `f32` rows of zeros and a one: shape grows by `[depth]`. */
  one_hot: { readonly depth: number };
  concat: { readonly axis: number };
  slice: { readonly begin: readonly number[]; readonly size: readonly number[] };

  /** Images are `[N, H, W, C]`, filters `[kh, kw, C / groups, K]`, always; an executor may lay them out as it likes. */
  conv2d: Convolution;
  /** Of (grad, w); `shape` is the image's. */
  conv2d_input_gradient: Convolution & { readonly shape: Shape };
  /** Of (x, grad); `shape` is the filters'. */
  conv2d_filter_gradient: Convolution & { readonly shape: Shape };
  max_pool: Pooling;
  /** Of (x, y, grad) with y = max_pool(x). */
  max_pool_gradient: Pooling;
  avg_pool: Pooling;
  /** Of (grad); `shape` is the image's. */
  avg_pool_gradient: Pooling & { readonly shape: Shape };
}

/** Before and after, for the rows and for the columns. */
export type Padding = readonly [readonly [number, number], readonly [number, number]];

/** How far a window moves, rows then columns, and how much stands around the image. */
export interface Sliding {
  readonly strides: readonly [number, number];
  readonly padding: Padding;
}

export interface Convolution extends Sliding {
  /** Channels and filters fall into this many parts that do not see each other. */
  readonly groups: number;
}

export interface Pooling extends Sliding {
  readonly window: readonly [number, number];
}

export type Empty = Readonly<Record<never, never>>;
export type OpName = keyof OpAttrs;

export interface Value {
  readonly op: OpName;
  readonly inputs: readonly number[];
  readonly attrs: OpAttrs[OpName];
  readonly type: TensorType;
  /** The words of the program for what this is (`log likelihood of y`, `fc1.weight.mean`); null for helpers. */
  readonly label: string | null;
  /** The place in the program that this value comes from. */
  readonly origin: Span | null;
}

export interface Graph {
  readonly kind: 'graph';
  readonly values: readonly Value[];
  /** Name of each input -> index of its value. */
  readonly inputs: ReadonlyMap<string, number>;
  /** Outputs in their declared order. */
  readonly outputs: ReadonlyMap<string, number>;
}
