/**
 * A step program: what an executor compiles. One graph that reads state, a batch, noise and scalars, and gives the new
 * state and some information. Names of graph inputs are `state/N`, `batch/N`, `noise/N`, `scalar/N`; of outputs `state/N`, `info/N`.
 * A state tensor without a `state/N` output stays as it is. A program without state outputs is a plain function (predictions, scores).
 */
import type { TensorType } from '../base/host-array.ts';
import type { Graph } from './ir.ts';
import { verifyProgram } from './verify.ts';

export interface StateSpec {
  readonly name: string;
  readonly type: TensorType;
  /** The site (`fc1.weight`) whose groups this tensor follows when groups are removed; null for none. Its last axes are the site's. */
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

/** What `stepProgram` takes; a list that is left out is empty. */
export interface StepProgramParts {
  readonly graph: Graph;
  readonly state?: readonly StateSpec[];
  readonly batch?: readonly InputSpec[];
  readonly noise?: readonly NoiseSpec[];
  readonly scalars?: readonly string[];
  readonly info?: readonly InputSpec[];
}

/** Makes a step program whose declarations fit its graph; throws when they do not, which is a bug of the caller. */
export function stepProgram(parts: StepProgramParts): StepProgram {
  const program: StepProgram = {
    kind: 'step-program',
    graph: parts.graph,
    state: parts.state ?? [],
    batch: parts.batch ?? [],
    noise: parts.noise ?? [],
    scalars: parts.scalars ?? [],
    info: parts.info ?? [],
  };
  verifyProgram(program);
  return program;
}
