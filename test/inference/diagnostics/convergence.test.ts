/** R-hat, effective sample size and Pareto k-hat against ArviZ, and against what is known in closed form. */
import { describe, expect, it } from 'vitest';
import { childKey, rootKey } from '../../../src/base/keys.ts';
import { fillNormal, fillUniform } from '../../../src/base/normal.ts';
import { bulkSize, tailSize } from '../../../src/inference/diagnostics/effective-size.ts';
import { paretoK, paretoLimit, paretoShape } from '../../../src/inference/diagnostics/pareto.ts';
import { rHat } from '../../../src/inference/diagnostics/r-hat.ts';
import reference from './reference.json' with { type: 'json' };

const chainsOf = (draws: readonly (readonly number[])[]) => draws.map((chain) => Float64Array.from(chain));

/** Autoregressive chains of order 1 with variance 1, whose autocorrelation time is (1 + rho) / (1 - rho). */
function autoregressive(chains: number, draws: number, rho: number, seed: number): Float64Array[] {
  return Array.from({ length: chains }, (_, c) => {
    const noise = new Float32Array(draws);
    fillNormal(childKey(rootKey(seed), c), noise);
    const x = new Float64Array(draws);
    x[0] = noise[0]!;
    for (let t = 1; t < draws; t++) x[t] = rho * x[t - 1]! + Math.sqrt(1 - rho * rho) * noise[t]!;
    return x;
  });
}

describe('as ArviZ has it', () => {
  // Sums in another order: a few units of the fifteenth digit, of figures of at most a few hundred.
  it.each(reference.chains)('chains: $name', ({ draws, r_hat, bulk, tail }) => {
    const chains = chainsOf(draws);
    expect(rHat(chains)).toBeCloseTo(r_hat, 9);
    expect(bulkSize(chains)).toBeCloseTo(bulk, 7);
    expect(tailSize(chains)).toBeCloseTo(tail, 7);
  });

  it.each(reference.ratios)('ratios: $name', ({ log_ratios, k }) => {
    expect(paretoK(Float64Array.from(log_ratios))).toBeCloseTo(k, 9);
  });
});

describe('effective size', () => {
  it.each([0, 0.5, 0.9, -0.3])('is S (1 - rho) / (1 + rho) for autoregressive chains, rho = %f', (rho) => {
    const sizes = Array.from({ length: 20 }, (_, seed) => bulkSize(autoregressive(4, 2000, rho, seed)));
    const mean = sizes.reduce((s, x) => s + x, 0) / sizes.length;
    const spread = Math.sqrt(sizes.reduce((s, x) => s + (x - mean) ** 2, 0) / (sizes.length - 1));
    const expected = (8000 * (1 - rho)) / (1 + rho);
    // Four standard errors of the mean of twenty, and 2 % for cutting the sum of correlations where it turns negative.
    expect(Math.abs(mean - expected)).toBeLessThan(4 * (spread / Math.sqrt(sizes.length)) + 0.02 * expected);
  });

  it('is not asked of fewer than four draws, and is that of the draws where nothing varies', () => {
    expect(bulkSize(chainsOf([[1, 2, 3]]))).toBeNaN();
    expect(tailSize(chainsOf([[1, 2, 3]]))).toBeNaN();
    expect(rHat(chainsOf([[1, 2, 3]]))).toBeNaN();
    expect(bulkSize(chainsOf([new Array(10).fill(0)]))).toBe(10);
    expect(rHat(chainsOf([new Array(10).fill(0)]))).toBeNaN();
  });
});

describe('R-hat', () => {
  it('does not change when the quantity is measured on another scale', () => {
    const chains = autoregressive(3, 200, 0.5, 7);
    const stretched = chains.map((chain) => chain.map((x) => Math.exp(3 * x) - 5));
    // The folded part compares distances from the median, which a scale does change: here the middle decides.
    const apart = chains.map((chain, c) => chain.map((x) => x + c));
    expect(rHat(apart)).toBeGreaterThan(1.3);
    expect(rHat(apart.map((chain) => chain.map((x) => 4 * x - 9)))).toBeCloseTo(rHat(apart), 12);
    expect(bulkSize(stretched)).toBeCloseTo(bulkSize(chains), 9);
  });

  it('sees a drift within a single chain', () => {
    const [chain] = autoregressive(1, 400, 0, 3);
    expect(rHat([chain!])).toBeLessThan(1.02);
    expect(rHat([chain!.map((x, i) => x + i / 100)])).toBeGreaterThan(1.2);
  });
});

describe('Pareto k-hat', () => {
  it.each([0.2, 0.5, 0.9])('finds the shape %f of generalised Pareto draws', (shape) => {
    const uniforms = new Float32Array(20_000);
    fillUniform(rootKey(5), uniforms);
    const x = Float64Array.from(uniforms, (u) => (u ** -shape - 1) / shape).sort();
    // The maximum likelihood estimate has variance (1 + k)^2 / n; the prior moves it by 10 / n.
    const tolerance = (4 * (1 + shape)) / Math.sqrt(x.length) + 10 / x.length;
    expect(Math.abs(paretoShape(x) - shape)).toBeLessThan(tolerance);
  });

  it('of a normal guide for a normal with sd s for a standard normal is 1 - s^2', () => {
    // p = N(0, 1), q = N(0, s^2): log r = (1 / s^2 - 1) x^2 / 2 + c, and r has the tail index 1 / k with k = 1 - s^2.
    const at = (s: number) => {
      const draws = new Float32Array(200_000);
      fillNormal(rootKey(11), draws);
      return paretoK(Float64Array.from(draws, (z) => ((1 - s * s) * z * z) / 2));
    };
    // 1342 ratios make the tail: four times (1 + k) / sqrt(1342), and the slowly varying factor of a Gaussian tail.
    for (const s of [0.9, 0.7, 0.5]) expect(Math.abs(at(s) - (1 - s * s))).toBeLessThan(0.16 + 0.1);
    expect(at(0.9)).toBeLessThan(paretoLimit(200_000));
    expect(at(0.4)).toBeGreaterThan(paretoLimit(200_000));
  });
});
