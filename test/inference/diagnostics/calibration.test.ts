/** Uniform and symmetric numbers: how often they are called neither, against enumeration and against numbers that are. */
import { describe, expect, it } from 'vitest';
import { childKey, rootKey } from '../../../src/base/keys.ts';
import { fillUniform } from '../../../src/base/normal.ts';
import { ecdfBands, gridFor, uniformityP } from '../../../src/inference/diagnostics/ecdf-bands.ts';
import { symmetryP } from '../../../src/inference/diagnostics/symmetry.ts';

function uniforms(n: number, number: number): Float64Array {
  const values = new Float64Array(n);
  fillUniform(childKey(rootKey(11), number), values);
  return values;
}

/** Share of `times` samples of which `holds` is true, which is `p` in truth: within four standard errors. */
function expectShare(times: number, p: number, holds: (number: number) => boolean): void {
  let count = 0;
  for (let i = 0; i < times; i++) if (holds(i)) count += 1;
  expect(Math.abs(count / times - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / times));
}

describe('bands around an empirical distribution function', () => {
  it('are left by three uniform numbers as often as enumeration says', () => {
    // K = 3: a number lies in each third with probability 1/3. P-values of all 27 ways, by the smallest tail of both counts.
    const binomial = (n: number, k: number, p: number) => [1, 3, 3, 1][k]! * p ** k * (1 - p) ** (n - k);
    const tail = (count: number, p: number) => {
      const sum = (from: number, to: number) =>
        Array.from({ length: to - from + 1 }, (_, i) => binomial(3, from + i, p)).reduce((a, b) => a + b, 0);
      return Math.min(1, 2 * Math.min(sum(0, count), sum(count, 3)));
    };
    const thirds = [0, 1, 2];
    const ways = thirds.flatMap((a) => thirds.flatMap((b) => thirds.map((c) => [a, b, c])));
    const smallest = ways.map((way) =>
      Math.min(...[1, 2].map((i) => tail(way.filter((third) => third < i).length, i / 3))),
    );
    ways.forEach((way, w) => {
      const asFar = smallest.filter((s) => s <= smallest[w]! + 1e-12).length / 27;
      const numbers = way.map((third) => (third + 0.5) / 3);
      expect(uniformityP(numbers)).toBeCloseTo(asFar, 10);
    });
  });

  it('hold 95 % of all samples of 60 uniform numbers, and p-values agree with them', () => {
    const bands = ecdfBands(60, 0.05);
    expect(bands).toHaveLength(gridFor(60) - 1);
    const leaves = (values: Float64Array) =>
      bands.some(({ at, low, high }) => {
        const below = values.filter((v) => v <= at).length;
        return below < low || below > high;
      });
    const p = 0.05;
    // Counts are whole: the bands hold a little more than they must.
    let left = 0;
    for (let i = 0; i < 1000; i++) {
      const sample = uniforms(60, i);
      if (leaves(sample)) left += 1;
      if (i < 50) expect(uniformityP(sample) <= 0.05).toBe(leaves(sample));
    }
    expect(left / 1000).toBeLessThan(p + 4 * Math.sqrt((p * (1 - p)) / 1000));
    expect(left / 1000).toBeGreaterThan(0.6 * p);
  });

  it('are left by numbers that lie to one side, too far out, or too near the middle', () => {
    const sample = uniforms(100, 1);
    expect(uniformityP(sample)).toBeGreaterThan(0.01);
    expect(uniformityP(sample.map((u) => u ** 1.8))).toBeLessThan(0.01);
    expect(uniformityP(sample.map((u) => 0.5 + 0.5 * Math.sign(u - 0.5) * Math.abs(2 * u - 1) ** 0.5))).toBeLessThan(
      0.01,
    );
    expect(uniformityP(sample.map((u) => 0.5 + 0.5 * Math.sign(u - 0.5) * Math.abs(2 * u - 1) ** 2))).toBeLessThan(
      0.01,
    );
  });
});

describe('symmetry around 1/2', () => {
  it('is denied as seldom as the level says, of flat and of U-shaped numbers', () => {
    const outwards = (u: number) => 0.5 + 0.5 * Math.sign(u - 0.5) * Math.abs(2 * u - 1) ** 0.2;
    expectShare(150, 0.1, (i) => symmetryP(uniforms(40, i), childKey(rootKey(3), i)) <= 0.1);
    expectShare(150, 0.1, (i) => symmetryP(uniforms(40, i).map(outwards), childKey(rootKey(4), i)) <= 0.1);
  });

  it('is denied of numbers that lie to one side', () => {
    const sample = uniforms(100, 2);
    expect(symmetryP(sample, rootKey(1))).toBeGreaterThan(0.01);
    expect(
      symmetryP(
        sample.map((u) => u ** 1.8),
        rootKey(1),
      ),
    ).toBeLessThan(0.01);
  });
});
