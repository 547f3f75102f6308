/** Steps of a run one at a time, at a person's pace: the data are read once, nothing is written anywhere. */
import type { DataRequest, Dataset } from '../base/data.ts';
import type { Executor } from '../executors/executor.ts';
import type { PlanStep } from '../language/check/checked.ts';
import type { Host } from './host.ts';
import { readData } from './read-data.ts';
import { noRecord } from './record.ts';
import type { Reporter } from './reporter.ts';
import { runPlanStep } from './steps/index.ts';
import { noCheckpoints, type RunContext, type RunState, type StepOutcome } from './steps/step.ts';

export interface Bench {
  /** Throws `DiagnosticError` when the files cannot be read. Equal requests get the same data. */
  dataset(request: DataRequest): Promise<Dataset>;
  /** Throws `DiagnosticError` when training fails; the state that was given is then still good. */
  step(request: DataRequest, step: PlanStep, state: RunState, reporter: Reporter): Promise<StepOutcome>;
}

export function openBench(host: Host, executor: Executor, seed: number): Bench {
  let known: { readonly key: string; readonly dataset: Dataset } | null = null;
  const told = new Set<Dataset>();
  const dataset = async (request: DataRequest): Promise<Dataset> => {
    const key = keyOf(request);
    if (known?.key === key) return known.dataset;
    known = { key, dataset: await readData(request, host) };
    return known.dataset;
  };
  return {
    dataset,
    async step(request, step, state, reporter) {
      const data = await dataset(request);
      if (data.warnings.length > 0 && !told.has(data)) reporter.warned(data.warnings);
      told.add(data);
      const figures = new Map();
      const context: RunContext = {
        seed,
        dataset: data,
        executor,
        host,
        reporter,
        record: noRecord,
        figures,
        logSteps: 0,
        snapshot: null,
        checkpoints: noCheckpoints,
      };
      return runPlanStep(step, state, context);
    },
  };
}

/** Places move whenever something else is declared; they say nothing about the data. */
function keyOf(request: DataRequest): string {
  return JSON.stringify(request, (name, value) => (/span$/i.test(name) ? undefined : value));
}
