/** Twelve slopes against all 4,096 models, by each estimator of gates; the columns are orthogonal, so the guide can be the posterior. */
import { describe, expect, it } from 'vitest';
import { rootKey } from '../../src/base/keys.ts';
import { singlePrecision } from '../helpers/single-precision.ts';
import { enumerated, included, orthogonal } from '../helpers/spike-and-slab.ts';

const data = orthogonal(16, [0.9, -0.5, 0.4, 0.35, -0.35, 0.3, 0.3, -0.25, 0.2, 0.1, 0, 0], 3);
const executor = singlePrecision.find((e) => e.name === 'wasm')!;
const SEEDS = [2, 3, 4, 5];

interface Sampled {
  /** Mean over the seeds minus the enumerated inclusion. */
  readonly errors: readonly number[];
  /** Standard error of such a mean, from the variances of all gates together. */
  readonly se: number;
}

async function sampled(estimator: string): Promise<Sampled> {
  const exact = enumerated(data);
  const runs: (readonly number[])[] = [];
  for (const seed of SEEDS)
    runs.push(await included(data, executor, { estimator, steps: 6000, rate: 0.03, noise: rootKey(seed) }));
  const means = exact.map((_, j) => runs.reduce((s, run) => s + run[j]!, 0) / runs.length);
  const squares = runs.flatMap((run) => run.map((p, j) => (p - means[j]!) ** 2));
  const variance = squares.reduce((s, v) => s + v, 0) / (exact.length * (runs.length - 1));
  return { errors: means.map((mean, j) => mean - exact[j]!), se: Math.sqrt(variance / runs.length) };
}

const worst = (errors: readonly number[]) => Math.max(...errors.map(Math.abs));

describe('the inclusion of twelve slopes', () => {
  it('by enumeration is that of the posterior', async () => {
    const found = await included(data, executor, { estimator: 'exact', steps: 2500, rate: 0.1, noise: rootKey(2) });
    expect(worst(enumerated(data).map((p, j) => found[j]! - p))).toBeLessThan(1e-3);
  });

  it.each(['arm', 'arm(4)', 'reinforce(4)', 'reinforce(1)', 'exact_difference'])(
    'by %s is that of the posterior but for noise',
    async (estimator) => {
      const { errors, se } = await sampled(estimator);
      console.info(`${estimator}: worst error ${worst(errors).toFixed(4)}, standard error ${se.toFixed(4)}`);
      // The worst of twelve, and what 6,000 steps leave of the way.
      expect(worst(errors)).toBeLessThan(4 * se + 0.005);
    },
  );

  it.each(['gumbel(0.5, hard)', 'ste', 'ste(clipped)', 'hard_concrete'])('by %s is biased', async (estimator) => {
    const { errors, se } = await sampled(estimator);
    console.info(`${estimator}: worst error ${worst(errors).toFixed(4)}, standard error ${se.toFixed(4)}`);
    expect(worst(errors)).toBeGreaterThan(4 * se + 0.005);
    // As much as is known of the bias: no probability is wrong by more than this.
    expect(worst(errors)).toBeLessThan(0.4);
  });
});
