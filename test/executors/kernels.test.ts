import { describe, expect, it } from 'vitest';
import { f32, type HostArray, realArray, type Shape, sizeOf } from '../../src/base/host-array.ts';
import { GraphBuilder, type Ref } from '../../src/graph/builder.ts';
import { gradients } from '../../src/graph/transforms/gradient.ts';
import { evaluate, numbers, randomReal } from '../helpers/evaluate.ts';

type Nested = number | readonly Nested[];

/** Nested arrays, so that what is expected can be computed by plain indexing that knows no strides. */
function nested(data: ArrayLike<number>, shape: Shape): Nested {
  if (shape.length === 0) return data[0]! + 0;
  const inner = sizeOf(shape.slice(1));
  return Array.from({ length: shape[0]! }, (_, i) =>
    nested(Array.from(data).slice(i * inner, (i + 1) * inner), shape.slice(1)),
  );
}

const at = (x: Nested, ...index: number[]): number =>
  index.reduce<Nested>((v, i) => (v as readonly Nested[])[i]!, x) as number;
const table = (shape: Shape, f: (...index: number[]) => number, ...index: number[]): Nested =>
  index.length === shape.length
    ? f(...index)
    : Array.from({ length: shape[index.length]! }, (_, i) => table(shape, f, ...index, i));

async function run(shapes: readonly Shape[], build: (b: GraphBuilder, x: readonly Ref[]) => Ref) {
  const next = numbers(42);
  const arrays = shapes.map((shape) => randomReal(shape, next));
  const [out] = await evaluate({ inputs: shapes.map((s) => f32(s)), build }, arrays);
  return { inputs: arrays.map((a) => nested(a.data, a.type.shape)), out: nested(out!.data, out!.type.shape) };
}

async function vectors(values: readonly (readonly number[])[], build: (b: GraphBuilder, x: readonly Ref[]) => Ref) {
  const arrays: HostArray[] = values.map((v) => realArray([v.length], Float64Array.from(v)));
  const [out] = await evaluate({ inputs: arrays.map((a) => a.type), build }, arrays);
  return [...out!.data];
}

describe('kernels against plain indexing', () => {
  const flags = [false, true];
  it.each(flags.flatMap((a) => flags.map((c) => [a, c] as const)))(
    'matmul, transposed %s %s, over leading axes',
    async (transposeA, transposeB) => {
      const { inputs, out } = await run(
        [
          [2, ...(transposeA ? [4, 3] : [3, 4])],
          [2, ...(transposeB ? [5, 4] : [4, 5])],
        ],
        (b, [x, y]) => b.matmul(x!, y!, { transposeA, transposeB }),
      );
      const [x, y] = inputs;
      const exact = table([2, 3, 5], (p, i, j) => {
        let sum = 0;
        for (let l = 0; l < 4; l++)
          sum += (transposeA ? at(x!, p, l, i) : at(x!, p, i, l)) * (transposeB ? at(y!, p, j, l) : at(y!, p, l, j));
        return sum;
      });
      expect(out).toEqual(exact);
    },
  );

  it('convolution, in groups, with strides and padding', async () => {
    const options = {
      strides: [2, 1],
      padding: [
        [1, 0],
        [0, 2],
      ],
      groups: 2,
    } as const;
    const {
      inputs: [x, w],
      out,
    } = await run(
      [
        [2, 5, 4, 4],
        [3, 2, 2, 6],
      ],
      (b, [p, q]) => b.conv2d(p!, q!, options),
    );
    const pixel = (n: number, r: number, s: number, c: number) =>
      r < 0 || r > 4 || s < 0 || s > 3 ? 0 : at(x!, n, r, s, c);
    const exact = table([2, 2, 5, 6], (n, p, q, k) => {
      let sum = 0;
      for (let i = 0; i < 3; i++)
        for (let j = 0; j < 2; j++)
          for (let c = 0; c < 2; c++) sum += pixel(n, 2 * p - 1 + i, q + j, (k < 3 ? 0 : 2) + c) * at(w!, i, j, c, k);
      return sum;
    });
    expect(out).toEqual(exact);
  });

  it('pools, with overlapping windows and padding that does not count', async () => {
    const options = {
      window: [2, 3],
      strides: [1, 2],
      padding: [
        [1, 1],
        [0, 2],
      ],
    } as const;
    const inside = (x: Nested, n: number, p: number, q: number, c: number) =>
      [p - 1, p].flatMap((r) =>
        [2 * q, 2 * q + 1, 2 * q + 2].flatMap((s) => (r >= 0 && r < 3 && s < 5 ? [at(x, n, r, s, c)] : [])),
      );
    const max = await run([[2, 3, 5, 2]], (b, [x]) => b.maxPool(x!, options));
    expect(max.out).toEqual(table([2, 4, 3, 2], (...i) => Math.max(...inside(max.inputs[0]!, ...(i as [0, 0, 0, 0])))));
    const avg = await run([[2, 3, 5, 2]], (b, [x]) => b.avgPool(x!, options));
    const mean = (x: readonly number[]) => x.reduce((sum, v) => sum + v, 0) / x.length;
    expect(avg.out).toEqual(table([2, 4, 3, 2], (...i) => mean(inside(avg.inputs[0]!, ...(i as [0, 0, 0, 0])))));
  });

  it('broadcasts from the right, a 1 stretching to anything', async () => {
    const {
      inputs: [x, y],
      out,
    } = await run(
      [
        [2, 1, 4],
        [3, 1],
      ],
      (b, [p, q]) => b.sub(p!, q!),
    );
    expect(out).toEqual(table([2, 3, 4], (i, j, k) => at(x!, i, 0, k) - at(y!, j, 0)));
  });

  it('transposes so that axis i of the result is axis perm[i]', async () => {
    const {
      inputs: [x],
      out,
    } = await run([[2, 3, 4]], (b, [p]) => b.transpose(p!, [2, 0, 1]));
    expect(out).toEqual(table([4, 2, 3], (i, j, k) => at(x!, j, k, i)));
  });

  it('slices, joins and reduces', async () => {
    const cut = await run([[3, 4, 2]], (b, [p]) => b.slice(p!, [1, 2, 0], [2, 1, 2]));
    expect(cut.out).toEqual(table([2, 1, 2], (i, j, k) => at(cut.inputs[0]!, i + 1, j + 2, k)));
    const joined = await run(
      [
        [2, 3, 2],
        [2, 1, 2],
      ],
      (b, [p, q]) => b.concat([p!, q!], 1),
    );
    const [x, y] = joined.inputs;
    expect(joined.out).toEqual(table([2, 4, 2], (i, j, k) => (j < 3 ? at(x!, i, j, k) : at(y!, i, 0, k))));
    const summed = await run([[2, 3, 2]], (b, [p]) => b.sum(p!, [0, 2]));
    const all = (j: number) => [0, 1].flatMap((i) => [0, 1].map((k) => at(summed.inputs[0]!, i, j, k)));
    expect(summed.out).toEqual(table([3], (j) => all(j).reduce((s, v) => s + v, 0)));
    const top = await run([[2, 3, 2]], (b, [p]) => b.reduceMax(p!, [1], true));
    expect(top.out).toEqual(
      table([2, 1, 2], (i, _, k) => Math.max(...[0, 1, 2].map((j) => at(top.inputs[0]!, i, j, k)))),
    );
  });
});

