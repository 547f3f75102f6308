/**
 * A step program: what an executor compiles. One graph that reads state, a batch, noise and scalars, and gives the new
 * state and some information. Names of graph inputs are `state/N`, `batch/N`, `noise/N`, `scalar/N`; of outputs `state/N`, `info/N`.
 * A state tensor without a `state/N` output stays as it is. A program without state outputs is a plain function (predictions, scores).
 */
import type { TensorType } from '../base/host-array.ts';
import type { Graph } from './ir.ts';

export interface StateSpec {
  readonly name: string;
  readonly type: TensorType;
  /** The site (`fc1.weight`) whose groups this tensor follows when groups are removed; null for none. */
  readonly follows: string | null;
}

export interface InputSpec {
  readonly name: string;
  readonly type: TensorType;
}

export type NoiseKind = 'normal' | 'uniform';

/** Filled by `runtime/feed` from the key at `path` below the run step's key and the step number. */
export interface NoiseSpec {
  readonly name: string;
  readonly path: readonly string[];
  readonly kind: NoiseKind;
  readonly type: TensorType;
}

export interface StepProgram {
  readonly kind: 'step-program';
  readonly graph: Graph;
  readonly state: readonly StateSpec[];
  readonly batch: readonly InputSpec[];
  readonly noise: readonly NoiseSpec[];
  /** Names of scalar `f32` inputs. */
  readonly scalars: readonly string[];
  readonly info: readonly InputSpec[];
}
