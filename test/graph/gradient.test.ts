import { describe, expect, it } from 'vitest';
import { f32, type HostArray, realArray } from '../../src/base/host-array.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { opNames, opRecord } from '../../src/graph/ops/index.ts';
import { dependsOn, gradients, pullback, pushforward } from '../../src/graph/transforms/gradient.ts';
import { type Case, evaluate, numbers, randomReal } from '../helpers/evaluate.ts';
import { opCases } from '../helpers/op-cases.ts';

/** A scalar of the case's result that weighs every element differently, so that no error cancels. */
function weighed(test: Case): Case {
  return {
    inputs: test.inputs,
    build: (b, inputs) => {
      const y = test.build(b, inputs) as ReturnType<GraphBuilder['add']>;
      const flat = b.reshape(y, [y.type.shape.reduce((n, m) => n * m, 1)]);
      const weights = Array.from({ length: flat.type.shape[0]! }, (_, i) => b.full([1], Math.cos(i + 1)));
      return b.sum(b.mul(flat, b.concat(weights, 0)));
    },
  };
}

function gradientOf(test: Case): Case {
  return {
    inputs: test.inputs,
    build: (b, inputs) => {
      const real = inputs.filter((x) => x.type.dtype === 'f32');
      return gradients(b, test.build(b, inputs) as (typeof inputs)[number], real);
    },
  };
}

/** (f(x + h v) - f(x - h v)) / 2h beside grad . v, for one random unit direction over all real inputs. */
async function directional(
  test: Case,
  arrays: readonly HostArray[],
  seed: number,
): Promise<{ numeric: number; exact: number; scale: number }> {
  const next = numbers(seed);
  const isReal = arrays.map((a) => a.type.dtype === 'f32');
  const v = arrays.map((a, i) => (isReal[i] ? randomReal(a.type.shape, next, -1, 1).data : a.data));
  const norm = Math.sqrt(
    v.reduce((n, d, i) => n + (isReal[i] ? (d as Float64Array).reduce((m, x) => m + x * x, 0) : 0), 0),
  );
  const h = 1e-5;
  const moved = (sign: number) =>
    arrays.map((a, i) =>
      isReal[i]
        ? realArray(
            a.type.shape,
            Float64Array.from(a.data, (x, j) => x + (sign * h * v[i]![j]!) / norm),
          )
        : a,
    );
  const at = async (sign: number) => (await evaluate(test, moved(sign)))[0]!.data[0]!;
  const numeric = ((await at(1)) - (await at(-1))) / (2 * h);
  const grads = await evaluate(gradientOf(test), arrays);
  const directions = v.filter((_, i) => isReal[i]);
  let exact = 0;
  let scale = 1;
  grads.forEach((g, i) => {
    g.data.forEach((x, j) => {
      exact += (x * directions[i]![j]!) / norm;
      scale = Math.max(scale, Math.abs(x));
    });
  });
  return { numeric, exact, scale };
}

// Central differences with h = 1e-5 leave h^2 f'''/6 (below 1e-9 for these functions) and round-off 1e-16 |f| / h (about 1e-10 for |f| ~ 10).
const TOLERANCE = 1e-7;
// Piecewise-constant ops have gradient zero; a step of h over a jump would show as about 1/h.

describe('gradients against central differences in float64', () => {
  it.each(opCases.map((c) => [c.name, c] as const))('%s', async (_, test) => {
    const scalar = weighed(test);
    for (const seed of [1, 2, 3]) {
      const { numeric, exact, scale } = await directional(scalar, test.arrays(numbers(seed * 77)), seed);
      expect(Math.abs(numeric - exact)).toBeLessThan(TOLERANCE * scale);
    }
  });

  it('has a case for every op', () => {
    const covered = new Set(opCases.map((c) => c.op));
    expect(opNames.filter((name) => !covered.has(name))).toEqual([]);
  });

  const twice = opCases.filter((c) => opRecord(c.op).vjp !== null && !/large/.test(c.name));
  it.each(twice.map((c) => [c.name, c] as const))('second derivative of %s', async (_, test) => {
    const scalar = weighed(test);
    const gradNorm: Case = {
      inputs: test.inputs,
      build: (b, inputs) => {
        const real = inputs.filter((x) => x.type.dtype === 'f32');
        const grads = gradients(b, scalar.build(b, inputs) as (typeof inputs)[number], real);
        return grads.map((g) => b.sum(b.square(g))).reduce((x, y) => b.add(x, y));
      },
    };
    const { numeric, exact, scale } = await directional(gradNorm, test.arrays(numbers(11)), 5);
    expect(Math.abs(numeric - exact)).toBeLessThan(10 * TOLERANCE * scale);
  });
});

