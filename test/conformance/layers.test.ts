/** Each kind of layer on each executor against what PyTorch says of it in float64: values, gradients and tangents. */
import { expect, it } from 'vitest';
import { realArray } from '../../src/base/host-array.ts';
import { pushforward } from '../../src/graph/transforms/gradient.ts';
import { single } from '../helpers/distance.ts';
import { type Case, evaluate, numbers, randomReal } from '../helpers/evaluate.ts';
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

  it.each(layerCases.map((test) => [titleOf(test), test] as const))('the tangent of %s', async (_, test) => {
    const { test: graph, arrays } = graphOf(test);
    const made = layerOf(test.kind, test.shapes, test.options);
    const [next, count] = [numbers(3), arrays.length - 1];
    const moves = arrays.slice(0, count).map(({ type }) => randomReal(type.shape, next, -1, 1));
    const along: Case = {
      inputs: [...graph.inputs, ...moves.map(({ type }) => type)],
      build(b, refs) {
        const [own, upper, tangents] = [refs.slice(0, count), refs[count]!, refs.slice(count + 1)];
        return b.sum(b.mul(upper, pushforward(b, emitLayer(b, made, own), own, tangents)));
      },
    };
    const [found] = await evaluate(along, single([...arrays, ...moves]), executor);
    const parts = moves.flatMap(({ data }, i) => test.gradients[i]!.map((slope, k) => slope * data[k]!));
    const [wanted, scale] = [(part: number) => part, Math.abs].map((of) => parts.reduce((s, part) => s + of(part), 0));
    expect(Math.abs(found!.data[0]! - wanted!)).toBeLessThan(executor.numerics.gradient * Math.max(1, scale!));
  });

  it('embedding of a number outside the vocabulary is NaN, and of the others a row', async () => {
    const made = layerOf('embedding', [[3]], { vocabulary: 2, width: 2 });
    const arrays = [realArray([1, 3], Float32Array.of(1, 2, -1)), realArray([2, 2], Float32Array.of(1, 2, 3, 4))];
    const test: Case = { inputs: arrays.map((a) => a.type), build: (b, refs) => emitLayer(b, made, refs) };
    const [found] = await evaluate(test, arrays, executor);
    expect([...found!.data]).toEqual([3, 4, NaN, NaN, NaN, NaN]);
  });
});
