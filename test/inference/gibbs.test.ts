/**
 * `move z by gibbs`: draws against the full conditional by densities written out here, and chains of weights and latents together
 * against the posterior of a regression with two normal priors, of which all 2^d choices can be summed (George & McCulloch 1993).
 */
import { describe, expect, it } from 'vitest';
import { childKey, rootKey } from '../../src/base/keys.ts';
import { fillNormal } from '../../src/base/normal.ts';
import type { EngineProgram, StateArrays } from '../../src/inference/engine.ts';
import { inclusionOf } from '../../src/pruning/index.ts';
import { inferencesOf, programOf } from '../helpers/inferences.ts';
import { gram, invert, type Matrix, times } from '../helpers/linear-algebra.ts';
import { keyedNoise, openFor, real, runOnce, scalarsAt } from '../helpers/reference.ts';

const normal = (x: number, mean: number, sd: number) =>
  Math.exp(-0.5 * ((x - mean) / sd) ** 2) / (sd * Math.sqrt(2 * Math.PI));

/** One move number `at` of `program` from a state in which all chains have the same values; the draws of a site, chain by chain. */
async function drawsOf(
  program: EngineProgram,
  values: Readonly<Record<string, readonly number[]>>,
  site: string,
  { move = 0, masks = {} }: { move?: number; masks?: Readonly<Record<string, readonly number[]>> } = {},
): Promise<readonly (readonly number[])[]> {
  const { program: step } = program.moves![move]!;
  const state: Record<string, StateArrays[string]> = {};
  for (const spec of step.state) {
    const path = spec.name.replace(/\.(chain|mask)$/, '');
    const [chains, ...rest] = spec.type.shape as readonly [number, ...number[]];
    state[spec.name] = spec.name.endsWith('.mask')
      ? real(masks[path]!, spec.type.shape)
      : real(Array.from({ length: chains }, () => values[path]!).flat(), [chains, ...rest]);
  }
  const feed = { batch: {}, noise: keyedNoise(step, rootKey(5), 0), scalars: {} };
  const [, after] = await runOnce(step, state, feed);
  const { data, type } = after[`${site}.chain`]!;
  const size = data.length / type.shape[0]!;
  return Array.from({ length: type.shape[0]! }, (_, c) => Array.from(data.slice(c * size, (c + 1) * size), Number));
}

/** Holds the share of ones to a probability, within four of its standard errors; `n` draws. */
function expectShare(draws: readonly number[], p: number): void {
  expect(draws.every((z) => z === 0 || z === 1)).toBe(true);
  const share = draws.reduce((sum, z) => sum + z, 0) / draws.length;
  expect(Math.abs(share - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / draws.length) + 2 ** -23);
}

const CHAINS = 4000;
const DATA =
  'data d = csv("d.csv") { x: real[3]; y: real }\nnetwork net { input real[3]; fc = dense(2); tanh; out = dense(1) }';

function programFor(model: string, moves: string, options = ''): EngineProgram {
  const infer = `infer sghmc { steps = 4, lr = 1e-4, chains = ${CHAINS}${options}, ${moves} }`;
  return programOf(inferencesOf(`${DATA}\nmodel m { ${model}; y ~ Normal(net(x), 1) }\nrun on d { ${infer} }`, 5)[0]!);
}