describe('a pushforward', () => {
  const smooth = opCases.filter((c) => opRecord(c.op).vjp !== null && !/large/.test(c.name));

  it.each(smooth.map((c) => [c.name, c] as const))('of %s is the transpose of the pullback', async (_, test) => {
    const isReal = test.inputs.map((type) => type.dtype === 'f32');
    const both: Case = {
      inputs: [...test.inputs, ...test.inputs.filter((_, i) => isReal[i])],
      build: (b, inputs) => {
        const given = inputs.slice(0, isReal.length);
        const y = test.build(b, given) as (typeof inputs)[number];
        const [xs, tangents] = [given.filter((_, i) => isReal[i]), inputs.slice(isReal.length)];
        const weights = b.cos(y);
        const back = pullback(b, y, weights, xs).map((g, i) => b.sum(b.mul(g, tangents[i]!)));
        const scale = pullback(b, y, weights, xs).map((g, i) => b.sum(b.abs(b.mul(g, tangents[i]!))));
        const total = (parts: typeof back) => parts.reduce((sum, next) => b.add(sum, next));
        const forward = b.sum(b.mul(weights, pushforward(b, y, xs, tangents)));
        return [forward, total(back), total(scale)];
      },
    };
    const next = numbers(19);
    const tangents = test.inputs.filter((_, i) => isReal[i]).map(({ shape }) => randomReal(shape, next, -1, 1));
    const found = await evaluate(both, [...test.arrays(numbers(77)), ...tangents]);
    const [forward, back, scale] = found.map(({ data }) => data[0]!);
    // Both are sums of the same products, of size `scale`, in another order.
    expect(Math.abs(forward! - back!)).toBeLessThan(1e-12 * (1 + scale!));
  });

  it('is what a network changes by, to the first order', async () => {
    const test: Case = {
      inputs: [f32([3, 2]), f32([2, 2]), f32([2, 2])],
      build: (b, [x, w, v]) => [
        pushforward(b, b.tanh(b.matmul(b.tanh(b.matmul(x!, w!)), w!)), [w!], [v!]),
        b.tanh(b.matmul(b.tanh(b.matmul(x!, w!)), w!)),
      ],
    };
    const [x, w, v] = [
      [3, 2],
      [2, 2],
      [2, 2],
    ].map((shape, i) => randomReal(shape, numbers(i + 1), -1, 1));
    const h = 1e-5;
    const moved = (by: number) =>
      realArray(
        [2, 2],
        Float64Array.from(w!.data, (a, i) => a + by * v!.data[i]!),
      );
    const at = async (by: number) => (await evaluate(test, [x!, moved(by), v!]))[1]!.data;
    const [tangent] = await evaluate(test, [x!, w!, v!]);
    const [up, down] = [await at(h), await at(-h)];
    tangent!.data.forEach((t, i) => {
      expect(Math.abs(t - (up[i]! - down[i]!) / (2 * h))).toBeLessThan(TOLERANCE);
    });
  });

  it('is 0, in the right shape, where the result does not depend on the input', () => {
    const b = new GraphBuilder();
    const x = b.input('batch/a', f32([2]));
    const y = b.input('batch/b', f32([2, 3]));
    expect(pushforward(b, b.exp(y), [x], [x]).type.shape).toEqual([2, 3]);
  });
});

describe('gradients where the slope jumps', () => {
  const at = async (build: Case['build'], ...values: number[]) => {
    const test: Case = { inputs: values.map(() => f32([])), build };
    return (
      await evaluate(
        gradientOf(test),
        values.map((v) => realArray([], Float64Array.of(v))),
      )
    ).map((g) => g.data[0]! + 0);
  };
  it('is 0 for relu and abs at 0, and goes to the first argument of max and min at a tie', async () => {
    expect(await at((b, [x]) => b.relu(x!), 0)).toEqual([0]);
    expect(await at((b, [x]) => b.abs(x!), 0)).toEqual([0]);
    expect(await at((b, [x, y]) => b.max(x!, y!), 2, 2)).toEqual([1, 0]);
    expect(await at((b, [x, y]) => b.min(x!, y!), 2, 2)).toEqual([1, 0]);
  });
  it('is zero, in the right shape, where the result does not depend on the input', async () => {
    const b = new GraphBuilder();
    const x = b.input('batch/a', f32([2, 3]));
    const [g] = gradients(b, b.constant(3), [x]);
    expect(g!.type.shape).toEqual([2, 3]);
  });
  it('gives pow a finite gradient by its exponent at base 0', async () => {
    expect((await at((b, [x, y]) => b.pow(x!, y!), 0, 2))[1]).toBe(0);
  });
});

describe('a pullback', () => {
  it('is the gradient along a cotangent that is itself held, even where it depends on the same input', async () => {
    // d/dx of (x^2 . c) with c = exp(x) held: 2 x exp(x). Through c there would be x^2 exp(x) more.
    const held: Case = { inputs: [f32([3])], build: (b, [x]) => pullback(b, b.square(x!), b.exp(x!), [x!])[0]! };
    const values = [0.5, -1, 2];
    const [found] = await evaluate(held, [realArray([3], Float64Array.from(values))]);
    values.forEach((v, i) => {
      expect(found!.data[i]).toBeCloseTo(2 * v * Math.exp(v), 12);
    });
  });

  it('needs a cotangent of the shape of its value', () => {
    const b = new GraphBuilder();
    const x = b.input('batch/a', f32([3]));
    expect(() => pullback(b, x, b.constant(1), [x])).toThrow(/shape of its value/);
  });

  it('goes where a value depends on another one', () => {
    const b = new GraphBuilder();
    const [x, y] = [b.input('batch/a', f32([])), b.input('batch/b', f32([]))];
    const sum = b.exp(b.add(x, 1));
    expect([dependsOn(b, sum, x), dependsOn(b, sum, y)]).toEqual([true, false]);
  });
});
