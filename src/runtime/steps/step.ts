/** The contract of a kind of run step: it takes a state to a state, and says what came out. */
import type { Dataset } from '../../base/data.ts';
import { DiagnosticError, diagnostic } from '../../base/diagnostic.ts';
import type { HostValue } from '../../base/expr.ts';
import type { Key } from '../../base/keys.ts';
import { runStepKey } from '../../base/streams.ts';
import type { Executor } from '../../executors/executor.ts';
import type { PlanStep } from '../../language/check/checked.ts';
import type { Posterior } from '../../model/posterior.ts';
import type { Host } from '../host.ts';
import type { LatentSummary } from '../latent-summary.ts';
import type { ParamSummary } from '../param-summary.ts';
import type { RunRecord } from '../record.ts';
import type { Reporter } from '../reporter.ts';
import type { TrainingSnapshot } from '../training.ts';

/** What a step finds and leaves: the posterior, none before the first `infer`. */
export interface RunState {
  readonly posterior: Posterior | null;
}

export interface RunContext {
  readonly seed: number;
  readonly dataset: Dataset;
  readonly executor: Executor;
  readonly host: Host;
  readonly reporter: Reporter;
  readonly record: RunRecord;
  /** Figures of named steps by the words of the program: `full.error`, `full.error.se`. */
  readonly figures: ReadonlyMap<string, HostValue>;
  /** Training steps whose loss is recorded one by one, from the first on. */
  readonly logSteps: number;
  /** Where this step's training was left off, when the run goes on from a checkpoint. */
  readonly snapshot: TrainingSnapshot | null;
  readonly checkpoints: Checkpoints;
}

/** Keeps a training in progress so that it can go on after the process is gone. */
export interface Checkpoints {
  /** True when the last one is old enough. */
  due(): boolean;
  save(training: TrainingSnapshot): Promise<void>;
}

export const noCheckpoints: Checkpoints = { due: () => false, save: async () => undefined };

export interface Requirement {
  readonly text: string;
  readonly held: boolean;
  readonly found: Readonly<Record<string, HostValue>>;
}

/** One step's part of the result document. */
export interface StepResult {
  readonly step: PlanStep['kind'];
  readonly name: string | null;
  readonly text: string;
  readonly metrics: Readonly<Record<string, number>>;
  /** Standard errors of those metrics that have one. */
  readonly se: Readonly<Record<string, number>>;
  /** What else a reader wants to know of this kind of step; `files` that it wrote and `notes` are shown to everybody. */
  readonly details: Readonly<Record<string, HostValue>>;
  readonly requirement: Requirement | null;
  /** After an inference: its latents that are single numbers. */
  readonly latents: readonly LatentSummary[];
  /** After an inference: the `param`s of its model. */
  readonly params: readonly ParamSummary[];
}

export interface StepOutcome {
  readonly state: RunState;
  readonly result: StepResult;
  /** True when the user asked to stop before the step had done all of its work. */
  readonly cut?: true;
}

/** Thrown by a step that has nothing to show for the part that it did when the user asked to stop. */
export class Interrupted extends DiagnosticError {
  constructor(step: PlanStep) {
    super(diagnostic('BP9004', step.span, 'Stopped before this step was done.', { severity: 'note' }));
  }
}

export interface StepKind<S extends PlanStep> {
  readonly kind: S['kind'];
  run(step: S, state: RunState, context: RunContext): Promise<StepOutcome>;
}

/** All randomness of a step. */
export function stepKey(step: PlanStep, { seed }: RunContext): Key {
  return runStepKey(step.seed ?? seed, step.stream);
}

/** A result with what most kinds leave empty. */
export function resultOf(step: PlanStep, parts: Partial<Omit<StepResult, 'step' | 'name' | 'text'>>): StepResult {
  return {
    step: step.kind,
    name: step.name,
    text: step.text,
    metrics: {},
    se: {},
    details: {},
    requirement: null,
    latents: [],
    params: [],
    ...parts,
  };
}

/** The posterior that a step needs; the checker lets no program through that has none here. */
export function posteriorOf(state: RunState): Posterior {
  if (state.posterior === null) throw new Error('internal: a step before the first infer');
  return state.posterior;
}
