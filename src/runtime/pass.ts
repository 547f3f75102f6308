/** Passes over the training rows outside of training steps: what an engine asks for when a training is over, and statistics of layers. */
import type { HostArray } from '../base/host-array.ts';
import { allRows, gatherBatch } from '../data/index.ts';
import type { Compiled } from '../executors/executor.ts';
import { reference } from '../executors/reference/reference.ts';
import type { OpenPass } from '../inference/engine.ts';
import type { RunContext } from './steps/step.ts';

/** Opens passes over the training rows of a run. */
export function passesOver({ dataset, executor, host }: Pick<RunContext, 'dataset' | 'executor' | 'host'>): OpenPass {
  return async (programOf, { rows, exact }) => {
    const split = dataset.splits.train!;
    const session = await (exact ? reference : executor).open(programOf(Math.min(rows, split.rows)).state);
    const compiled = new Map<number, Compiled>();
    const batches: {
      readonly share: number;
      readonly compiled: Compiled;
      readonly batch: Record<string, HostArray>;
    }[] = [];
    for (let first = 0; first < split.rows; first += rows) {
      const numbers = allRows(split).subarray(first, first + rows);
      const program = compiled.get(numbers.length) ?? (await session.compile(programOf(numbers.length)));
      compiled.set(numbers.length, program);
      const columns = program.program.batch.map((b) => b.name);
      if (columns.length === 0) {
        batches.push({ share: 1, compiled: program, batch: {} });
        break;
      }
      const share = numbers.length / split.rows;
      batches.push({ share, compiled: program, batch: gatherBatch(split, columns, numbers) });
    }
    return {
      async average(state) {
        await session.write(state);
        const sums: Record<string, Float64Array> = {};
        for (const { share, compiled: program, batch } of batches) {
          const [info] = await session.run(program, [{ batch, noise: {}, scalars: {} }]);
          for (const [name, { data }] of Object.entries(info!)) {
            sums[name] ??= new Float64Array(data.length);
            const sum = sums[name];
            for (let i = 0; i < data.length; i++) sum[i]! += share * data[i]!;
          }
          await host.breathe();
        }
        return sums;
      },
      dispose: () => session.dispose(),
    };
  };
}
