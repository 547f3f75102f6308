/** Passes over rows that a test holds in memory, on the float64 executor, in batches as an engine asks for them. */
import type { HostArray } from '../../src/base/host-array.ts';
import type { Compiled } from '../../src/executors/executor.ts';
import { reference } from '../../src/executors/reference/reference.ts';
import type { OpenPass } from '../../src/inference/engine.ts';

/** `columns`: whole columns by name, `[N, ...]`. */
export function passesOver(columns: Readonly<Record<string, HostArray>>, rows: number): OpenPass {
  return async (programOf, options) => {
    const size = Math.min(options.rows, rows);
    const session = await reference.open(programOf(size).state);
    const compiled = new Map<number, Compiled>();
    const starts = Array.from({ length: Math.ceil(rows / size) }, (_, i) => i * size);
    return {
      async average(state) {
        await session.write(state);
        const sums: Record<string, Float64Array> = {};
        for (const start of starts) {
          const count = Math.min(size, rows - start);
          const program = compiled.get(count) ?? (await session.compile(programOf(count)));
          compiled.set(count, program);
          const names = program.program.batch.map(({ name }) => name);
          const batch = Object.fromEntries(names.map((name) => [name, taken(columns[name]!, start, count)]));
          const [info] = await session.run(program, [{ batch, noise: {}, scalars: {} }]);
          for (const [name, { data }] of Object.entries(info!)) {
            sums[name] ??= new Float64Array(data.length);
            for (let i = 0; i < data.length; i++)
              sums[name][i]! += ((names.length === 0 ? rows : count) / rows) * data[i]!;
          }
          if (names.length === 0) break;
        }
        return sums;
      },
      dispose: () => session.dispose(),
    };
  };
}

function taken({ type, data }: HostArray, start: number, count: number): HostArray {
  const width = data.length / type.shape[0]!;
  return {
    type: { ...type, shape: [count, ...type.shape.slice(1)] },
    data: data.slice(start * width, (start + count) * width),
  };
}
