/** Ops that wasm spells in another way when they are large; the small cases of the conformance test do not reach those. */
import { describe, expect, it } from 'vitest';
import { f32, type HostArray, realArray, type Shape, sizeOf } from '../../src/base/host-array.ts';
import { load } from '../../src/executors/tfjs/load.ts';
import { tfjsExecutor } from '../../src/executors/tfjs/tfjs.ts';
import type { GraphBuilder, Ref } from '../../src/graph/builder.ts';
import { type Case, evaluate, numbers, randomReal } from '../helpers/evaluate.ts';

const wasm = tfjsExecutor('wasm');
const SIZE = 4096;

function single(array: HostArray): HostArray {
  return { type: array.type, data: Float32Array.from(array.data) };
}

function vector(values: readonly number[]): HostArray {
  return realArray(
    [SIZE],
    Float32Array.from({ length: SIZE }, (_, i) => values[i % values.length]!),
  );
}

async function both(test: Case, arrays: readonly HostArray[]): Promise<[HostArray, HostArray]> {
  const { backend } = await load('wasm');
  const before = backend.numDataIds();
  const [exact] = await evaluate(test, arrays);
  const [found] = await evaluate(test, arrays, wasm);
  expect(backend.numDataIds()).toBe(before);
  return [exact!, found!];
}

function worstRelative(exact: HostArray, found: HostArray): number {
  let worst = 0;
  exact.data.forEach((x, i) => {
    worst = Math.max(worst, Math.abs(x - found.data[i]!) / Math.abs(x));
  });
  return worst;
}

const elementwise = (f: (b: GraphBuilder, x: Ref) => Ref): Case => ({
  inputs: [f32([SIZE])],
  build: (b, [x]) => f(b, x!),
});

describe('large elementwise ops on wasm', () => {
  // Two sigmoids and a quotient, each within about 2 units of the last of 24 bits.
  const LAST_DIGITS = 1e-6;
  const range = single(randomReal([SIZE], numbers(4), -80, 80));
  it('exp is exact to the last digits over its whole range', async () => {
    expect(
      worstRelative(
        ...(await both(
          elementwise((b, x) => b.exp(x)),
          [range],
        )),
      ),
    ).toBeLessThan(LAST_DIGITS);
  });
  it('softplus is exact to the last digits, also where it is tiny', async () => {
    expect(
      worstRelative(
        ...(await both(
          elementwise((b, x) => b.softplus(x)),
          [range],
        )),
      ),
    ).toBeLessThan(LAST_DIGITS);
  });
  it('log1p is exact to the last digits, also where 1 + x is 1, and keeps its ends', async () => {
    const powers = Array.from({ length: SIZE / 2 }, (_, i) => 10 ** (-20 + (i * 40) / (SIZE / 2)));
    const [exact, found] = await both(
      elementwise((b, x) => b.log1p(x)),
      [vector([...powers, ...powers.map((x) => -x / 1e20)])],
    );
    expect(worstRelative(exact, found)).toBeLessThan(LAST_DIGITS);
    const [, ends] = await both(
      elementwise((b, x) => b.log1p(x)),
      [vector([Infinity, -1, Number.NaN, -2, 0])],
    );
    expect([...ends.data.slice(0, 5)]).toEqual([Infinity, -Infinity, Number.NaN, Number.NaN, 0]);
  });
  it.each(['exp', 'softplus'] as const)('%s keeps infinities and NaN, and ends in 0 and infinity', async (op) => {
    const [, found] = await both(
      elementwise((b, x) => b[op](x)),
      [vector([Number.NaN, Infinity, -Infinity, -200])],
    );
    expect([...found.data.slice(0, 4)]).toEqual([Number.NaN, Infinity, 0, 0]);
  });
});

describe('products on wasm', () => {
  const flags = [false, true];
  // Thin times wide is turned, wide times thin is not; both at every combination of flags.
  const sizes = [
    [8, 40, 90],
    [90, 40, 8],
  ] as const;
  const cases = sizes.flatMap(([m, k, n]) => flags.flatMap((ta) => flags.map((tb) => [m, k, n, ta, tb] as const)));
  it.each(cases)('[%i, %i] x [.., %i], transposed %s %s', async (m, k, n, transposeA, transposeB) => {
    const shapes: Shape[] = [transposeA ? [k, m] : [m, k], transposeB ? [n, k] : [k, n]];
    const test: Case = {
      inputs: shapes.map(f32),
      build: (b, [x, y]) => b.matmul(x!, y!, { transposeA, transposeB }),
    };
    const next = numbers(m);
    const [exact, found] = await both(
      test,
      shapes.map((s) => single(randomReal(s, next))),
    );
    expect(found.type.shape).toEqual([m, n]);
    // 40 products of size up to 4: round-off of about 40 * 4 * 6e-8.
    exact.data.forEach((x, i) => {
      expect(Math.abs(x - found.data[i]!)).toBeLessThan(1e-5);
    });
  });
});

describe('on wasm', () => {
  it('a sum over a whole matrix keeps its digits', async () => {
    const shape = [784, 300];
    const array = single(randomReal(shape, numbers(7), 0, 1));
    const [exact, found] = await both({ inputs: [f32(shape)], build: (b, [x]) => b.sum(x!) }, [array]);
    // In rows, then over rows: the sum of all 235,200 in one go is wrong by 4e-5.
    expect(worstRelative(exact, found)).toBeLessThan(5e-6);
  });

  it.each(['max', 'min', 'pow', 'greater', 'lessEqual', 'equal'] as const)('%s stretches a column', async (op) => {
    const shapes: Shape[] = [
      [30, 40],
      [30, 1],
    ];
    const next = numbers(3);
    const arrays = shapes.map((s) => single(randomReal(s, next, 0.2, 2)));
    const test: Case = { inputs: shapes.map(f32), build: (b, [x, y]) => asReal(b, b[op](y!, x!)) };
    const [exact, found] = await both(test, arrays);
    exact.data.forEach((x, i) => {
      expect(Math.abs(x - found.data[i]!)).toBeLessThan(wasm.numerics.forward);
    });
  });

  it('a number is true unless it is 0', async () => {
    const array = realArray([5], Float32Array.of(0.5, 0, -0.25, 256, 2.5));
    const [, found] = await both({ inputs: [f32([5])], build: (b, [x]) => b.cast(x!, 'bool') }, [array]);
    expect([...found.data]).toEqual([1, 0, 1, 1, 1]);
  });
});

function asReal(b: GraphBuilder, x: Ref): Ref {
  return b.cast(x, 'f32');
}

describe('NaN on wasm', () => {
  const shapes: readonly (readonly [Shape, Shape])[] = [
    [
      [2, 3],
      [2, 3],
    ],
    [[2, 3], []],
    [[], [2, 3]],
    [
      [2, 1],
      [1, 3],
    ],
  ];
  it.each(shapes.flatMap(([p, q]) => [0, 1].map((side) => [p, q, side] as const)))(
    'passes through max and min of %j and %j, side %i',
    async (p, q, side) => {
      const arrays = [p, q].map((s, i) => {
        const data = new Float32Array(sizeOf(s)).fill(1);
        if (i === side) data[0] = Number.NaN;
        return realArray(s, data);
      });
      for (const op of ['max', 'min'] as const) {
        const [exact, found] = await both({ inputs: [f32(p), f32(q)], build: (b, [x, y]) => b[op](x!, y!) }, arrays);
        expect([...found.data]).toEqual([...exact.data]);
      }
    },
  );
});
