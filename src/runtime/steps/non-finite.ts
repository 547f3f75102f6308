/** Finds the first value of a training step that is not finite and names it in the words of the program. */
import { DiagnosticError, diagnostic } from '../../base/diagnostic.ts';
import type { Span } from '../../base/span.ts';
import type { Feed, Session } from '../../executors/executor.ts';
import type { StepProgram } from '../../graph/program.ts';
import { probe } from '../../graph/transforms/probe.ts';

export interface FailedStep {
  /** From 1. */
  readonly step: number;
  readonly epoch: number;
  readonly span: Span;
}

/** The state of `session` is that before the failed step. */
export async function explainNonFinite(
  session: Session,
  program: StepProgram,
  feed: Feed,
  at: FailedStep,
): Promise<DiagnosticError> {
  const { program: look, points } = probe(program);
  const [info] = await session.run(await session.compile(look), [feed]);
  const found = points.flatMap((point) => {
    const bad = info![point.info]!.data.find((x) => !Number.isFinite(x));
    return bad === undefined ? [] : [{ ...point, bad }];
  })[0];
  const what = found?.label ?? 'the loss';
  const value = found === undefined || Number.isNaN(found.bad) ? 'not a number' : 'infinite';
  const place = found?.origin ?? at.span;
  return new DiagnosticError(
    diagnostic('BP5901', place, `The ${what} became ${value} in step ${at.step} (epoch ${at.epoch}).`, {
      labels: place === at.span ? [] : [{ span: at.span, message: 'while this step was training' }],
      notes: ['Training stopped; what was written before is kept.'],
      hint: 'lower the learning rate of the optimizer; then look at the scale of the data and the start sd of the guide',
    }),
  );
}
