/** The inferences of a program as the checker plans them, and the programs that engines build of them. */
import { courseOf } from '../../src/inference/course.ts';
import type { EngineProgram } from '../../src/inference/engine.ts';
import { engines } from '../../src/inference/index.ts';
import type { PlanInfer } from '../../src/language/check/checked.ts';
import { buildDensity } from '../../src/model/density.ts';
import { checkText, stubFacts } from './check-text.ts';

/** All `infer` steps of all runs; throws when the program has a mistake or cannot run. `rows`: those of the training data. */
export function inferencesOf(text: string, rows: number): readonly PlanInfer[] {
  const { result, diagnostics } = checkText('program', text, {}, (request) =>
    stubFacts(request, { train: rows, test: rows }),
  );
  const problem = diagnostics.find((d) => d.severity === 'error');
  if (problem !== undefined || result.unfinished.length > 0) throw new Error(problem?.message ?? 'not available yet');
  return result.runs.flatMap((run) => run.steps.filter((step) => step.kind === 'infer'));
}

export function programOf(step: PlanInfer, masks: ReadonlyMap<string, Uint8Array> = new Map()): EngineProgram {
  return engines
    .get(step.engine)!
    .build({ ...step, density: buildDensity(step.model), masks, course: courseOf(step, step.model.rows) });
}
