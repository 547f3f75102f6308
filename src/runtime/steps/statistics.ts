/** Running statistics of layers taken anew from training rows, for weights that no training step has seen. */
import { type HostArray, realArray } from '../../base/host-array.ts';
import { allRows, gatherBatch } from '../../data/index.ts';
import type { Compiled } from '../../executors/executor.ts';
import type { Density } from '../../model/density.ts';
import type { SiteValues } from '../../model/posterior.ts';
import type { RunContext } from './step.ts';

/** Rows of a batch whose moments are averaged. */
const ROWS = 1000;

export interface Measuring {
  /** The statistics at these weights, by path: averages over the batches, each by its rows. */
  measure(weights: SiteValues): Promise<Readonly<Record<string, HostArray>>>;
  dispose(): void;
}

/** Opens a session that measures the statistics of a network on the training rows. */
export async function openMeasuring(density: Density, { dataset, executor }: RunContext): Promise<Measuring> {
  const split = dataset.splits.train!;
  const session = await executor.open(density.measure(Math.min(ROWS, split.rows)).state);
  const batches: { readonly rows: number; readonly compiled: Compiled; readonly batch: Record<string, HostArray> }[] =
    [];
  const compiled = new Map<number, Compiled>();
  for (let first = 0; first < split.rows; first += ROWS) {
    const rows = allRows(split).subarray(first, first + ROWS);
    const program = compiled.get(rows.length) ?? (await session.compile(density.measure(rows.length)));
    compiled.set(rows.length, program);
    const columns = program.program.batch.map((b) => b.name);
    batches.push({ rows: rows.length, compiled: program, batch: gatherBatch(split, columns, rows) });
  }
  return {
    async measure(weights) {
      const sites = new Set(density.sites.map((s) => s.path));
      await session.write(Object.fromEntries(Object.entries(weights).filter(([path]) => sites.has(path))));
      const sums = density.statistics.map(({ spec }) => new Float64Array(spec.shape.reduce((n, m) => n * m, 1)));
      for (const { rows, compiled: program, batch } of batches) {
        const [info] = await session.run(program, [{ batch, noise: {}, scalars: {} }]);
        density.statistics.forEach(({ path }, s) => {
          info![path]!.data.forEach((value, i) => void (sums[s]![i]! += (value * rows) / split.rows));
        });
      }
      return Object.fromEntries(
        density.statistics.map(({ path, spec }, s) => [path, realArray(spec.shape, Float32Array.from(sums[s]!))]),
      );
    },
    dispose: () => session.dispose(),
  };
}