describe('a move', () => {
  it('draws the latent of each weight as its own weight says', async () => {
    const [tiny, wide, pi] = [0.1, 1.5, 0.3];
    const program = programFor(
      `z[fc.weight] ~ Bernoulli(${pi}); fc.weight ~ Normal(0, if z then ${wide} else ${tiny}); * except fc.weight ~ Normal(0, 1)`,
      'move z by gibbs every 2 steps',
    );
    expect([1, 2, 3, 4].map((done) => program.moves![0]!.due(done))).toEqual([false, true, false, true]);
    const w = [0.01, -0.2, 0.25, 0.3, -0.4, 2];
    const draws = await drawsOf(program, { 'fc.weight': w, 'z[fc.weight]': w.map(() => 1) }, 'z[fc.weight]');
    w.forEach((v, i) => {
      const [one, zero] = [pi * normal(v, 0, wide), (1 - pi) * normal(v, 0, tiny)];
      expectShare(
        draws.map((z) => z[i]!),
        one / (one + zero),
      );
    });
  });

  it('draws that of a unit as all of its weights and its bias say, without those that are gone', async () => {
    const [a, s] = [0.4, 0.7];
    const model = `pi ~ Beta(2, 2); s ~ HalfNormal(1); z[fc.unit] ~ Bernoulli(pi)
fc.* ~ Laplace(0, if z then 2 * s else 0.2); out.* ~ Normal(0, 1)`;
    const step = inferencesOf(
      `${DATA}\nmodel m { ${model}; y ~ Normal(net(x), 1) }
run on d { infer sgld { steps = 4, lr = 1e-4, chains = ${CHAINS}, move z by gibbs every 1 step } }`,
      5,
    )[0]!;
    const mask = [1, 1, 0, 1, 1, 0];
    const program = programOf(step, new Map([['fc.weight', Uint8Array.from(mask)]]));
    const weight = [0.3, -0.3, 7, 0.4, -0.2, 9];
    const bias = [0.5, 0.6];
    const values = {
      ...{ pi: [Math.log(a / (1 - a))], s: [Math.log(s)], 'z[fc.unit]': [0, 1] },
      ...{ 'fc.weight': weight, 'fc.bias': bias },
    };
    const draws = await drawsOf(program, values, 'z[fc.unit]', { masks: { 'fc.weight': mask } });
    const laplace = (x: number, scale: number) => Math.exp(-Math.abs(x) / scale) / (2 * scale);
    bias.forEach((b, unit) => {
      const own = weight.filter((_, i) => i % 2 === unit && mask[i] === 1).concat([b]);
      const [one, zero] = [2 * s, 0.2].map((scale) => own.reduce((p, x) => p * laplace(x, scale), 1));
      const p = (a * one!) / (a * one! + (1 - a) * zero!);
      expect(p).toBeGreaterThan(0.05);
      expect(p).toBeLessThan(0.95);
      expectShare(
        draws.map((z) => z[unit]!),
        p,
      );
    });
  });

  it('draws a single latent as all layers say, and one that another mentions as that says', async () => {
    const program = programFor(
      `u ~ Bernoulli(0.2); z[*.layer] ~ Bernoulli(if u then 0.9 else 0.3); *.weight ~ Normal(0, if z then 1 else 0.5); *.bias ~ Normal(0, if u then 1 else 0.8)`,
      'move z by gibbs every 1 step, move u by gibbs every 1 step',
    );
    const fc = [0.3, -0.5, 0.7, 1, -0.2, 0.4];
    const values = {
      ...{ u: [1], 'z[fc.layer]': [1], 'z[out.layer]': [0], 'fc.weight': fc, 'out.weight': [0.4, -0.9] },
      ...{ 'fc.bias': [0.2, 0.9], 'out.bias': [-1.2] },
    };
    const ofLayer = (w: readonly number[]) => {
      const [one, zero] = [1, 0.5].map((sd) => w.reduce((p, x) => p * normal(x, 0, sd), 1));
      return (0.9 * one!) / (0.9 * one! + 0.1 * zero!);
    };
    const [zFc, zOut] = await Promise.all(['z[fc.layer]', 'z[out.layer]'].map((z) => drawsOf(program, values, z)));
    expectShare(zFc!.flat(), ofLayer(fc));
    expectShare(zOut!.flat(), ofLayer([0.4, -0.9]));
    const [one, zero] = [
      [0.2, 0.9, 1],
      [0.8, 0.3, 0.8],
    ].map(([prior, p, sd]) => [0.2, 0.9, -1.2].reduce((q, x) => q * normal(x, 0, sd!), prior! * p! * (1 - p!)));
    expectShare((await drawsOf(program, values, 'u', { move: 1 })).flat(), one! / (one! + zero!));
  });

  it('has the temperature of its chains, at 0 the more probable value', async () => {
    const model =
      'z[fc.weight] ~ Bernoulli(0.5); fc.weight ~ Normal(0, if z then 1 else 0.25); * except fc.weight ~ Normal(0, 1)';
    const w = [0.1, 0.3, 0.4, 0.43, 0.5, 0.7];
    const values = { 'fc.weight': w, 'z[fc.weight]': w.map(() => 1) };
    const odds = (v: number) => normal(v, 0, 1) / normal(v, 0, 0.25);
    const move = 'move z by gibbs every 1 step';
    const warm = await drawsOf(programFor(model, move, ', temperature = 0.5'), values, 'z[fc.weight]');
    const cold = await drawsOf(programFor(model, move, ', temperature = 0'), values, 'z[fc.weight]');
    w.forEach((v, i) => {
      expectShare(
        warm.map((z) => z[i]!),
        odds(v) ** 2 / (1 + odds(v) ** 2),
      );
      expect(new Set(cold.map((z) => z[i]!))).toEqual(new Set([odds(v) > 1 ? 1 : 0]));
    });
  });
});

