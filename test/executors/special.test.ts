import { describe, expect, it } from 'vitest';
import { realArray } from '../../src/base/host-array.ts';
import { digamma, lgamma } from '../../src/base/special.ts';
import type { GraphBuilder } from '../../src/graph/builder.ts';
import { gradients } from '../../src/graph/transforms/gradient.ts';
import { evaluate } from '../helpers/evaluate.ts';

const EULER = 0.5772156649015329;
const CATALAN = 0.915965594177219;

/** Stirling's series after the shift is exact to 1e-16; the sum of up to ten logarithms rounds to about 1e-14. */
const near = (found: number, exact: number) =>
  expect(Math.abs(found - exact)).toBeLessThan(1e-13 * Math.max(1, Math.abs(exact)));

describe('special functions against published values', () => {
  it.each([
    [0.25, 1.2880225246980774],
    [0.5, Math.log(Math.PI) / 2],
    [1, 0],
    [1.5, Math.log(Math.PI) / 2 - Math.LN2],
    [2, 0],
    [5, Math.log(24)],
    [10, Math.log(362880)],
    [100, 359.1342053695754],
    [-0.5, Math.log(2 * Math.sqrt(Math.PI))],
    [-1.5, Math.log((4 * Math.sqrt(Math.PI)) / 3)],
  ])('lgamma(%d)', (x, exact) => {
    near(lgamma(x), exact);
  });

  it('lgamma is infinite at its poles and follows -log x near 0', () => {
    expect([0, -1, -2].map(lgamma)).toEqual([Infinity, Infinity, Infinity]);
    near(lgamma(1e-8), 8 * Math.LN10 - EULER * 1e-8);
  });

  it('lgamma obeys the recurrence log Gamma(x + 1) = log Gamma(x) + log x across its switch of series', () => {
    for (let x = 0.05; x < 20; x += 0.37) near(lgamma(x + 1), lgamma(x) + Math.log(x));
  });

  it.each([
    [0.25, -EULER - Math.PI / 2 - 3 * Math.LN2],
    [0.5, -EULER - 2 * Math.LN2],
    [1, -EULER],
    [2, 1 - EULER],
    [10, 7129 / 2520 - EULER],
    [-0.5, 2 - EULER - 2 * Math.LN2],
  ])('digamma(%d)', (x, exact) => {
    near(digamma(x), exact);
  });

  it.each([
    [0.25, Math.PI ** 2 + 8 * CATALAN],
    [0.5, Math.PI ** 2 / 2],
    [1, Math.PI ** 2 / 6],
    [2, Math.PI ** 2 / 6 - 1],
  ])('the gradient of digamma at %d', async (x, exact) => {
    const [slope] = await evaluate(
      { inputs: [{ dtype: 'f32', shape: [] }], build: (b: GraphBuilder, [r]) => gradients(b, b.digamma(r!), [r!]) },
      [realArray([], Float64Array.of(x))],
    );
    near(slope!.data[0]!, exact);
  });
});
