/** The contract of a command: it sees the session, says what it has to say, and returns what went wrong. */
import { type Diagnostic, DiagnosticError, diagnostic } from '../../../base/diagnostic.ts';
import type { Named } from '../../../base/registry.ts';
import type { Source, Span } from '../../../base/span.ts';
import type { PlanStep, RunPlan } from '../../../language/check/checked.ts';
import type { Host } from '../../../runtime/index.ts';
import type { Trainer } from '../trainer.ts';
import type { Workspace } from '../workspace.ts';

export interface Session {
  readonly host: Host;
  readonly workspace: Workspace;
  readonly trainer: Trainer;
  /** Writes a result; a line end is added where there is none. */
  say(text: string): void;
  /** Takes declarations in and says what was defined. */
  declare(source: Source): Promise<readonly Diagnostic[]>;
  /** No further line is read. */
  quit(): void;
}

export interface Command extends Named {
  /** How the argument is shown in help: `[N]`, `EXPR`; empty if it takes none. */
  readonly argument: string;
  /** What its argument names, for completion. */
  readonly names: 'networks' | 'sites' | 'splits' | 'values' | 'topics' | 'nothing';
  /** The text is the line with the command itself blanked out, so that places are those of the line. May throw `DiagnosticError`. */
  run(session: Session, argument: Source): Promise<readonly Diagnostic[]>;
}

/** The place of the argument in the line. */
export function placeOf(argument: Source): Span {
  const start = argument.text.length - argument.text.trimStart().length;
  return { source: argument.name, start, end: argument.text.trimEnd().length };
}

/** The mistake of a wrong argument. */
export function wrongArgument(argument: Source, message: string, hint: string): DiagnosticError {
  return new DiagnosticError(diagnostic('BP9013', placeOf(argument), message, { hint }));
}

/** Nothing to work on: the errors that keep it from being there, or what to do first. */
export function notYet(session: Session, message: string, hint: string): DiagnosticError {
  const errors = session.workspace.diagnostics.filter((d) => d.severity === 'error');
  return errors.length > 0
    ? new DiagnosticError(...errors)
    : new DiagnosticError(diagnostic('BP9012', null, message, { hint }));
}

/** The first run of the program; throws where there is none. */
export function firstRun(session: Session): RunPlan {
  const run = session.workspace.checked?.runs[0];
  if (run !== undefined) return run;
  throw notYet(session, 'there is no run yet', 'declare one, such as `run on DATA { infer sgvb { epochs = 10 } }`');
}

/** The first step of a kind in the first run, if it has one. */
export function firstStep<K extends PlanStep['kind']>(run: RunPlan, kind: K): Extract<PlanStep, { kind: K }> | null {
  const step = run.steps.find((s): s is Extract<PlanStep, { kind: K }> => s.kind === kind);
  return step ?? null;
}

/** Throws where nothing was trained yet. */
export function needTraining(session: Session): void {
  if (session.trainer.trained) return;
  throw new DiagnosticError(diagnostic('BP9012', null, 'nothing is trained yet', { hint: ':train 1 trains an epoch' }));
}
