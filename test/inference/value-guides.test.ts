/** Guides of a latent's values: truncated log-normals and hard concrete gates, by what their steps expect and what their posteriors draw. */
import { describe, expect, it } from 'vitest';
import { childKey, rootKey } from '../../src/base/keys.ts';
import { tfjsExecutor } from '../../src/executors/tfjs/tfjs.ts';
import type { EngineProgram, StateArrays } from '../../src/inference/engine.ts';
import { heldState } from '../../src/model/initial.ts';
import type { SitePosterior } from '../../src/model/posterior.ts';
import { drawSite } from '../../src/model/posterior.ts';
import { inclusionOf } from '../../src/pruning/inclusion.ts';
import { inferencesOf, programOf } from '../helpers/inferences.ts';
import { integrate } from '../helpers/quadrature.ts';
import { numbersOf, openFor, real, scalarsAt } from '../helpers/reference.ts';

const ROWS = 5;
const X = [0.3, -1.2, 0.8, 2, -0.4];
const Y = [0.1, -0.9, 1.1, 1.2, -0.6];
const batch = { x: real(X, [ROWS, 1]), y: real(Y) };

const inferenceOf = (lines: string, guide: string, likelihood: string) =>
  inferencesOf(
    `data d = csv("d.csv") { x: real[1]; y: real }
network lin { input real[1]; fc = dense(1, bias = false) }
model m { ${lines}; y ~ ${likelihood} }
guide for m { ${guide}; fc.weight ~ Delta() }
run on d { infer sgvb { steps = 1, batch = ${ROWS}, optimizer = sgd(1) } }`,
    ROWS,
  )[0]!;

/** Parts of (0, 1) for quadrature: towards the ends draws may go as the logarithm of what is left does. */
const TOWARDS_ENDS = [1e-6, 1e-4, 1e-2, 0.5, 1 - 1e-2, 1 - 1e-4, 1 - 1e-6];
const PIECES = 4;

/** The loss and its gradient by the site's parameters, averaged over the quantiles of its one uniform number. */
async function expected(program: EngineProgram, state: StateArrays, site: string, bends: readonly number[] = []) {
  const step = program.step(ROWS);
  const ends = [0, ...[...TOWARDS_ENDS, ...bends].sort((a, b) => a - b), 1];
  const nodes: number[] = [];
  for (let i = 1; i < ends.length; i++) integrate((u) => nodes.push(u), ends[i - 1]!, ends[i]!, PIECES);
  const session = await openFor(program, state);
  const compiled = await session.compile(step);
  const names = Object.keys(state).filter((name) => name.startsWith(`${site}.`));
  const found = new Map<number, Readonly<Record<string, number>>>();
  for (const u of nodes) {
    await session.write(state);
    const noise = Object.fromEntries(step.noise.map((spec) => [spec.name, real([u], spec.type.shape)]));
    const [info] = await session.run(compiled, [{ batch, noise, scalars: scalarsAt(program, 0, 0) }]);
    const after = await session.read(names);
    const slopes = names.map((name) => [name, ROWS * (Number(state[name]!.data[0]) - Number(after[name]!.data[0]))]);
    found.set(u, { loss: numbersOf(info!).loss![0]!, ...Object.fromEntries(slopes) });
  }
  session.dispose();
  const over = (name: string) =>
    ends.slice(1).reduce((sum, end, i) => sum + integrate((u) => found.get(u)![name]!, ends[i]!, end, PIECES), 0);
  return Object.fromEntries(['loss', ...names].map((name) => [name, over(name)]));
}

const nll = (theta: number, sd: number, weight: number) =>
  X.reduce(
    (sum, x, i) => sum + 0.5 * ((Y[i]! - theta * weight * x) / sd) ** 2 + Math.log(sd * Math.sqrt(2 * Math.PI)),
    0,
  );

