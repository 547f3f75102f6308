/** Summaries of single latents: by name, on the support of their priors, against posteriors in closed form. */
import { afterAll, describe, expect, it } from 'vitest';
import { rootKey } from '../../src/base/keys.ts';
import type { Posterior } from '../../src/model/posterior.ts';
import { summariseLatents } from '../../src/runtime/latent-summary.ts';
import { checkText } from '../helpers/golden.ts';
import { runFolder } from '../helpers/runs.ts';

const folder = runFolder();
afterAll(() => folder.remove());

const PROGRAM = `
data d = simulate(n = 60, test = 20, seed = 1) { x: real[2] ~ Normal(0, 1); y: real ~ Normal(x[1], 0.5) }
network net { input real[2]; fc = dense(1) }
model m {
  mu ~ Normal(0, 1)
  tau ~ HalfNormal(1)
  share ~ Uniform(2, 6)
  s[fc.unit] ~ HalfNormal(tau)
  * ~ Normal(mu, s * share)
  y ~ Normal(net(x), 0.5)
}
run on d { infer sgvb { epochs = 3 } }
`;

const model = checkText('latents', PROGRAM).result.models[0]!;

const base = { layer: '', counts: 'latent', shape: [], mask: null } as const;
const site = (path: string, family: 'Normal' | 'LogNormal' | 'Delta', mean: number, sd: number) => ({
  ...{ ...base, path, family, mean: Float32Array.of(mean), sd: Float32Array.of(sd) },
});

const posteriorOf = (...sites: Posterior['sites']): Posterior => ({ kind: 'posterior', sites, statistics: [] });

describe('a summary', () => {
  it('has moments and quantiles on the support of each prior', async () => {
    const posterior = posteriorOf(
      site('mu', 'Normal', 3, 2),
      site('tau', 'LogNormal', -1, 0.5),
      site('share', 'Delta', 0, 0),
    );
    const found = await summariseLatents(model, posterior, rootKey(1));
    expect(found.map((f) => f.name)).toEqual(['mu', 'tau', 'share']);
    const [mu, tau, share] = found;
    const Z = 1.6448536;
    // Four standard errors: of a mean sd / sqrt(4000), of a quantile sqrt(p (1 - p) / 4000) / density.
    const atTail = Math.sqrt((0.05 * 0.95) / 4000) / (Math.exp(-0.5 * Z * Z) / Math.sqrt(2 * Math.PI));
    expect(Math.abs(mu!.mean - 3)).toBeLessThan((4 * 2) / Math.sqrt(4000));
    expect(Math.abs(mu!.sd - 2)).toBeLessThan((4 * 2) / Math.sqrt(8000));
    expect(Math.abs(mu!.low - (3 - 2 * Z))).toBeLessThan(4 * 2 * atTail);
    expect(Math.abs(Math.log(tau!.low) - (-1 - 0.5 * Z))).toBeLessThan(4 * 0.5 * atTail);
    expect(Math.abs(Math.log(tau!.high) - (-1 + 0.5 * Z))).toBeLessThan(4 * 0.5 * atTail);
    const [mean, variance] = [Math.exp(-1 + 0.125), (Math.exp(0.25) - 1) * Math.exp(-2 + 0.25)];
    expect(Math.abs(tau!.mean - mean)).toBeLessThan(4 * Math.sqrt(variance / 4000));
    // Log odds 0 are the middle of (2, 6).
    expect(share).toEqual({ name: 'share', mean: 4, sd: 0, low: 4, high: 4 });
  });

  it('counts each particle once', async () => {
    const particles = (path: string, values: number[]) => ({
      ...{ ...base, path, family: 'Particles' as const, mean: Float32Array.of(0), sd: Float32Array.of(0) },
      particles: values.map((v) => Float32Array.of(v)),
    });
    const zeros = [0, 0, 0, 0, 0];
    const posterior = posteriorOf(particles('mu', [5, 1, 2, 4, 3]), particles('tau', zeros), particles('share', zeros));
    const [mu, tau] = await summariseLatents(model, posterior, rootKey(1));
    expect(mu!.mean).toBeCloseTo(3, 12);
    expect(mu!.sd).toBeCloseTo(Math.sqrt(2.5), 12);
    expect([mu!.low, mu!.high].map((v) => Number(v.toFixed(9)))).toEqual([1.2, 4.8]);
    // A positive latent has the logarithm 0, or the softplus of 0, behind it: the same for all.
    expect(tau!.sd).toBe(0);
    expect(tau!.mean).toBeGreaterThan(0);
  });
});

describe('a run', () => {
  it('keeps the summary of each inference in its record', async () => {
    const { steps } = await folder.run('latents', PROGRAM);
    expect(steps[0]!.latents.map((l) => l.name)).toEqual(['mu', 'tau', 'share']);
    for (const { low, mean, high } of steps[0]!.latents) {
      expect(low).toBeLessThan(high);
      expect(Number.isFinite(mean)).toBe(true);
    }
    expect(folder.record('latents').steps).toMatchObject([{ latents: steps[0]!.latents }]);
  });
});
