/** What a person is told of a run that broke: why, and the checkpoint from which it can go on. */
import { type Diagnostic, DiagnosticError, diagnostic } from '../base/diagnostic.ts';
import type { PlanStep } from '../language/check/checked.ts';

/** Training that left the real numbers does so again: batches and noise are keyed. */
const REPEATS = 'BP5901';

/** A note for it. */
export const TRAINING_STOPPED =
  'Training stopped, and with the same seed it would stop here again: batches and noise follow from it.';

/** An error in a step in terms of the run. What is no diagnostic yet comes from a library below or is a bug; either way the step broke. */
export function stepError(error: unknown, step: PlanStep): DiagnosticError {
  if (error instanceof DiagnosticError) return error;
  const why = error instanceof Error ? error.message : String(error);
  const told = new DiagnosticError(
    diagnostic('BP5902', step.span, `Step ${step.index} (\`${step.kind}\`) broke: ${why}`, {
      hint: 'another --backend may do it; BPRUNE_DEBUG=1 shows where it happened',
    }),
  );
  told.cause = error;
  return told;
}

/** The error with a note that names the checkpoint in `folder`, where going on from it can help. */
export function withWayOn(error: DiagnosticError, folder: string): DiagnosticError {
  const [first, ...rest] = error.diagnostics;
  if (first === undefined || first.code === REPEATS) return error;
  const note = `the last checkpoint is kept: \`bprune resume ${folder}\` goes on from there`;
  const noted: Diagnostic = { ...first, notes: [...first.notes, note] };
  const told = new DiagnosticError(noted, ...rest);
  told.cause = error.cause;
  return told;
}
