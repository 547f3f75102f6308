/** The kinds of run steps. A new one: one file here, one line below. */
import type { PlanStep } from '../../language/check/checked.ts';
import { evaluateStep } from './evaluate.ts';
import { exportStep } from './export.ts';
import { inferStep } from './infer.ts';
import { pruneStep } from './prune.ts';
import { requireStep } from './require.ts';
import type { RunContext, RunState, StepKind, StepOutcome } from './step.ts';

const kinds: { readonly [K in PlanStep['kind']]: StepKind<Extract<PlanStep, { kind: K }>> } = {
  infer: inferStep,
  prune: pruneStep,
  evaluate: evaluateStep,
  require: requireStep,
  export: exportStep,
};

export function runPlanStep(step: PlanStep, state: RunState, context: RunContext): Promise<StepOutcome> {
  const kind = kinds[step.kind] as StepKind<PlanStep>;
  return kind.run(step, state, context);
}