describe('a truncated log-normal guide', () => {
  const [low, high] = [0.05, 1];
  const guide = `theta ~ TruncatedLogNormal(0, 1, low = ${low}, high = ${high})`;
  const gate = (prior: string) => `theta[fc.input] ~ ${prior}; gate fc.input with theta; fc.weight ~ Flat()`;
  const path = 'theta[fc.input]';
  const weight = 1.3;
  const stateAt = (mean: number, logVariance: number): StateArrays => ({
    [`${path}.mean`]: real([mean], [1, 1]),
    [`${path}.log_variance`]: real([logVariance], [1, 1]),
    'fc.weight.mean': real([weight], [1, 1]),
  });

  /** E[nll] + KL by quadrature over the logarithm, from the definition of a truncated normal. */
  function bound(mean: number, logVariance: number, logPrior: (theta: number) => number): number {
    const sd = Math.exp(0.5 * logVariance);
    const [from, to] = [Math.log(low), Math.log(high)];
    const top = Math.min(Math.max(mean, from), to);
    const kernel = (t: number) => Math.exp(0.5 * ((top - mean) / sd) ** 2 - 0.5 * ((t - mean) / sd) ** 2);
    const mass = integrate(kernel, from, to);
    return integrate(
      (t) => {
        const q = kernel(t) / mass;
        const theta = Math.exp(t);
        return q === 0 ? 0 : q * (nll(theta, 0.3, weight) + Math.log(q) - t - logPrior(theta));
      },
      from,
      to,
    );
  }

  it.each([
    ['LogUniform(0.02, 2)', (x: number) => -Math.log(x) - Math.log(Math.log(100))],
    ['HalfNormal(2)', (x: number) => 0.5 * Math.log(2 / Math.PI) - Math.log(2) - (x * x) / 8],
    ['Uniform(0, 1)', () => 0],
  ] as const)(
    'has minus the evidence lower bound under %s for its expected loss, and its slopes',
    async (prior, logPrior) => {
      const program = programOf(inferenceOf(gate(prior), guide, 'Normal(lin(x), 0.3)'));
      // In the range, far above it, and as good as flat.
      for (const [mean, logVariance] of [
        [-0.7, -1],
        [2.5, -2.2],
        [0.5, 9],
      ] as const) {
        const found = await expected(program, stateAt(mean, logVariance), path);
        const exact = (m: number, v: number) => bound(m, v, logPrior);
        const h = 1e-4;
        const slopes = {
          [`${path}.mean`]: (exact(mean + h, logVariance) - exact(mean - h, logVariance)) / (2 * h),
          [`${path}.log_variance`]: (exact(mean, logVariance + h) - exact(mean, logVariance - h)) / (2 * h),
        };
        // Quadrature towards logarithms at the ends gives six digits of a loss of up to 50; differences of the exact one as many.
        expect(Math.abs(found.loss! - exact(mean, logVariance))).toBeLessThan(2e-4);
        for (const [name, slope] of Object.entries(slopes))
          expect(Math.abs(found[name]! - slope), `${name} at ${mean}, ${logVariance}`).toBeLessThan(
            1e-3 * Math.max(1, Math.abs(slope)),
          );
      }
    },
  );

  it('draws what it has learned: its distribution function is uniform on its draws', () => {
    const program = programOf(inferenceOf(gate('LogUniform(0.05, 1)'), guide, 'Normal(lin(x), 0.3)'));
    const [mean, sd] = [-0.4, 0.8];
    const posterior = program.posterior(stateAt(mean, 2 * Math.log(sd)));
    const site = posterior.sites.find((s) => s.path === path)!;
    const reals = Array.from({ length: 4000 }, (_, i) => drawSite(site, i, childKey(rootKey(3), i), rootKey(0))[0]!);
    const [from, to] = [Math.log(low), Math.log(high)];
    const kernel = (t: number) => Math.exp(-0.5 * ((t - mean) / sd) ** 2);
    const mass = integrate(kernel, from, to);
    const shares = reals.map((z) => {
      const t = from + (to - from) / (1 + Math.exp(-z));
      return integrate(kernel, from, t, 40) / mass;
    });
    shares.sort((a, b) => a - b);
    const distance = Math.max(...shares.map((p, i) => Math.abs(p - (i + 0.5) / shares.length)));
    // Kolmogorov: 1.95 / sqrt(n) is passed once in a thousand.
    expect(distance).toBeLessThan(1.95 / Math.sqrt(shares.length));
    // The mean of the values, as the real number that stands for it.
    const exact = integrate((t) => Math.exp(t) * kernel(t), from, to) / mass;
    const shown = Math.exp(from + (to - from) / (1 + Math.exp(-site.mean[0]!)));
    expect(Math.abs(shown - exact)).toBeLessThan(1e-5);
  });

  it('stays finite in single precision wherever its parameters wander', async () => {
    const guideAt = `theta ~ TruncatedLogNormal(0, exp(-5), low = exp(-20), high = 1)`;
    const program = programOf(inferenceOf(gate('LogUniform(exp(-20), 1)'), guideAt, 'Normal(lin(x), 0.3)'));
    const session = await tfjsExecutor('cpu').open(program.state);
    const step = program.step(ROWS);
    const compiled = await session.compile(step);
    for (const mean of [-1000, -60, -20, -10, 0, 0.3, 5, 80, 1000])
      for (const logVariance of [-40, -10, -2, 0, 4, 20, 60])
        for (const u of [1e-7, 0.5, 1 - 1e-7]) {
          await session.write(stateAt(mean, logVariance));
          const noise = Object.fromEntries(step.noise.map((spec) => [spec.name, real([u], spec.type.shape)]));
          const [info] = await session.run(compiled, [{ batch, noise, scalars: scalarsAt(program, 0, 0) }]);
          const after = numbersOf(await session.read([`${path}.mean`, `${path}.log_variance`]));
          const all = [...Object.values(numbersOf(info!)), ...Object.values(after)].map((a) => a[0]!);
          expect(all.every(Number.isFinite), `${mean}, ${logVariance}, ${u}: ${all}`).toBe(true);
        }
    session.dispose();
  });
});

