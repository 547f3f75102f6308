/** The log joint density of a model and all rows that an inference saw, at given weights, in double precision where the sums are long. */
import type { Dataset } from '../../base/data.ts';
import type { HostArray } from '../../base/host-array.ts';
import { allRows, gatherBatch } from '../../data/index.ts';
import type { Compiled, Executor, Info } from '../../executors/executor.ts';
import { jointProgram } from '../../inference/diagnostics/joint-program.ts';
import type { Density } from '../../model/density.ts';
import type { SiteValues } from '../../model/posterior.ts';

/** Rows that are looked at at once. */
const ROWS = 1000;

export interface JointAt {
  readonly logJoint: number;
  /** The gradient by all elements, site after site in the density's order; empty where none was wanted. */
  readonly score: Float64Array;
}

export interface LogJoint {
  at(weights: SiteValues): Promise<JointAt>;
  dispose(): void;
}

export async function openLogJoint(
  density: Density,
  dataset: Dataset,
  executor: Executor,
  scores: boolean,
): Promise<LogJoint> {
  const split = dataset.splits.train!;
  const session = await executor.open(jointProgram(density, Math.min(ROWS, split.rows), scores).state);
  const compiled = new Map<number, Compiled>();
  const batches: { readonly compiled: Compiled; readonly batch: Readonly<Record<string, HostArray>> }[] = [];
  for (let first = 0; first < split.rows; first += ROWS) {
    const rows = allRows(split).subarray(first, first + ROWS);
    const program = compiled.get(rows.length) ?? (await session.compile(jointProgram(density, rows.length, scores)));
    compiled.set(rows.length, program);
    const columns = program.program.batch.map((b) => b.name);
    batches.push({ compiled: program, batch: gatherBatch(split, columns, rows) });
  }
  return {
    async at(weights) {
      await session.write(weights);
      const infos: Info[] = [];
      for (const { compiled: program, batch } of batches) {
        const [info] = await session.run(program, [{ batch, noise: {}, scalars: {} }]);
        infos.push(info!);
      }
      return joined(density, infos, scores);
    },
    dispose: () => session.dispose(),
  };
}

function joined(density: Density, infos: readonly Info[], scores: boolean): JointAt {
  let logJoint = infos[0]!.log_prior!.data[0]!;
  for (const info of infos) for (const log of info.log_likelihood!.data) logJoint += log;
  const paths = scores ? density.sites.map((site) => site.path) : [];
  const score = paths.flatMap((path) => {
    const sum = Float64Array.from(infos[0]![`prior/${path}`]!.data);
    for (const info of infos) info[`likelihood/${path}`]!.data.forEach((g, i) => void (sum[i]! += g));
    return [...sum];
  });
  return { logJoint, score: Float64Array.from(score) };
}
