/** Single steps of an engine's program from states made by hand, on the float64 `reference` executor. */
import type { HostArray } from '../../src/base/host-array.ts';
import { rootKey } from '../../src/base/keys.ts';
import type { EngineProgram, StateArrays } from '../../src/inference/engine.ts';
import { keyedNoise, numbersOf, openFor, scalarsAt } from './reference.ts';

export const numbersIn = (state: StateArrays, name: string) => Array.from(state[name]!.data, Number);

/** Steps over one batch under the noise of their numbers: the loss before a step, and the state after it. */
export async function stepperOf(program: EngineProgram, rows: number, batch: Readonly<Record<string, HostArray>>) {
  const step = program.step(rows);
  const session = await openFor(program, program.initial(rootKey(1), null));
  const compiled = await session.compile(step);
  return async (state: StateArrays, number = 0) => {
    await session.write(state);
    const noise = keyedNoise(step, rootKey(2), number);
    const [info] = await session.run(compiled, [{ batch, noise, scalars: scalarsAt(program, number, number) }]);
    const { loss, kl, nll } = numbersOf(info!);
    return { loss: loss![0]!, kl: kl![0]!, nll: nll![0]!, after: await session.read() };
  };
}
