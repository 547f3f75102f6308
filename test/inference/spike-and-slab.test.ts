/** Posterior inclusion of slopes against all 2^d models with their closed-form evidence. */
import { describe, expect, it } from 'vitest';
import { rootKey } from '../../src/base/keys.ts';
import { reference } from '../../src/executors/reference/reference.ts';
import { correlated, enumerated, included, orthogonal } from '../helpers/spike-and-slab.ts';

describe('spike-and-slab regression', () => {
  it('has the posterior inclusion itself on orthogonal columns, where the posterior is a product as the guide is', async () => {
    const data = orthogonal(8, [1.2, -0.6, 0.5, 0.3, 0], 3);
    const exact = enumerated(data);
    // Neither sure inclusion nor sure exclusion would show what is wrong with a probability.
    expect(exact.filter((p) => p > 0.05 && p < 0.95).length).toBeGreaterThan(2);
    const found = await included(data, reference, { estimator: 'exact', steps: 3000, rate: 0.1, noise: rootKey(2) });
    // Nothing is random here: what is left is the distance to the optimum after so many steps.
    exact.forEach((p, j) => {
      expect(Math.abs(found[j]! - p)).toBeLessThan(1e-3);
    });
  });

  it('includes what enumeration includes on correlated columns, by a relaxed slope', async () => {
    const data = correlated(100, [1.5, -0.8, 0.35, 0, 0, 0], 3);
    const fit = { estimator: 'gumbel(0.5, hard)', steps: 2000, rate: 0.02, noise: rootKey(2) };
    const found = await included(data, reference, fit);
    enumerated(data).forEach((p, j) => {
      // The mean field leaves out that columns stand in for each other, and the slope of a relaxed draw is biased: the decision at
      // 1/2 is held to that of enumeration, probabilities to 0.15.
      expect(found[j]! > 0.5).toBe(p > 0.5);
      expect(Math.abs(found[j]! - p)).toBeLessThan(0.15);
    });
  });
});
