/** Suites that are run on every float32 executor. */
import { describe } from 'vitest';
import type { Executor } from '../../src/executors/executor.ts';
import { singlePrecision } from './single-precision.ts';

/** `describe` for each of these executors; one that is not installed here is seen to be skipped. */
export async function describeEach(title: string, body: (executor: Executor) => void): Promise<void> {
  for (const executor of singlePrecision) {
    const lack = await executor.unavailable();
    describe.skipIf(lack !== null)(title.replace('$name', executor.name), () => body(executor));
  }
}
