import { expect, it } from 'vitest';
import { f32, realArray } from '../../src/base/host-array.ts';
import type { Executor } from '../../src/executors/executor.ts';
import { load } from '../../src/executors/tfjs/load.ts';
import { opNames } from '../../src/graph/ops/index.ts';
import { gradients } from '../../src/graph/transforms/gradient.ts';
import { gradientCase, largestDistance, single } from '../helpers/distance.ts';
import { type Case, evaluate, numbers } from '../helpers/evaluate.ts';
import { describeEach } from '../helpers/executors.ts';
import { opCases } from '../helpers/op-cases.ts';

const NO_PADDING = [
  [0, 0],
  [0, 0],
] as const;

/** Buffers that a tfjs backend holds now; other executors count none. */
async function buffers({ name }: Executor): Promise<number> {
  return name === 'cpu' || name === 'wasm' ? (await load(name)).backend.numDataIds() : 0;
}

await describeEach('$name against reference', (executor: Executor) => {
  it.each(opCases.map((c) => [c.name, c] as const))('%s', async (_, test) => {
    const arrays = single(test.arrays(numbers(9)));
    const before = await buffers(executor);
    expect(await largestDistance(test, arrays, executor)).toBeLessThan(executor.numerics.forward);
    expect(await largestDistance(gradientCase(test), arrays, executor)).toBeLessThan(executor.numerics.gradient);
    expect(await buffers(executor)).toBe(before);
  });

  it('has a case for every op', () => {
    const covered = new Set(opCases.map((c) => c.op));
    expect(opNames.filter((name) => !covered.has(name))).toEqual([]);
  });

  // Black borders give equal windows, and a bias behind them must not be counted once for each place.
  it('gives the gradient of a max pool out once where all of a window tie', async () => {
    const options = { window: [2, 2], strides: [2, 2], padding: NO_PADDING } as const;
    const gives = async (window: readonly [number, number]) => {
      const test: Case = {
        inputs: [f32([1, 4, 4, 2])],
        build: (b, [x]) => b.sum(gradients(b, b.sum(b.maxPool(x!, { ...options, window })), [x!])[0]!, [1, 2]),
      };
      const [sums] = await evaluate(test, [realArray([1, 4, 4, 2], new Float32Array(32).fill(1.5))], executor);
      return [...sums!.data];
    };
    expect(await gives([2, 2])).toEqual([4, 4]);
    expect(await gives([3, 3])).toEqual([1, 1]);
  });
});
