/** Each kind of layer on each executor against what PyTorch says of it in float64: values and gradients. */
import { expect, it } from 'vitest';
import { realArray } from '../../src/base/host-array.ts';
import { type Case, evaluate } from '../helpers/evaluate.ts';
import { describeEach } from '../helpers/executors.ts';
import { emitLayer, graphOf, layerCases, layerOf, titleOf } from '../helpers/layer-cases.ts';

await describeEach('layers on $name', (executor) => {
  it.each(layerCases.map((test) => [titleOf(test), test] as const))('%s', async (_, test) => {
    const { test: graph, arrays } = graphOf(test);
    const single = arrays.map(({ type, data }) => ({ type, data: Float32Array.from(data) }));
    const [value, ...slopes] = await evaluate(graph, single, executor);
    const distance = (found: typeof value, expected: readonly number[]) => {
      const scale = Math.max(1, ...expected.map(Math.abs));
      return Math.max(...expected.map((x, i) => Math.abs(x - found!.data[i]!))) / scale;
    };
    expect(distance(value, test.values)).toBeLessThan(executor.numerics.forward);
    slopes.forEach((slope, i) => {
      expect(distance(slope, test.gradients[i]!)).toBeLessThan(executor.numerics.gradient);
    });
  });

  it('embedding of a number outside the vocabulary is NaN, and of the others a row', async () => {
    const made = layerOf('embedding', [[3]], { vocabulary: 2, width: 2 });
    const arrays = [realArray([1, 3], Float32Array.of(1, 2, -1)), realArray([2, 2], Float32Array.of(1, 2, 3, 4))];
    const test: Case = { inputs: arrays.map((a) => a.type), build: (b, refs) => emitLayer(b, made, refs) };
    const [found] = await evaluate(test, arrays, executor);
    expect([...found!.data]).toEqual([3, 4, NaN, NaN, NaN, NaN]);
  });
});
