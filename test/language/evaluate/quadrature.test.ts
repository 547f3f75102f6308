/** Quadrature against integrals in closed form: heavy tails, poles, jumps, narrow peaks, and integrals that are none. */
import { describe, expect, it } from 'vitest';
import { lgamma } from '../../../src/base/special.ts';
import { integrateDensity } from '../../../src/language/evaluate/quadrature.ts';

const ALL = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
const POSITIVE = [0, Number.POSITIVE_INFINITY] as const;

const normal = (mean: number, sd: number) => (x: number) =>
  -0.5 * ((x - mean) / sd) ** 2 - Math.log(sd) - 0.5 * Math.log(2 * Math.PI);

type Case = readonly [what: string, log: (x: number) => number, ends: readonly [number, number], integral: number];

const cases: readonly Case[] = [
  ['a normal density', normal(0, 1), ALL, 1],
  ['a narrow peak far from 0', normal(50, 0.01), ALL, 1],
  ['a peak of 1e-5', normal(-1.3, 1e-5), ALL, 1],
  ['a wide one', normal(0, 1e8), ALL, 1],
  ['tails of a Cauchy density', (x) => -Math.log(Math.PI * (1 + x * x)), ALL, 1],
  [
    "Student's with 0.3 degrees of freedom",
    (x) => -0.65 * Math.log1p((x * x) / 0.3) - (lgamma(0.15) - lgamma(0.65) + 0.5 * Math.log(0.3 * Math.PI)),
    ALL,
    1,
  ],
  ['a bend at 2', (x) => -Math.abs(x - 2), ALL, 2],
  ['jumps', (x) => (Math.abs(x - 1) < 2.3 ? 0 : Number.NEGATIVE_INFINITY), ALL, 4.6],
  ['a pole at an end', (x) => -0.9 * Math.log(x) - x - lgamma(0.1), POSITIVE, 1],
  ['poles at both ends', (x) => -0.5 * (Math.log(x) + Math.log1p(-x)) - Math.log(Math.PI), [0, 1], 1],
  ['an interval', () => 0, [2, 5], 3],
  ['a half-line to the left', (x) => x - 3, [Number.NEGATIVE_INFINITY, 3], 1],
];

describe('integrals of densities', () => {
  // Between the jump and the next node, and of the last digit before an upper end with a pole, 1e-8 is lost.
  it.each(cases)('%s', (_, log, [low, high], integral) => {
    const found = integrateDensity(log, low, high);
    if (found.kind !== 'finite') throw new Error(found.kind);
    expect(Math.abs(found.value / integral - 1)).toBeLessThan(1e-8);
  });

  it('takes a factor along: the mean of cos^2 under a normal density is (1 + exp(-2)) / 2', () => {
    const found = integrateDensity(normal(0, 1), ...ALL, (x) => Math.cos(x) ** 2);
    expect(found).toMatchObject({ kind: 'finite', value: expect.closeTo((1 + Math.exp(-2)) / 2, 9) });
  });

  it.each([
    ['1 everywhere', () => 0, ALL],
    ['1 / |x|', (x: number) => -Math.log(Math.abs(x)), ALL],
    ['exp(x)', (x: number) => x, ALL],
    ['1 / x up to 1', (x: number) => -Math.log(x), [0, 1]],
  ] as const)('%s has no finite integral', (_, log, [low, high]) => {
    expect(integrateDensity(log, low, high).kind).toBe('infinite');
  });

  it('says where a logarithm is not a number, but not of formulas that overflow far out', () => {
    expect(integrateDensity((x) => Math.log(x), ...ALL)).toMatchObject({ kind: 'undefined' });
    const overflowing = (x: number) => normal(0, 1)(x) + 0 * Math.exp(Math.abs(x) * 1e-5);
    expect(integrateDensity(overflowing, ...ALL)).toMatchObject({ kind: 'finite', value: expect.closeTo(1, 9) });
  });
});
