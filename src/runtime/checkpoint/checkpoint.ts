/**
 * Where a run stands: everything that the rest of it depends on, in no executor's own form, so that a run begun on one
 * backend can go on with another.
 */
import type { HostValue } from '../../base/expr.ts';
import type { TableLengths } from '../record.ts';
import type { RunState, StepResult } from '../steps/step.ts';
import type { TrainingSnapshot } from '../training.ts';

/** What the run was asked to do, as in `run.json`. */
export interface About {
  readonly run: string;
  /** Absolute path of the program when the run began: relative paths of data are relative to it. */
  readonly program: string;
  readonly program_sha256: string;
  readonly data: string;
  readonly data_sha256: string;
  readonly data_warnings: readonly { readonly code: string; readonly message: string }[];
  readonly seed: number;
  readonly settings: Readonly<Record<string, string>>;
  readonly backend: string;
  readonly backend_reason: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly argv: readonly string[];
  readonly started: string;
  readonly log_steps: number;
}

/** Which steps are behind, and what they left. */
export interface Progress {
  readonly state: RunState;
  /** By the index of the step that left them: those that a step to come starts from. */
  readonly states: ReadonlyMap<number, RunState>;
  readonly figures: ReadonlyMap<string, HostValue>;
  /** One for each step that is done. */
  readonly results: readonly StepResult[];
}

export interface Checkpoint {
  readonly about: About;
  readonly progress: Progress;
  /** The training of the next step, where it had begun. */
  readonly training: TrainingSnapshot | null;
  /** Of the tables of the run: lines behind them are of steps that will be done again. */
  readonly lengths: TableLengths;
}
