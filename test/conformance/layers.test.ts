/** Each kind of layer on each executor against what PyTorch says of it in float64: values and gradients. */
import { expect, it } from 'vitest';
import { evaluate } from '../helpers/evaluate.ts';
import { describeEach } from '../helpers/executors.ts';
import { graphOf, layerCases, titleOf } from '../helpers/layer-cases.ts';

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
});