describe('comparisons, logic and choice', () => {
  const [x, y] = [
    [1, 2, 3, Number.NaN],
    [2, 2, 2, 2],
  ];
  it('compare exactly, and NaN with nothing', async () => {
    expect(await vectors([x!, y!], (b, [p, q]) => b.greater(p!, q!))).toEqual([0, 0, 1, 0]);
    expect(await vectors([x!, y!], (b, [p, q]) => b.greaterEqual(p!, q!))).toEqual([0, 1, 1, 0]);
    expect(await vectors([x!, y!], (b, [p, q]) => b.less(p!, q!))).toEqual([1, 0, 0, 0]);
    expect(await vectors([x!, y!], (b, [p, q]) => b.lessEqual(p!, q!))).toEqual([1, 1, 0, 0]);
    expect(await vectors([x!, y!], (b, [p, q]) => b.equal(p!, q!))).toEqual([0, 1, 0, 0]);
  });

  it('follow the truth tables', async () => {
    const [p, q] = [
      [0, 0, 1, 1],
      [0, 1, 0, 1],
    ];
    const bools = (f: (b: GraphBuilder, r: Ref, s: Ref) => Ref) =>
      vectors([p!, q!], (b, [r, s]) => f(b, b.cast(r!, 'bool'), b.cast(s!, 'bool')));
    expect(await bools((b, r, s) => b.and(r, s))).toEqual([0, 0, 0, 1]);
    expect(await bools((b, r, s) => b.or(r, s))).toEqual([0, 1, 1, 1]);
    expect(await bools((b, r) => b.not(r))).toEqual([1, 1, 0, 0]);
    expect(await bools((b, r) => b.select(r, 5, -5))).toEqual([-5, -5, 5, 5]);
  });

  it('share the gradient of reduce_max between all that tie', async () => {
    expect(await vectors([[3, 1, 3]], (b, [p]) => gradients(b, b.reduceMax(p!), [p!])[0]!)).toEqual([0.5, 0, 0.5]);
  });
});

describe('constants are folded to what the kernels give', () => {
  const points = [-1.5, -0.25, 0, 0.5, 3];
  const unary = [
    'neg',
    'abs',
    'sign',
    'exp',
    'log',
    'log1p',
    'sqrt',
    'square',
    'reciprocal',
    'sigmoid',
    'softplus',
    'sin',
    'cos',
    'tanh',
    'relu',
    'step',
    'floor',
  ] as const;
  it.each(unary)('%s', async (op) => {
    const b = new GraphBuilder();
    const folded = points.map((n) => b.value(b[op](n).id));
    expect(folded.every((v) => v.op === 'constant')).toBe(true);
    expect(await vectors([points], (c, [x]) => c[op](x!))).toEqual(
      folded.map((v) => ('value' in v.attrs ? v.attrs.value : null)),
    );
  });

  it.each(['add', 'sub', 'mul', 'div', 'pow', 'max', 'min'] as const)('%s', async (op) => {
    const pairs = points.flatMap((m) => [0.5, 2, 3].map((n) => [m, n] as const));
    const b = new GraphBuilder();
    const folded = pairs.map(([m, n]) => b.value(b[op](m, n).id));
    const computed = await vectors([pairs.map(([m]) => m), pairs.map(([, n]) => n)], (c, [x, y]) => c[op](x!, y!));
    expect(computed).toEqual(folded.map((v) => ('value' in v.attrs ? v.attrs.value : null)));
  });
});
