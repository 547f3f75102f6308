/** Horseshoes as one density against the hierarchies that they stand for, written out in the language: the scale integrated out by quadrature. */
import { describe, expect, it } from 'vitest';
import { buildDensity, type Density } from '../../src/model/density.ts';
import { logDensityOf } from '../../src/model/distribution.ts';
import { latentValues, logDensityOfReal } from '../../src/model/latents.ts';
import { inferencesOf } from '../helpers/inferences.ts';
import { integrate } from '../helpers/quadrature.ts';
import { compute, real } from '../helpers/reference.ts';

/** Logarithms of half-Cauchy scales: what lies beyond has a mass of 1e-13. */
const nodes: number[] = [];
integrate((t) => nodes.push(t), -30, 30, 300);

/** A model of as many weights as there are nodes. */
const densityOf = (lines: string, inputs = nodes.length): Density =>
  buildDensity(
    inferencesOf(
      `data d = csv("d.csv") { x: real[${inputs}]; y: real }
network net { input real[${inputs}]; fc = dense(1, bias = false) }
model m { g ~ HalfCauchy(1); ${lines}; y ~ Normal(net(x), 1) }
run on d { infer svgd { steps = 1 } }`,
      4,
    )[0]!.model,
  );

const SLAB = 1.5;
const cases = [
  ['Horseshoe(g)', 'Normal(0, g * lambda)'],
  [`RegularizedHorseshoe(g, ${SLAB})`, `Normal(0, ${SLAB} * g * lambda / sqrt(${SLAB}^2 + (g * lambda)^2))`],
  [
    `RegularizedHorseshoe(0.3, ${SLAB} + g)`,
    `Normal(0, 0.3 * (${SLAB} + g) * lambda / sqrt((${SLAB} + g)^2 + (0.3 * lambda)^2))`,
  ],
] as const;

/** Of every weight, and of the logarithms of their scales where there are such. */
async function logsOf(density: Density, weights: readonly number[], global: number) {
  const shape = [weights.length, 1];
  const inputs = {
    g: real([Math.log(global)], []),
    w: real(weights, shape),
    lambda: real(
      weights.map((_, i) => nodes[i % nodes.length]!),
      shape,
    ),
  };
  const found = await compute(inputs, ({ graph: b }, { g, w, lambda }) => {
    const latents = latentValues(b, density, ({ path }) => (path === 'g' ? g! : lambda!));
    const site = (path: string) => density.sites.find((s) => s.path === path);
    const own = b.broadcast(logDensityOf(b, w!, density.prior(b, site('fc.weight')!, latents)), shape);
    const scales = site('lambda[fc.weight]');
    return {
      log: scales === undefined ? own : b.add(own, logDensityOfReal(b, lambda!, density.prior(b, scales, latents))),
    };
  });
  return found.log!;
}

describe('a horseshoe', () => {
  it.each(cases)('%s is the density of its hierarchy', async (marginal, given) => {
    const hierarchy = densityOf(`lambda[fc.weight] ~ HalfCauchy(1); fc.weight ~ ${given}`);
    const weights = [1e-4, 0.02, -0.3, 1.2, 4];
    const alone = densityOf(`fc.weight ~ ${marginal}`, weights.length);
    for (const global of [1e-3, 0.4, 5]) {
      const logs = await logsOf(alone, weights, global);
      for (const [i, w] of weights.entries()) {
        const joint = await logsOf(
          hierarchy,
          nodes.map(() => w),
          global,
        );
        let node = 0;
        const exact = Math.log(integrate(() => Math.exp(joint[node++]!), -30, 30, 300));
        // The fits of both densities are within 2.2e-6 (`regularized-horseshoe.ts`).
        expect(Math.abs(logs[i]! - exact), `at ${w}, global ${global}`).toBeLessThan(5e-6);
      }
    }
  });
});
