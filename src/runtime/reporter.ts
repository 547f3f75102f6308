/** What a run tells while it goes on. The command line has a bar, plain lines and silence; the REPL has its own. */
import type { Diagnostic } from '../base/diagnostic.ts';

export interface TrainingProgress {
  /** Completed steps, of all. */
  readonly step: number;
  readonly steps: number;
  readonly stepsPerEpoch: number;
  /** Of the last step, for each training row. */
  readonly nll: number;
  /** Since this training was opened, perhaps to go on from a checkpoint. */
  readonly secondsSoFar: number;
  /** By the steps that were done since then. */
  readonly secondsPerStep: number;
}

/** At the end of an epoch: means for each training row where it says so. */
export interface EpochSummary {
  readonly epoch: number;
  /** Mean negative log likelihood of a training row, over the rows of the epoch's steps. */
  readonly nll: number;
  /** KL(guide || prior) at the last step, for the whole model; null where the engine has none to show. */
  readonly kl: number | null;
  /** The objective at the last step, for the whole data set. */
  readonly loss: number | null;
  readonly progress: TrainingProgress;
}

export interface Reporter {
  /** What is odd about the data, before the first step. */
  warned(warnings: readonly Diagnostic[]): void;
  stepStarted(index: number, count: number, text: string): void;
  /** The first program of a training takes its time to be made ready. */
  compiling(backend: string): void;
  trained(progress: TrainingProgress): void;
  epochDone(summary: EpochSummary): void;
  evaluated(draw: number, draws: number): void;
  /** Also behind a step that failed or was interrupted: nothing of a bar may be left on the terminal. */
  stepDone(): void;
}

export const silentReporter: Reporter = {
  warned: () => undefined,
  stepStarted: () => undefined,
  compiling: () => undefined,
  trained: () => undefined,
  epochDone: () => undefined,
  evaluated: () => undefined,
  stepDone: () => undefined,
};
