/** The curvature that Laplace's approximation is made of, against central differences of the slope: a hierarchy with latents of every support. */
import { describe, expect, it } from 'vitest';
import type { HostArray } from '../../src/base/host-array.ts';
import { latentDiagonal, priorDiagonal } from '../../src/inference/laplace/diagonal.ts';
import { elementsOf } from '../../src/inference/laplace/elements.ts';
import { openFull } from '../../src/inference/laplace/full.ts';
import { buildDensity } from '../../src/model/density.ts';
import { isLatent } from '../../src/model/latents.ts';
import { inferencesOf } from '../helpers/inferences.ts';
import { passesOver } from '../helpers/passes.ts';
import { real } from '../helpers/reference.ts';

const ROWS = 5;
const columns: Readonly<Record<string, HostArray>> = {
  x: real(
    Float64Array.from({ length: 2 * ROWS }, (_, i) => Math.sin(1.3 * i)),
    [ROWS, 2],
  ),
  y: real(Float64Array.from({ length: ROWS }, (_, i) => Math.cos(2.1 * i))),
};

const program = (network: string) => `data d = csv("d.csv") { x: real[2]; y: real }
network net { input real[2]; ${network} }
model m {
  gamma ~ Gamma(1, rate = 0.1)
  mu ~ Normal(0, 1)
  p ~ Beta(2, 2)
  u ~ Uniform(0, wide)
  tau[fc1.unit] ~ HalfCauchy(1)
  wide ~ InverseGamma(2, 1)
  *.weight ~ Normal(0, 0.5 + u)
  *.bias ~ Normal(mu * p, 0.1 + sum_of_taus)
  sum_of_taus ~ HalfNormal(wide)
  y ~ Normal(net(x), 1 / sqrt(gamma))
}
run on d { infer laplace { steps = 1 } }`;

async function curved(network: string) {
  const { model } = inferencesOf(program(network), ROWS)[0]!;
  const density = buildDensity(model);
  const open = passesOver(columns, ROWS);
  const elements = elementsOf(density.sites, new Map());
  const state = Object.fromEntries(
    density.sites.map(({ path, shape }) => [path, real(new Float64Array(shape.reduce((n, m) => n * m, 1)), shape)]),
  );
  const row = Float64Array.from({ length: elements.count }, (_, i) => 0.4 * Math.sin(7 * i + 1));
  const full = await openFull(density, elements, state, true, open);
  const here = await full.at(row);
  const differences: number[][] = [];
  const h = 1e-5;
  for (let i = 0; i < row.length; i++) {
    const slopeAt = async (by: number) => (await full.bare(row.map((v, j) => (i === j ? v + by : v)))).slope;
    const [up, down] = [await slopeAt(h), await slopeAt(-h)];
    differences.push([...up].map((s, j) => (s - down[j]!) / (2 * h)));
  }
  full.dispose();
  const latent = elements.parts.flatMap(({ site, kept }) => Array.from(kept, () => isLatent(site)));
  return { density, elements, row, here, differences, latent, open };
}

describe('the curvature of a hierarchy', () => {
  it.each([
    ['exact where the network is linear', 'fc1 = dense(1)', () => true],
    [
      'exact in the rows and columns of latents',
      'fc1 = dense(2); tanh; fc2 = dense(1)',
      (a: boolean, b: boolean) => a || b,
    ],
  ])('is %s', async (_, network, isExact) => {
    const { here, differences, latent } = await curved(network);
    const n = latent.length;
    let compared = 0;
    differences.forEach((of, i) => {
      of.forEach((wanted, j) => {
        if (!isExact(latent[i]!, latent[j]!)) return;
        // Truncation is about h^2 times fourth derivatives of size 1000, rounding 1e-14 / h of a slope near 100.
        expect(Math.abs(here.matrix[i * n + j]! - wanted)).toBeLessThan(1e-6 * Math.max(1, Math.abs(wanted)));
        compared += Math.abs(wanted) > 1e-3 ? 1 : 0;
      });
    });
    expect(compared).toBeGreaterThan(n);
  });

  it('has the diagonal that its parts give without the matrix', async () => {
    const { density, elements, row, here, open } = await curved('fc1 = dense(1)');
    const state = Object.fromEntries(
      elements.parts.map(({ site, kept, offset }) => [
        site.path,
        real(row.slice(offset, offset + kept.length), site.shape),
      ]),
    );
    const [likelihood, prior] = [
      await latentDiagonal(density, state, true, open),
      await priorDiagonal(density, state, open),
    ];
    for (const { site, kept, offset } of elements.parts) {
      if (!isLatent(site)) continue;
      kept.forEach((place, i) => {
        const at = (offset + i) * elements.count + offset + i;
        expect(likelihood.get(site.path)![place]! + prior.get(site.path)![place]!).toBeCloseTo(here.matrix[at]!, 9);
      });
    }
  });
});
