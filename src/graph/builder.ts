/** Builds graphs: every call adds a value (or finds the equal one that is there already) and returns its handle. */
import type { DType, Shape, TensorType } from '../base/host-array.ts';
import type { Span } from '../base/span.ts';
import type { Graph } from './ir.ts';

/** A handle of a value in the builder that made it. */
export interface Ref {
  readonly id: number;
  readonly type: TensorType;
}

/** A number stands for a scalar constant. */
export type Operand = Ref | number;

/** Shapes are inferred and checked at each call; a mismatch is a bug of the caller and throws. */
export interface GraphBuilder {
  input(name: string, type: TensorType): Ref;
  constant(value: number): Ref;
  /** A constant broadcast to a shape. */
  full(shape: Shape, value: number): Ref;

  neg(x: Operand): Ref;
  abs(x: Operand): Ref;
  sign(x: Operand): Ref;
  exp(x: Operand): Ref;
  log(x: Operand): Ref;
  log1p(x: Operand): Ref;
  sqrt(x: Operand): Ref;
  square(x: Operand): Ref;
  reciprocal(x: Operand): Ref;
  sigmoid(x: Operand): Ref;
  softplus(x: Operand): Ref;
  tanh(x: Operand): Ref;
  relu(x: Operand): Ref;
  floor(x: Operand): Ref;
  lgamma(x: Operand): Ref;
  digamma(x: Operand): Ref;

  add(a: Operand, b: Operand): Ref;
  sub(a: Operand, b: Operand): Ref;
  mul(a: Operand, b: Operand): Ref;
  div(a: Operand, b: Operand): Ref;
  pow(a: Operand, b: Operand): Ref;
  max(a: Operand, b: Operand): Ref;
  min(a: Operand, b: Operand): Ref;
  clamp(x: Operand, low: number, high: number): Ref;

  greater(a: Operand, b: Operand): Ref;
  greaterEqual(a: Operand, b: Operand): Ref;
  less(a: Operand, b: Operand): Ref;
  lessEqual(a: Operand, b: Operand): Ref;
  equal(a: Operand, b: Operand): Ref;
  and(a: Ref, b: Ref): Ref;
  or(a: Ref, b: Ref): Ref;
  not(a: Ref): Ref;
  select(condition: Ref, a: Operand, b: Operand): Ref;
  cast(x: Ref, dtype: DType): Ref;

  matmul(a: Ref, b: Ref, options?: { readonly transposeA?: boolean; readonly transposeB?: boolean }): Ref;
  transpose(x: Ref, perm?: readonly number[]): Ref;
  reshape(x: Ref, shape: Shape): Ref;
  broadcast(x: Ref, shape: Shape): Ref;
  /** All axes when none are named. */
  sum(x: Ref, axes?: readonly number[], keep?: boolean): Ref;
  mean(x: Ref, axes?: readonly number[], keep?: boolean): Ref;
  reduceMax(x: Ref, axes?: readonly number[], keep?: boolean): Ref;
  /** log sum exp over one axis, stable. */
  logSumExp(x: Ref, axis: number, keep?: boolean): Ref;
  logSoftmax(x: Ref): Ref;
  oneHot(indices: Ref, depth: number): Ref;
  concat(parts: readonly Ref[], axis: number): Ref;
  slice(x: Ref, begin: readonly number[], size: readonly number[]): Ref;

  /** Gives a value the words and the place by which a person knows it (NaN reports use them); returns it. */
  label(x: Ref, label: string, origin?: Span | null): Ref;
  /** Values made inside `body` come from `origin`. */
  at<T>(origin: Span | null, body: () => T): T;
  output(name: string, x: Ref): void;
  finish(): Graph;
}
