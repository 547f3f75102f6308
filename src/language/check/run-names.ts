/** Names inside a run: steps, tables of jobs, and the states and figures behind them. */
import type { Expr } from '../../base/expr.ts';
import type { Identifier } from '../syntax/ast.ts';
import type { CheckedGuideSite, MetricRequest, PlanInfer } from './checked.ts';
import type { ModelInstance } from './model.ts';

/** What a step leaves for the next one, as far as it is known before the run. */
export interface RunState {
  readonly model: ModelInstance;
  /** The same without the `param`s of its guide, for an inference that goes on from here with a guide of its own. */
  readonly withoutGuide: ModelInstance;
  /** Null where the inference was wrong: spread and families are then not known. */
  readonly guide: readonly CheckedGuideSite[] | null;
  /** Draws that the posterior consists of; null where it is drawn from without end, or not known. */
  readonly draws: number | null;
  /** Null where it was wrong. */
  readonly inference: PlanInfer | null;
}

export interface NamedStep {
  readonly kind: 'step';
  /** Its place in the plan, under which the runtime keeps its state. */
  readonly index: number;
  /** Null where there is none yet, or it is not known. */
  readonly state: RunState | null;
  /** The name in the plan under which the runtime keeps its figures: `path[2].rounded`. */
  readonly label: string;
  /** Null for an evaluation that was wrong, undefined for a step that measures nothing. */
  readonly metrics: readonly MetricRequest[] | null | undefined;
}

/** One turn of a `repeat`, `for` or `sweep`. */
export interface Job {
  /** The values of the loop's variables. */
  readonly variables: ReadonlyMap<string, Expr>;
  readonly names: RunNames;
  /** The last evaluation of the body. */
  readonly last: NamedStep | null;
}

export interface Table {
  readonly kind: 'table';
  readonly jobs: readonly Job[];
  /** False when the jobs could not all be worked out. */
  readonly whole: boolean;
}

/** A value that was given a name, closed. */
export interface NamedValue {
  readonly kind: 'value';
  /** False where it depends on figures of the run. */
  readonly known: boolean;
  readonly value: Expr;
}

export type RunEntry = NamedStep | Table | NamedValue;

/** The state before the first step. */
export const INIT = 'init';

/** A space of names; those of the bodies around it are seen too. */
export class RunNames {
  private readonly around: RunNames | null;
  private readonly entries = new Map<string, RunEntry>();
  private readonly written = new Map<string, Identifier>();

  constructor(around: RunNames | null) {
    this.around = around;
    if (around === null)
      this.entries.set(INIT, { kind: 'step', index: 0, state: null, label: INIT, metrics: undefined });
  }

  define(name: string, entry: RunEntry): void {
    this.entries.set(name, entry);
  }

  /** The earlier place where this body gives the same name to another step. */
  claim(name: Identifier): Identifier | null {
    const earlier = this.written.get(name.name);
    if (earlier === undefined) this.written.set(name.name, name);
    return earlier === undefined || earlier.span.start === name.span.start ? null : earlier;
  }

  /** True for a name that a step has, also one that went wrong. */
  isWritten(name: string): boolean {
    return this.written.has(name) || this.around?.isWritten(name) === true;
  }

  find(name: string): RunEntry | undefined {
    return this.entries.get(name) ?? this.around?.find(name);
  }

  own(name: string): RunEntry | undefined {
    return name === INIT ? undefined : this.entries.get(name);
  }

  /** All values with a name that can be seen here and are known before the run. */
  values(): ReadonlyMap<string, Expr> {
    const own = [...this.entries].flatMap(([name, entry]) =>
      entry.kind === 'value' && entry.known ? [[name, entry.value] as const] : [],
    );
    return new Map([...(this.around?.values() ?? []), ...own]);
  }

  /** Names of entries that a test accepts, the nearest first. */
  known(test: (entry: RunEntry) => boolean): readonly string[] {
    const own = [...this.entries].filter(([name, entry]) => name !== INIT && test(entry)).map(([name]) => name);
    return [...own, ...(this.around?.known(test) ?? [])];
  }
}
