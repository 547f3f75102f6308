/** Steps that stand in the plan as they are, each kind by its own file. */
import type { PlanStep } from '../checked.ts';
import type { PlainStep, RunCheck, StepBase } from '../run.ts';
import { changeStep } from './change.ts';
import { evaluateStep } from './evaluate.ts';
import { exportStep } from './export.ts';
import { inferStep } from './infer.ts';
import { pruneStep } from './prune.ts';
import { requireStep } from './require.ts';

/** Null after a report. */
export function planStep(run: RunCheck, step: PlainStep, base: StepBase): PlanStep | null {
  switch (step.kind) {
    case 'infer':
      return inferStep(run, step, base);
    case 'prune':
      return pruneStep(run, step, base);
    case 'evaluate':
      return evaluateStep(run, step, base);
    case 'require':
      return requireStep(run, step, base);
    case 'export':
      return exportStep(run, step, base);
    default:
      changeStep(run, step);
      return null;
  }
}
