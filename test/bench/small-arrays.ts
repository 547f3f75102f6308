/** What runs programs whose arrays are small. */
import { sessionOf } from '../../src/executors/block.ts';
import type { Executor } from '../../src/executors/executor.ts';
import { chooseExecutor, executors } from '../../src/executors/index.ts';
import { openNative } from '../../src/executors/native/session.ts';

/**
 * The executor that `name` asks for, `native` in the thread that calls it: its blocks take less than waking another thread,
 * above all where others want the cores. Without a C compiler `native` is what `auto` chooses. Throws `RangeError` for a
 * backend that there is not, or that cannot run here.
 */
export async function executorForSmallArrays(name: string): Promise<Executor> {
  const native = executors.get('native')!;
  if (name === 'native' && (await native.unavailable()) === null)
    return { ...native, open: async (state) => sessionOf(state, await openNative(state)) };
  const choice = await chooseExecutor(name === 'native' ? 'auto' : name);
  if (!choice.ok) throw new RangeError(choice.diagnostic.message);
  return choice.executor;
}