/** Regression with w_j ~ Normal(0, wide) where z_j is 1 and Normal(0, tiny) where it is 0, by enumeration of all z. */
function enumerated(
  X: Matrix,
  y: readonly number[],
  { tiny, wide, pi, noise }: { tiny: number; wide: number; pi: number; noise: number },
) {
  const d = X[0]!.length;
  const xx = gram(X);
  const xy = Array.from({ length: d }, (_, j) => X.reduce((s, row, i) => s + row[j]! * y[i]!, 0) / noise ** 2);
  const states = Array.from({ length: 2 ** d }, (_, code) => Array.from({ length: d }, (_, j) => (code >> j) & 1));
  const parts = states.map((z) => {
    const sds = z.map((one) => (one === 1 ? wide : tiny));
    const precision = xx.map((row, i) => row.map((v, j) => v / noise ** 2 + (i === j ? 1 / sds[i]! ** 2 : 0)));
    const { inverse, logDeterminant } = invert(precision);
    const mean = times(inverse, xy);
    // log p(y | z) up to what does not depend on z, from the normal integral over w.
    const evidence =
      0.5 * mean.reduce((s, m, j) => s + m * xy[j]!, 0) -
      0.5 * logDeterminant -
      sds.reduce((s, sd) => s + Math.log(sd), 0);
    const ones = z.reduce((s, one) => s + one, 0);
    return { z, mean, log: evidence + ones * Math.log(pi) + (d - ones) * Math.log(1 - pi) };
  });
  const top = Math.max(...parts.map((p) => p.log));
  const weights = parts.map((p) => Math.exp(p.log - top));
  const total = weights.reduce((s, w) => s + w, 0);
  const average = (of: (part: (typeof parts)[number], j: number) => number) =>
    Array.from({ length: d }, (_, j) => parts.reduce((s, part, i) => s + (weights[i]! / total) * of(part, j), 0));
  return { inclusion: average(({ z }, j) => z[j]!), mean: average(({ mean }, j) => mean[j]!) };
}

describe('chains of weights and latents', () => {
  const [D, N, STEPS, RUNS] = [6, 30, 1200, 100];
  const law = { tiny: 0.12, wide: 1, pi: 0.4, noise: 0.6 };
  const { X, y } = (() => {
    const normals = new Float32Array((D + 1) * N);
    fillNormal(childKey(rootKey(11), 'regression'), normals);
    const rows = Array.from({ length: N }, (_, i) => Array.from(normals.slice((D + 1) * i, (D + 1) * i + D)));
    // Two columns that are hard to tell apart.
    const X = rows.map((row) => row.map((v, j) => (j === 1 ? 0.8 * row[0]! + 0.6 * v : v)));
    const slopes = [0.6, 0, 0.35, 0.22, 0.1, 0];
    const y = X.map((row, i) => row.reduce((s, v, j) => s + v * slopes[j]!, law.noise * normals[(D + 1) * i + D]!));
    return { X, y };
  })();

  it('agree with the sum over all 2^6 choices on inclusion and means', async () => {
    const [step] = inferencesOf(
      `data d = csv("d.csv") { x: real[${D}]; y: real }
network net { input real[${D}]; fc = dense(1, bias = false) }
model m {
  z[fc.weight] ~ Bernoulli(${law.pi})
  fc.weight ~ Normal(0, if z then ${law.wide} else ${law.tiny})
  y ~ Normal(net(x), ${law.noise})
}
run on d {
  infer sghmc {
    steps = ${STEPS}, batch = ${N}, lr = 6e-4, friction = 0.15, chains = ${RUNS}, burn_in = 300 steps, collect_every = 6 steps
    move z by gibbs every 3 steps
  }
}`,
      N,
    );
    const program = programOf(step!);
    const session = await openFor(program, program.initial(rootKey(1), null));
    const one = program.step(N, { values: false });
    const [compiled, collect, move] = [
      await session.compile(one),
      await session.compile(program.collect!.program),
      await session.compile(program.moves![0]!.program),
    ];
    const batch = { x: real(X.flat(), [N, D]), y: real(y) };
    for (let i = 0; i < STEPS; i++) {
      const feed = { batch, noise: keyedNoise(one, rootKey(2), i), scalars: scalarsAt(program, i, i) };
      await session.run(compiled, [feed]);
      if (program.collect!.due(i + 1)) await session.run(collect, [{ batch: {}, noise: {}, scalars: {} }]);
      const noise = keyedNoise(move!.program, rootKey(2), i);
      if (program.moves![0]!.due(i + 1)) await session.run(move!, [{ batch: {}, noise, scalars: {} }]);
    }
    const posterior = program.posterior(await session.read());
    session.dispose();

    const exact = enumerated(X, y, law);
    expect(exact.inclusion.some((p) => p > 0.2 && p < 0.8)).toBe(true);
    const of = (path: string) => {
      const site = posterior.sites.find((s) => s.path === path);
      if (site?.family !== 'Particles') throw new Error(`no draws of ${path}`);
      return site.particles;
    };
    for (const [path, wanted] of [
      ['z[fc.weight]', exact.inclusion],
      ['fc.weight', exact.mean],
    ] as const) {
      const draws = of(path);
      const perChain = draws.length / RUNS;
      wanted.forEach((value, j) => {
        // Chains are independent of each other: their means say how far the mean of all may be off.
        const means = Array.from({ length: RUNS }, (_, c) => {
          const own = draws.slice(c * perChain, (c + 1) * perChain);
          return own.reduce((s, draw) => s + draw[j]!, 0) / perChain;
        });
        const mean = means.reduce((s, m) => s + m, 0) / RUNS;
        const error = Math.sqrt(means.reduce((s, m) => s + (m - mean) ** 2, 0) / (RUNS - 1) / RUNS);
        expect(error, `${path} ${j + 1}`).toBeLessThan(0.02);
        // Four standard errors; at this `lr` variances in the spike are too wide by 1 %, which moves an inclusion by less than 0.004
        // and a mean by less than 0.001.
        expect(Math.abs(mean - value), `${path} ${j + 1}`).toBeLessThan(
          4 * error + (path === 'fc.weight' ? 0.001 : 0.004),
        );
      });
    }
    const inclusion = inclusionOf(step!.model, posterior, 'fc.weight');
    const own = posterior.sites.find((s) => s.path === 'z[fc.weight]')!.mean;
    exact.inclusion.forEach((_, j) => {
      expect(inclusion[j]!).toBeCloseTo(own[j]!, 6);
    });
  });
});