describe('a hard concrete guide', () => {
  const cost = 0.2;
  const lines = `z[fc.input] ~ Bernoulli(${cost}); gate fc.input with z; fc.weight ~ Normal(0, 1)`;
  const step = inferenceOf(lines, 'z ~ HardConcrete(0.7)', 'Normal(lin(x), 0.3)');
  const program = programOf(step);
  const path = 'z[fc.input]';
  const [temperature, low, high] = [2 / 3, -0.1, 1.1];
  const weight = 0.8;
  const stateAt = (logAlpha: number): StateArrays => ({
    [`${path}.log_alpha`]: real([logAlpha], [1, 1]),
    'fc.weight.mean': real([weight], [1, 1]),
  });
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  /** Where the stretched number is 0, and where it is 1: u = sigmoid(temperature logit(place) - log alpha). */
  const bendsAt = (logAlpha: number) =>
    [-low, 1 - low].map((place) => {
      const share = place / (high - low);
      return sigmoid(temperature * Math.log(share / (1 - share)) - logAlpha);
    });

  /** Louizos et al. 2018: the expected loss over the gates, and -log prior of the weight and of "the gate is not 0". */
  function objective(logAlpha: number): number {
    const gate = (u: number) => {
      const s = sigmoid((Math.log(u / (1 - u)) + logAlpha) / temperature);
      return Math.min(Math.max(s * (high - low) + low, 0), 1);
    };
    const ends = [0, ...bendsAt(logAlpha), 1];
    const loss = ends
      .slice(1)
      .reduce((sum, to, i) => sum + integrate((u) => nll(gate(u), 0.3, weight), ends[i]!, to), 0);
    const open = 1 - bendsAt(logAlpha)[0]!;
    const prior = 0.5 * weight ** 2 + 0.5 * Math.log(2 * Math.PI);
    return loss + prior - open * Math.log(cost) - (1 - open) * Math.log(1 - cost);
  }

  it('minimises the expected loss of the paper, with the price of open gates in closed form', async () => {
    for (const logAlpha of [-3, 0.4, 2]) {
      const found = await expected(program, stateAt(logAlpha), path, bendsAt(logAlpha));
      const h = 1e-4;
      const slope = (objective(logAlpha + h) - objective(logAlpha - h)) / (2 * h);
      expect(Math.abs(found.loss! - objective(logAlpha))).toBeLessThan(1e-4);
      expect(Math.abs(found[`${path}.log_alpha`]! - slope)).toBeLessThan(1e-3 * Math.max(1, Math.abs(slope)));
    }
  });

  it('starts at the odds that the guide names', () => {
    const { data } = program.initial(rootKey(1), null)[`${path}.log_alpha`]!;
    expect(Number(data[0])).toBeCloseTo(Math.log(0.7 / 0.3), 6);
  });

  it('predicts with draws that are 0 as often as it says, and at its mean with the estimator of the paper', () => {
    const logAlpha = -0.5;
    const posterior = program.posterior(stateAt(logAlpha));
    const site = posterior.sites.find((s) => s.path === path) as SitePosterior;
    expect(site.mean[0]!).toBeCloseTo(Math.min(Math.max(sigmoid(logAlpha) * (high - low) + low, 0), 1), 6);
    const open = 1 - bendsAt(logAlpha)[0]!;
    expect(inclusionOf(step.model, posterior, 'fc.weight')[0]!).toBeCloseTo(open, 6);
    const n = 4000;
    const draws = Array.from({ length: n }, (_, i) => drawSite(site, i, childKey(rootKey(4), i), rootKey(0))[0]!);
    expect(draws.every((z) => z >= 0 && z <= 1)).toBe(true);
    const closed = draws.filter((z) => z === 0).length / n;
    expect(Math.abs(closed - (1 - open))).toBeLessThan(4 * Math.sqrt((open * (1 - open)) / n));
  });

  it('is held open where it is more often open than 0, which its mean does not say', () => {
    const held = (logAlpha: number) => {
      const site = program.posterior(stateAt(logAlpha)).sites.find((s) => s.path === path)!;
      expect(site.mean[0]!).toBeLessThan(0.5);
      return [...heldState(step.model.sites.find((s) => s.path === path)!, site)];
    };
    // Open with probabilities 0.75 and 0.20.
    expect([held(-0.5), held(-3)]).toEqual([[1], [0]]);
  });

  it('goes on from what an earlier inference left, its own kind or gates of 0 and 1', async () => {
    const own = program.posterior(stateAt(-0.5));
    const again = program.initial(rootKey(1), own)[`${path}.log_alpha`]!;
    expect(Number(again.data[0])).toBeCloseTo(-0.5, 6);
    const p = 0.35;
    const site = own.sites.find((s) => s.path === path)!;
    const { layer, counts, shape, sd, mask } = site;
    const mean = Float32Array.of(p);
    const binary: SitePosterior = { path, layer, counts, shape, sd, mask, mean, family: 'Bernoulli' };
    const sites = own.sites.map((s) => (s.path === path ? binary : s));
    const session = await openFor(program, program.initial(rootKey(1), { ...own, sites }));
    const state = await session.read();
    session.dispose();
    expect(inclusionOf(step.model, program.posterior(state), 'fc.weight')[0]!).toBeCloseTo(p, 5);
  });
});
