/** Many copies at once give what the copies give one by one, whichever inputs differ between them. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { f32, type HostArray, sizeOf, type TensorType } from '../../src/base/host-array.ts';
import { GraphBuilder, type Ref } from '../../src/graph/builder.ts';
import { opNames, opRecord } from '../../src/graph/ops/index.ts';
import { batch } from '../../src/graph/transforms/batch.ts';
import { gradients } from '../../src/graph/transforms/gradient.ts';
import { type Case, evaluate, numbers, randomReal } from '../helpers/evaluate.ts';
import { opCases } from '../helpers/op-cases.ts';
import { allInstructions, follow, recipes, typesOf } from '../helpers/random-graph.ts';

const COPIES = 3;

/** One array with the leading axis, from those of the copies. */
function stacked(arrays: readonly HostArray[]): HostArray {
  const [first] = arrays;
  const { dtype, shape } = first!.type;
  const values = arrays.flatMap((a) => [...a.data]);
  const data = dtype === 'f32' ? Float64Array.from(values) : Int32Array.from(values);
  return { type: { dtype, shape: [arrays.length, ...shape] }, data };
}

function typeOf(type: TensorType, batched: boolean): TensorType {
  return batched ? { ...type, shape: [COPIES, ...type.shape] } : type;
}

/** The case with a leading axis on the inputs that `batched` marks. */
function batchedCase(test: Case, batched: readonly boolean[]): Case {
  return {
    inputs: test.inputs.map((type, i) => typeOf(type, batched[i]!)),
    build(b, inputs) {
      const named = (want: boolean) =>
        Object.fromEntries(inputs.flatMap((ref, i) => (batched[i] === want ? [[`in${i}`, ref]] : [])));
      const outputs = batch(b, COPIES, { batched: named(true), shared: named(false) }, (inner, refs) => {
        const built = test.build(
          inner,
          inputs.map((_, i) => refs[`in${i}`]!),
        );
        const list = Array.isArray(built) ? (built as readonly Ref[]) : [built as Ref];
        return Object.fromEntries(list.map((ref, i) => [`out${i}`, ref]));
      });
      return Object.values(outputs);
    },
  };
}

/** Evaluates both ways; `draw` gives fresh arrays for all inputs. */
async function expectEqual(test: Case, batched: readonly boolean[], draw: () => readonly HostArray[]): Promise<void> {
  const shared = draw();
  const copies = Array.from({ length: COPIES }, () => {
    const own = draw();
    return shared.map((array, i) => (batched[i] ? own[i]! : array));
  });
  const inputs = shared.map((array, i) => (batched[i] ? stacked(copies.map((c) => c[i]!)) : array));
  const found = await evaluate(batchedCase(test, batched), inputs);
  const one = await Promise.all(copies.map((arrays) => evaluate(test, arrays)));
  found.forEach((array, i) => {
    const parts = one.map((outputs) => outputs[i]!);
    expect(array.type.shape).toEqual([COPIES, ...parts[0]!.type.shape]);
    const expected = parts.flatMap((p) => [...p.data]);
    array.data.forEach((x, j) => {
      // Sums of a product may be added in another order.
      expect(Math.abs(x - expected[j]!)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected[j]!)));
    });
  });
}

/** All ways to mark some inputs. */
function choices(count: number): boolean[][] {
  return Array.from({ length: 2 ** count }, (_, bits) =>
    Array.from({ length: count }, (_, i) => ((bits >> i) & 1) === 1),
  );
}

describe('batched evaluation equals separate evaluations', () => {
  const cases = opCases.flatMap((test) => choices(test.inputs.length).map((marks) => ({ test, marks })));
  it.each(cases.map(({ test, marks }) => ({ title: `${test.name}, ${marks.map(Number).join('')}`, test, marks })))(
    '$title',
    async ({ test, marks }) => {
      const next = numbers(5);
      await expectEqual(test, marks, () => test.arrays(next));
    },
  );

  it('on random graphs and their gradients', async () => {
    await fc.assert(
      fc.asyncProperty(recipes, fc.nat({ max: 7 }), async (recipe, bits) => {
        const marks = recipe.shapes.map((_, i) => ((bits >> i) & 1) === 1);
        const next = numbers(recipe.choices.length + 3);
        const test: Case = {
          inputs: typesOf(recipe),
          build(b, inputs) {
            const pool = follow(b, inputs, recipe.choices, allInstructions);
            const total = pool.map((x) => b.mul(b.sum(x), 1 / sizeOf(x.type.shape))).reduce((s, x) => b.add(s, x));
            return [...pool, ...gradients(b, total, inputs)];
          },
        };
        await expectEqual(test, marks, () => recipe.shapes.map((shape) => randomReal(shape, next)));
      }),
      { numRuns: 150, seed: 20240610 },
    );
  });
});

describe('batch', () => {
  it('has a rule for every op, or a reason', () => {
    for (const op of opNames) {
      const rule = opRecord(op).batch;
      expect(typeof rule === 'function' || rule.refused.length > 10, op).toBe(true);
    }
  });

  it('computes once what the copies share, and keeps labels', () => {
    const b = new GraphBuilder();
    const x = b.input('x', f32([4, 3]));
    const w = b.input('w', f32([COPIES, 3, 2]));
    const { y, n } = batch(b, COPIES, { batched: { w }, shared: { x } }, (inner, refs) => {
      const features = inner.label(inner.tanh(refs.x!), 'features');
      return { y: inner.matmul(features, refs.w!), n: inner.sum(features) };
    });
    expect([y!.type.shape, n!.type.shape]).toEqual([[COPIES, 4, 2], [COPIES]]);
    b.output('y', y!);
    const graph = b.finish();
    expect(graph.values.filter((v) => v.op === 'tanh').map((v) => [v.label, v.type.shape])).toEqual([
      ['features', [4, 3]],
    ]);
  });

  it.each([
    ['the first', { x: [4, 3], w: [COPIES, 3, 2] }, [4, COPIES * 2]],
    ['the second', { x: [COPIES, 4, 3], w: [3, 2] }, [COPIES * 4, 2]],
  ] as const)('makes one product of all copies that share %s operand', (_, shapes, whole) => {
    const b = new GraphBuilder();
    const [x, w] = [b.input('x', f32(shapes.x)), b.input('w', f32(shapes.w))];
    const inputs = shapes.x.length === 3 ? { batched: { x }, shared: { w } } : { batched: { w }, shared: { x } };
    const { y } = batch(b, COPIES, inputs, (inner, refs) => ({ y: inner.matmul(refs.x!, refs.w!) }));
    b.output('y', y!);
    const product = b.finish().values.find((v) => v.op === 'matmul')!;
    expect(product.type.shape).toEqual(whole);
  });

  it('refuses what has no leading axis, and names that stand twice', () => {
    const b = new GraphBuilder();
    const x = b.input('x', f32([4, 3]));
    const nothing = () => ({});
    expect(() => batch(b, 3, { batched: { x }, shared: {} }, nothing)).toThrow('`x` has no leading axis of 3');
    expect(() => batch(b, 4, { batched: { x }, shared: { x } }, nothing)).toThrow('`x` is both batched and shared');
  });
});
