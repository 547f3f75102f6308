/** What runs programs whose arrays are small. */
import type { Executor } from '../../src/executors/executor.ts';
import { chooseExecutor } from '../../src/executors/index.ts';
import { nativeInThread } from '../helpers/single-precision.ts';

/**
 * The executor that `name` asks for, `native` in the thread that calls it: its blocks take less than waking another thread,
 * above all where others want the cores. Without a C compiler `native` is what `auto` chooses. Throws `RangeError` for a
 * backend that there is not, or that cannot run here.
 */
export async function executorForSmallArrays(name: string): Promise<Executor> {
  const wantsNative = name === 'native';
  if (wantsNative && (await nativeInThread.unavailable()) === null) return nativeInThread;
  const choice = await chooseExecutor(wantsNative ? 'auto' : name);
  if (!choice.ok) throw new RangeError(choice.diagnostic.message);
  return choice.executor;
}
