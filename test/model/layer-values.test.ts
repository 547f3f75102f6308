/** Each kind of layer against PyTorch in float64: values, and gradients by inputs and parameters; then against itself, copy by copy. */
import { describe, expect, it } from 'vitest';
import { type HostArray, sizeOf } from '../../src/base/host-array.ts';
import { batch } from '../../src/graph/transforms/batch.ts';
import { layers } from '../../src/model/index.ts';
import { type Case, evaluate, numbers, randomReal } from '../helpers/evaluate.ts';
import { emitLayer, graphOf, type LayerCase, layerCases, layerOf, ROWS, titleOf } from '../helpers/layer-cases.ts';

const titled = layerCases.map((test) => [titleOf(test), test] as const);

/** Those that PyTorch cannot judge: `dropout` has noise of its own, and is tested beside it. */
const APART: readonly string[] = ['dropout'];

function expectClose(found: HostArray, expected: readonly number[], tolerance: number): void {
  expect(found.data.length).toBe(expected.length);
  expected.forEach((x, i) => {
    expect(Math.abs(found.data[i]! - x)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(x)));
  });
}

describe('layers', () => {
  it('have a case each', () => {
    const seen = new Set([...layerCases.map((test) => test.kind), ...APART]);
    expect(layers.names.filter((name) => !seen.has(name))).toEqual([]);
  });

  it.each(titled)('%s, as PyTorch has it', async (_, test) => {
    const { test: graph, arrays } = graphOf(test);
    const [value, ...slopes] = await evaluate(graph, arrays);
    expect(value!.type.shape).toEqual([ROWS, ...test.output]);
    // The vectors have 13 digits.
    expectClose(value!, test.values, 1e-11);
    slopes.forEach((slope, i) => {
      expectClose(slope, test.gradients[i]!, 1e-11);
    });
  });
});

describe('copies of a layer at once', () => {
  const COPIES = 3;

  /** Every copy has parameters of its own; the inputs are of each copy, or shared. */
  async function expectCopies({ kind, shapes, options, inputs }: LayerCase, shared: boolean): Promise<void> {
    const made = layerOf(kind, shapes, options);
    const next = numbers(7);
    const whole = (shape: readonly number[]) => randomReal([COPIES, ...shape], next);
    const given = shapes.map((shape, i) => {
      const own = [ROWS, ...shape];
      if (kind !== 'embedding') return shared ? randomReal(own, next) : whole(own);
      const indices = Float64Array.from({ length: (shared ? 1 : COPIES) * sizeOf(own) }, (_, j) => inputs[i]![j % 8]!);
      return { type: { dtype: 'f32', shape: shared ? own : [COPIES, ...own] }, data: indices } as const;
    });
    const parameters = made.layer.parameters.map((p) => whole(p.shape));
    const arrays = [...given, ...parameters];
    const isBatched = (i: number) => !shared || i >= given.length;
    const [found] = await evaluate(
      {
        inputs: arrays.map((a) => a.type),
        build(b, refs) {
          const named = (batched: boolean) =>
            Object.fromEntries(refs.flatMap((ref, i) => (isBatched(i) === batched ? [[`${i}`, ref]] : [])));
          return batch(b, COPIES, { batched: named(true), shared: named(false) }, (inner, own) => ({
            y: emitLayer(
              inner,
              made,
              refs.map((_, i) => own[`${i}`]!),
            ),
          })).y!;
        },
      },
      arrays,
    );
    for (let copy = 0; copy < COPIES; copy++) {
      const own = arrays.map((a, i): HostArray => {
        if (!isBatched(i)) return a;
        const shape = a.type.shape.slice(1);
        const size = sizeOf(shape);
        return { type: { ...a.type, shape }, data: a.data.slice(copy * size, (copy + 1) * size) };
      });
      const one: Case = { inputs: own.map((a) => a.type), build: (b, refs) => emitLayer(b, made, refs) };
      const [expected] = await evaluate(one, own);
      const size = expected!.data.length;
      // Sums may be added in another order.
      expectClose(
        { type: expected!.type, data: found!.data.slice(copy * size, (copy + 1) * size) },
        [...expected!.data],
        1e-12,
      );
    }
  }

  it.each(titled)('%s, of inputs of their own', (_, test) => expectCopies(test, false));

  it.each(titled.filter(([, test]) => Object.keys(test.parameters).length > 0))('%s, of one input', (_, test) =>
    expectCopies(test, true),
  );
});
