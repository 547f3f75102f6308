/** The contract of an engine: from a density and a guide to step programs. Engines never see a tensor, a file or a backend. */
import type { EngineSignature, OptionValues } from '../base/catalogue.ts';
import type { Expr } from '../base/expr.ts';
import type { HostArray } from '../base/host-array.ts';
import type { Key } from '../base/keys.ts';
import type { StateSpec, StepProgram } from '../graph/program.ts';
import type { CheckedGuideSite, CheckedOptimizer, PlanMove } from '../language/check/checked.ts';
import type { Density } from '../model/density.ts';
import type { Posterior } from '../model/posterior.ts';
import type { Course, Timetable } from './course.ts';

export interface EngineRequest {
  readonly density: Density;
  readonly guide: readonly CheckedGuideSite[];
  readonly optimizer: CheckedOptimizer;
  /** By site path, those of sites that do not follow `optimizer`; left out where all do. */
  readonly optimizers?: Readonly<Record<string, CheckedOptimizer>>;
  readonly estimator: string;
  readonly options: OptionValues;
  readonly schedules: Readonly<Record<string, Expr>>;
  /** Elements that may not come back, by site path; 1 = kept. Sites that are not named are whole. */
  readonly masks: ReadonlyMap<string, Uint8Array>;
  /** What rules set and kernels draw between two steps; left out where there is nothing. */
  readonly moves?: readonly PlanMove[];
  /** How long the training is. */
  readonly course: Course;
}

export type StateArrays = Readonly<Record<string, HostArray>>;

export interface StepOptions {
  /** False: info holds `nll` alone; the values of KL and loss, which cost as much as their gradient, are not computed. */
  readonly values: boolean;
}

/** A program that changes the state after `due` numbers of steps; its noise is that of the step before it, at paths of its own. */
export interface StateMove {
  readonly due: (done: number) => boolean;
  readonly program: StepProgram;
}

/** A program without state outputs that is run over all training rows; its info is what a batch says of the whole data set. */
export interface Pass {
  /** The info at a state, averaged over the batches, each by its rows, in double precision. */
  average(state: StateArrays): Promise<Readonly<Record<string, Float64Array>>>;
  dispose(): void;
}

export interface PassOptions {
  /** Rows of a batch; a short last one is another program. */
  readonly rows: number;
  /** In double precision, which is slow: for small models. */
  readonly exact: boolean;
}

/** Opens a pass; a program that reads no batch is run once. */
export type OpenPass = (program: (rows: number) => StepProgram, options: PassOptions) => Promise<Pass>;

export interface EngineProgram {
  readonly kind: 'engine-program';
  readonly state: readonly StateSpec[];
  /** Start values, drawn from `key` by site (adding a layer changes no other), or carried over from an earlier posterior. */
  initial(key: Key, from: Posterior | null): StateArrays;
  /** The step for a batch of `rows`; a short last batch is another program over the same state. Info holds `loss`, `nll`, `kl`
   *  (scalars, natural logs, for the whole data set: `loss = nll + kl_weight * kl`), unless `values` is false. */
  step(rows: number, options?: StepOptions): StepProgram;
  /** What is done between two steps, where `due` says so of the number of steps that are done: a program over the same state, without batch, noise and scalars. */
  readonly collect?: { readonly due: (done: number) => boolean; readonly program: StepProgram };
  /** Latents that kernels draw between two steps, one move after the other: programs over the same state, without batch and scalars. */
  readonly moves?: readonly StateMove[];
  /** Scalars that the steps read, of `epoch` and `step`, evaluated by runtime before each step: closed expressions, or functions of the engine's own. */
  readonly scalars: Readonly<Record<string, Expr | Timetable>>;
  /** The state tensor that holds the values of a site: means, particles, chains. */
  valueName(site: string): string;
  /** The posterior at a state, whose masks it has. */
  posterior(state: StateArrays): Posterior;
  /** The posterior at the last state, where it takes further passes over the training rows: curvatures, statistics of layers. */
  readonly finish?: (state: StateArrays, open: OpenPass) => Promise<Posterior>;
}

/** What the loss of an engine is, for the guarantee report. */
export interface Objective {
  /** In words, with the equation. */
  readonly doc: string;
  /** For an engine whose loss is no bound on the log evidence, whatever the program says: what it is instead. */
  readonly instead: string | null;
  /** The schedules that multiply every divergence; a bound has them at 1. */
  readonly weights: readonly string[];
}

export interface Engine extends EngineSignature {
  readonly objective: Objective;
  build(request: EngineRequest): EngineProgram;
}
