/** A run of a program on a posterior that is known, and how far its draws are from the reference. */
import { resolve } from 'node:path';
import { DiagnosticError, hasErrors } from '../../../src/base/diagnostic.ts';
import { childKey, rootKey } from '../../../src/base/keys.ts';
import type { Executor } from '../../../src/executors/executor.ts';
import { distinctDraws, drawWeights, type Posterior } from '../../../src/model/posterior.ts';
import type { Host } from '../../../src/runtime/host.ts';
import { loadProgram, silentReporter } from '../../../src/runtime/index.ts';
import { openBench } from '../../../src/runtime/interactive.ts';
import type { RunState } from '../../../src/runtime/steps/step.ts';
import type { Known, KnownPosterior, Moments } from './reference.ts';

export const PROGRAMS = resolve(import.meta.dirname, '../programs/posteriors');

/** The runs of the programs, in the order of the table. */
export const engines: readonly string[] = ['sgvb', 'low_rank', 'svgd', 'sghmc', 'laplace'];

/** Draws of a posterior without end: means err by 0.007 sd, sds by half a percent. */
const DRAWS = 20_000;

export interface Verdict {
  readonly posterior: string;
  readonly engine: string;
  readonly parameter: string;
  /** |mean - mean of the reference| over its sd. */
  readonly error: number;
  /** sd over that of the reference. */
  readonly ratio: number;
  /** What the ratio of independent normals would be. */
  readonly independent: number;
  /** What the normal at the mode would have. */
  readonly atMode: Known;
  readonly seconds: number;
}

/** Runs the run called `engine`; `data` holds the files of posteriordb. */
export async function judge(
  known: KnownPosterior,
  engine: string,
  data: string,
  host: Host,
  executor: Executor,
): Promise<readonly Verdict[]> {
  const began = performance.now();
  const files: Host = {
    ...host,
    locate: async (written, from) =>
      written.startsWith('data/') ? resolve(data, written.slice(5)) : host.locate(written, from),
  };
  const { checked, diagnostics } = await loadProgram(files, `${PROGRAMS}/${known.program}.bprune`, new Map());
  if (hasErrors(diagnostics)) throw new DiagnosticError(...diagnostics);
  const plan = checked.runs.find((run) => run.name === engine);
  if (plan === undefined) return [];
  const bench = openBench(files, executor, 1);
  let state: RunState = { posterior: null };
  for (const step of plan.steps) state = (await bench.step(plan.data, step, state, silentReporter)).state;
  const found = momentsOf(state.posterior!, known.parametersOf);
  const seconds = (performance.now() - began) / 1000;
  return [...known.reference].map(
    ([parameter, { mean, sd }], i): Verdict => ({
      posterior: known.name,
      engine,
      parameter,
      error: Math.abs(found[i]!.mean - mean) / sd,
      ratio: found[i]!.sd / sd,
      independent: known.independentRatio[i]!,
      atMode: known.atMode[i]!,
      seconds,
    }),
  );
}

function momentsOf(posterior: Posterior, parametersOf: KnownPosterior['parametersOf']): readonly Moments[] {
  const draws = Array.from({ length: distinctDraws(posterior) ?? DRAWS }, (_, d) =>
    parametersOf(drawWeights(posterior, d, (site) => childKey(childKey(rootKey(11), d), site))),
  );
  return draws[0]!.map((_, p) => {
    const mean = draws.reduce((sum, draw) => sum + draw[p]!, 0) / draws.length;
    const sd = Math.sqrt(draws.reduce((sum, draw) => sum + (draw[p]! - mean) ** 2, 0) / draws.length);
    return { mean, sd };
  });
}
