/** Gates around layers, in priors and in conditions, against numbers worked out by hand. */
import { describe, expect, it } from 'vitest';
import { rootKey } from '../../src/base/keys.ts';
import { buildDensity } from '../../src/model/density.ts';
import { latentValues } from '../../src/model/latents.ts';
import { drawSite, type SitePosterior } from '../../src/model/posterior.ts';
import { inferencesOf } from '../helpers/inferences.ts';
import { compute, numbersOf, real, runOnce } from '../helpers/reference.ts';

const [step] = inferencesOf(
  `data d = csv("d.csv") { x: real[2]; y: real }
network net { input real[2]; fc = dense(3); out = dense(1, bias = false) }
model m {
  z[fc.unit] ~ Bernoulli(0.4)
  gate fc.unit with z
  t[fc.input] ~ LogNormal(0, 1)
  gate fc.input with t
  s[out.weight] ~ Bernoulli(0.5)
  w[fc.layer] ~ Bernoulli(0.5)
  fc.* ~ Normal(0, if w then 2 else 0.5)
  out.weight ~ SpikeSlab(s, Laplace(0, 2))
  y ~ Normal(net(x), 1)
}
run on d { infer sgvb { steps = 1 } }`,
  2,
);
const density = buildDensity(step!.model);

const state = {
  'z[fc.unit]': real([1, 0, 1]),
  't[fc.input]': real([Math.log(2), Math.log(0.5)], [2, 1]),
  's[out.weight]': real([1, 1, 0], [3, 1]),
  'w[fc.layer]': real([1], []),
  'fc.weight': real([0.5, -1, 2, 0.3, 0.1, -0.6], [2, 3]),
  'fc.bias': real([0.1, -0.2, 0.4]),
  'out.weight': real([0.7, -0.3, 0.9], [3, 1]),
};

describe('a model with gates', () => {
  it('predicts with gated inputs, units and weights', async () => {
    const program = density.predict(1);
    const batch = { x: real([1, -0.5], [1, 2]), y: real([0.2]) };
    const [info] = await runOnce(program, state, { batch, noise: {}, scalars: {} });
    // Inputs become 2 and -0.25; the second unit and the third weight are closed.
    const first = 2 * 0.5 - 0.25 * 0.3 + 0.1;
    expect(numbersOf(info).mean![0]).toBeCloseTo(0.7 * first, 12);
  });

  it('lets a latent of 0 and 1 choose between two scales, with the slope of the line between them', async () => {
    const site = density.sites.find((s) => s.path === 'fc.bias')!;
    const log = (x: number, sd: number) => -0.5 * (x / sd) ** 2 - Math.log(sd) - 0.5 * Math.log(2 * Math.PI);
    for (const [w, sd] of [
      [1, 2],
      [0, 0.5],
    ] as const) {
      const { prior } = await compute({ ...state, 'w[fc.layer]': real([w], []) }, ({ graph: b }, refs) => {
        const latents = latentValues(b, density, (s) => refs[s.path]!);
        return { prior: density.logPrior(b, site, refs['fc.bias']!, latents) };
      });
      expect(prior![0]).toBeCloseTo(log(0.1, sd) + log(-0.2, sd) + log(0.4, sd), 12);
    }
  });

  it('has the slab as the density of a gated weight, wherever the gate stands', async () => {
    const site = density.sites.find((s) => s.path === 'out.weight')!;
    const { prior } = await compute(state, ({ graph: b }, refs) => {
      const latents = latentValues(b, density, (s) => refs[s.path]!);
      return { prior: density.logPrior(b, site, refs['out.weight']!, latents) };
    });
    expect(prior![0]).toBeCloseTo(-(0.7 + 0.3 + 0.9) / 2 - 3 * Math.log(4), 12);
  });
});

describe('the posterior of a gate', () => {
  it('is drawn as 0 and 1 with its probabilities', () => {
    const n = 20_000;
    const p = 0.3;
    const site: SitePosterior = {
      ...{ path: 'z', layer: '', counts: 'latent', shape: [n], mask: null, family: 'Bernoulli' },
      ...{ mean: new Float32Array(n).fill(p), sd: new Float32Array(n).fill(Math.sqrt(p * (1 - p))) },
    };
    const values = drawSite(site, 0, rootKey(1), rootKey(2));
    expect([...new Set(values)].sort()).toEqual([0, 1]);
    const share = values.reduce((s, v) => s + v, 0) / n;
    expect(Math.abs(share - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / n));
  });
});