describe('a point behind chains', () => {
  it('has the latent at its more probable value, and weights that follow the prior which that chooses', async () => {
    const [tiny, wide, rate, rows] = [0.3, 2, 0.1, 4];
    const [, step] = inferencesOf(
      `data d = csv("d.csv") { x: real[3]; y: real }
network net { input real[3]; fc = dense(1, bias = false) }
model m { z[fc.weight] ~ Bernoulli(0.5); fc.weight ~ Normal(0, if z then ${wide} else ${tiny}); y ~ Normal(net(x), 1) }
run on d { infer sgvb { epochs = 1 }; infer map { epochs = 1, batch = all, optimizer = sgd(${rate}) } }`,
      rows,
    );
    const program = programOf(step!);
    const w = [0.5, -1, 0.25];
    const moments = { layer: 'fc', counts: 'latent', shape: [3, 1], sd: new Float32Array(3), mask: null } as const;
    const state = program.initial(rootKey(1), {
      kind: 'posterior',
      sites: [
        { ...moments, path: 'z[fc.weight]', family: 'Bernoulli', mean: Float32Array.from([0.2, 0.7, 0.5]) },
        { ...moments, path: 'fc.weight', counts: 'weight', family: 'Normal', mean: Float32Array.from(w) },
      ],
      statistics: [],
    });
    const x = [1, 2, 0, -1, 0.5, 1, 0, 1, -2, 3, 0, 1];
    const y = [1, 0, -1, 2];
    const one = program.step(rows, { values: true });
    const feed = { batch: { x: real(x, [rows, 3]), y: real(y) }, noise: {}, scalars: scalarsAt(program, 0, 0) };
    const [, after] = await runOnce(one, Object.fromEntries(one.state.map((s) => [s.name, state[s.name]!])), feed);
    expect([...after['z[fc.weight].mean']!.data]).toEqual([0, 1, 1]);
    const errors = y.map((v, i) => w.reduce((s, wj, j) => s + wj * x[3 * i + j]!, 0) - v);
    w.forEach((v, j) => {
      const slope = errors.reduce((s, e, i) => s + e * x[3 * i + j]!, 0) + v / (j === 0 ? tiny : wide) ** 2;
      expect(after['fc.weight.mean']!.data[j]).toBeCloseTo(v - (rate * slope) / rows, 6);
    });
  });
});
