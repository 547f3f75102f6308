/** The tables of loops and sweeps: what each job stood for beside the figures of its last evaluation, in the order of the program. */
import type { PlanTable, RunPlan } from '../language/check/checked.ts';
import type { StepResult } from './steps/step.ts';

export interface ResultTable {
  readonly name: string | null;
  readonly loop: PlanTable['loop'];
  readonly outermost: boolean;
  /** Names of the variables, and of the figures. */
  readonly variables: readonly string[];
  readonly metrics: readonly string[];
  readonly rows: readonly {
    readonly values: Readonly<Record<string, string>>;
    /** Null where the run ended before. */
    readonly metrics: Readonly<Record<string, number>> | null;
    readonly se: Readonly<Record<string, number>>;
  }[];
}

/** Those that measure something. `results` are those of the first steps of the plan. */
export function tablesOf({ tables }: RunPlan, results: readonly StepResult[]): readonly ResultTable[] {
  return tables.flatMap(({ name, loop, outermost, jobs }) => {
    const rows = jobs.map(({ values, evaluation }) => {
      const found = evaluation === null ? undefined : results[evaluation - 1];
      return { values, metrics: found?.metrics ?? null, se: found?.se ?? {} };
    });
    const names = (of: readonly Readonly<Record<string, unknown>>[]) => [...new Set(of.flatMap((o) => Object.keys(o)))];
    const metrics = names(rows.flatMap((row) => (row.metrics === null ? [] : [row.metrics])));
    if (metrics.length === 0) return [];
    return [{ name, loop, outermost, variables: names(rows.map((row) => row.values)), metrics, rows }];
  });
}
