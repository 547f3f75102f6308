/** Latents in the joint density against numbers worked out by hand. */
import { describe, expect, it } from 'vitest';
import { buildDensity } from '../../src/model/density.ts';
import { latentValues } from '../../src/model/latents.ts';
import { inferencesOf } from '../helpers/inferences.ts';
import { compute, numbersOf, real, runOnce } from '../helpers/reference.ts';

const [step] = inferencesOf(
  `data d = csv("d.csv") { x: real[2]; y: real }
network net { input real[2]; fc = dense(3); out = dense(1, bias = false) }
model m {
  r[*.weight] = s * tau
  s ~ HalfCauchy(0.5)
  tau[fc.unit, out.input] ~ HalfCauchy(s)
  p ~ Beta(2, 3)
  *.weight ~ Normal(0, r)
  *.bias ~ Normal(p, 1)
  y ~ Normal(p * net(x), s)
}
run on d { infer sgvb { steps = 1 } }`,
  2,
);
const density = buildDensity(step!.model);

const logNormal = (x: number, mean: number, sd: number) =>
  -0.5 * ((x - mean) / sd) ** 2 - Math.log(sd) - 0.5 * Math.log(2 * Math.PI);
const logHalfCauchy = (x: number, scale: number) => Math.log(2 / (Math.PI * scale)) - Math.log1p((x / scale) ** 2);

const state = {
  s: real([-0.7], []),
  'tau[fc.unit]': real([0.2, -0.4, 1.1]),
  'tau[out.input]': real([0.1, 0.3, -0.2], [3, 1]),
  p: real([0.6], []),
  'fc.weight': real([0.5, -1, 2, 0.3, 0.1, -0.6], [2, 3]),
  'fc.bias': real([0.1, -0.2, 0.4]),
  'out.weight': real([0.7, -0.3, 0.9], [3, 1]),
};
const s = Math.exp(-0.7);
const p = 1 / (1 + Math.exp(-0.6));

describe('the joint density of a hierarchy', () => {
  it('has its sites in the order in which they depend on each other', () => {
    expect(density.sites.map((site) => [site.path, site.shape])).toEqual([
      ['s', []],
      ['tau[fc.unit]', [3]],
      ['tau[out.input]', [3, 1]],
      ['p', []],
      ['fc.weight', [2, 3]],
      ['fc.bias', [3]],
      ['out.weight', [3, 1]],
    ]);
  });

  it('counts the Jacobian of every latent, and gives each weight the scale of its unit or input', async () => {
    const found = await compute(state, ({ graph: b }, refs) => {
      const latents = latentValues(b, density, (site) => refs[site.path]!);
      return Object.fromEntries(density.sites.map((t) => [t.path, density.logPrior(b, t, refs[t.path]!, latents)]));
    });
    const scales = (z: readonly number[]) => z.reduce((sum, v) => sum + logHalfCauchy(Math.exp(v), s) + v, 0);
    const [unit, input] = [state['tau[fc.unit]'], state['tau[out.input]']].map((a) => [...a.data] as number[]);
    const weight = [...state['fc.weight'].data].map((w, i) => logNormal(Number(w), 0, s * Math.exp(unit![i % 3]!)));
    const out = [...state['out.weight'].data].map((w, i) => logNormal(Number(w), 0, s * Math.exp(input![i]!)));
    const bias = [...state['fc.bias'].data].map((w) => logNormal(Number(w), p, 1));
    const sum = (values: readonly number[]) => values.reduce((total, v) => total + v, 0);
    const expected: Readonly<Record<string, number>> = {
      s: logHalfCauchy(s, 0.5) - 0.7,
      'tau[fc.unit]': scales(unit!),
      'tau[out.input]': scales(input!),
      // Beta(2, 3) has the density 12 p (1 - p)^2, and the Jacobian is p (1 - p).
      p: Math.log(12 * p * (1 - p) ** 2) + Math.log(p * (1 - p)),
      'fc.weight': sum(weight),
      'fc.bias': sum(bias),
      'out.weight': sum(out),
    };
    for (const [path, value] of Object.entries(expected)) expect(found[path]![0]).toBeCloseTo(value, 11);
  });

  it('predicts with the values of the latents', async () => {
    const program = density.predict(2);
    const rows = [
      [1, -0.5],
      [0.3, 2],
    ] as const;
    const batch = { x: real(rows.flat(), [2, 2]), y: real([0.2, -1]) };
    const [info] = await runOnce(program, state, { batch, noise: {}, scalars: {} });
    const { mean, sd, log_likelihood } = numbersOf(info);
    const w = [...state['fc.weight'].data] as number[];
    rows.forEach(([a, c], i) => {
      const hidden = [0, 1, 2].map((j) => a * w[j]! + c * w[3 + j]! + Number(state['fc.bias'].data[j]));
      const output = hidden.reduce((sum, h, j) => sum + h * Number(state['out.weight'].data[j]), 0);
      expect(mean![i]).toBeCloseTo(p * output, 12);
      expect(sd![i]).toBeCloseTo(s, 12);
      expect(log_likelihood![i]).toBeCloseTo(logNormal([0.2, -1][i]!, p * output, s), 11);
    });
  });
});
