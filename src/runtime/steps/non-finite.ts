/** Finds the first value of a training step that is not finite and names it in the words of the program. */
import { DiagnosticError, diagnostic } from '../../base/diagnostic.ts';
import type { NumericArray } from '../../base/host-array.ts';
import type { Span } from '../../base/span.ts';
import type { Feed, Session } from '../../executors/executor.ts';
import type { StateSpec, StepProgram } from '../../graph/program.ts';
import { probe } from '../../graph/transforms/probe.ts';
import type { StateArrays } from '../../inference/engine.ts';
import type { PlanInfer } from '../../language/check/checked.ts';
import { TRAINING_STOPPED } from '../broken-run.ts';

export interface FailedStep {
  /** From 1. */
  readonly step: number;
  readonly epoch: number;
  readonly infer: PlanInfer;
  /** The state that the step left. */
  readonly after: StateArrays;
}

interface Finding {
  readonly words: string;
  readonly value: number;
  readonly place: Span;
}

/** The first state tensor that holds NaN or infinity, with that number; null when all are finite. */
export function firstNonFinite(state: StateArrays): { readonly name: string; readonly value: number } | null {
  for (const [name, { data }] of Object.entries(state)) {
    const value = nonFinite(data);
    if (value !== null) return { name, value };
  }
  return null;
}

/** The first number of its kind. A plain loop: `find` takes six times as long, which shows in large states. */
function nonFinite(data: NumericArray): number | null {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i]!)) return data[i]!;
  return null;
}

/** The state of `session` is that before the failed step. */
export async function explainNonFinite(
  session: Session,
  program: StepProgram,
  feed: Feed,
  at: FailedStep,
): Promise<DiagnosticError> {
  const found = (await amongValues(session, program, feed, at)) ??
    amongState(program.state, at) ?? { words: 'loss', value: Number.NaN, place: at.infer.span };
  const kind = Number.isNaN(found.value) ? 'not a number' : 'infinite';
  const { span } = at.infer;
  return new DiagnosticError(
    diagnostic('BP5901', found.place, `The ${found.words} became ${kind} in step ${at.step} (epoch ${at.epoch}).`, {
      labels: found.place === span ? [] : [{ span, message: 'while this step was training' }],
      notes: [TRAINING_STOPPED],
      hint: 'lower the learning rate of the optimizer; then look at the scale of the data and the start sd of the guide',
    }),
  );
}

async function amongValues(
  session: Session,
  program: StepProgram,
  feed: Feed,
  at: FailedStep,
): Promise<Finding | null> {
  const { program: look, points } = probe(program);
  const [info] = await session.run(await session.compile(look), [feed]);
  for (const { info: name, label, origin } of points) {
    const value = nonFinite(info![name]!.data);
    if (value !== null) return { words: label, value, place: origin ?? at.infer.span };
  }
  return null;
}

/** All values with a name were fine, so the optimizer's update itself went too far. */
function amongState(specs: readonly StateSpec[], at: FailedStep): Finding | null {
  const bad = firstNonFinite(at.after);
  if (bad === null) return null;
  const follows = specs.find((s) => s.name === bad.name)?.follows ?? null;
  const site = at.infer.model.sites.find((s) => s.path === follows);
  return { words: `update of ${follows ?? bad.name}`, value: bad.value, place: site?.span ?? at.infer.span };
}
