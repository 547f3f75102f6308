/** The contract of every executor: it owns memory, keeps state between steps, and runs step programs. */
import { invariant } from '../base/diagnostic.ts';
import type { FeedLoops } from '../base/feed-loops.ts';
import type { HostArray } from '../base/host-array.ts';
import type { StateSpec, StepProgram } from '../graph/program.ts';

/** Everything one step needs beside the state: arrays by input name without prefix, scalars by name. */
export interface Feed {
  readonly batch: Readonly<Record<string, HostArray>>;
  readonly noise: Readonly<Record<string, HostArray>>;
  readonly scalars: Readonly<Record<string, number>>;
}

export type Info = Readonly<Record<string, HostArray>>;

/** A program made ready in a session; opaque to callers. */
export interface Compiled {
  readonly program: StepProgram;
}

/** Feeds that a session has taken over and made ready to run. */
export interface Staged {
  readonly steps: number;
}

export interface Session {
  /** Verifies and prepares a program over (a subset of) this session's state. */
  compile(program: StepProgram): Promise<Compiled>;
  /** Sets state tensors; the rest keep their value. All start at zero. */
  write(values: Readonly<Record<string, HostArray>>): Promise<void>;
  /** Copies of state tensors; all when no names are given. */
  read(names?: readonly string[]): Promise<Readonly<Record<string, HostArray>>>;
  /**
   * Makes the feeds of `steps` steps ready while the session still runs others; each is read before the next is asked for, so
   * that one set of arrays serves them all. Null for a session that has nothing to make ready.
   */
  readonly stage: ((compiled: Compiled, steps: number, feedOf: (step: number) => Feed) => Staged) | null;
  /** Runs one step for each feed, in order; gives the info of each. What was staged is run once. */
  run(compiled: Compiled, feeds: readonly Feed[] | Staged): Promise<readonly Info[]>;
  dispose(): void;
}

/** How near to `reference` an executor must come, for values of size about 1. */
export interface Numerics {
  readonly forward: number;
  readonly gradient: number;
}

/** What an executor takes beside the arrays of a step, for forecasts. */
export interface ExecutorMemory {
  /** Bytes of a process that has it loaded and does nothing. */
  readonly base: number;
  /** How often the state is held at once: in the executor, in the copies that pass in and out, at the caller. */
  readonly states: number;
  /** What a step takes, relative to the values that are needed at the same time. */
  readonly step: number;
}

/** The feeds that a session without staging is given. */
export function feedsOf(feeds: readonly Feed[] | Staged): readonly Feed[] {
  invariant(Array.isArray(feeds), 'this session stages nothing');
  return feeds;
}

export interface Executor {
  readonly name: string;
  readonly doc: string;
  readonly numerics: Numerics;
  readonly memory: ExecutorMemory;
  /** Null when it can run here, else one sentence that says what is missing and how to get it. */
  unavailable(): Promise<string | null>;
  /** Begins, aside, what the first session will wait for; to be called as soon as it is known that there will be one. */
  warm?(): void;
  open(state: readonly StateSpec[]): Promise<Session>;
  /** Loops of its own for what steps are fed; asked for when a session is open. */
  feedLoops?(): Promise<FeedLoops>;
}
