/** Latents: exact optima, gradients against differences, and a posterior that others have sampled. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HostArray } from '../../src/base/host-array.ts';
import { rootKey } from '../../src/base/keys.ts';
import type { EngineProgram, StateArrays } from '../../src/inference/engine.ts';
import { inferencesOf, programOf } from '../helpers/inferences.ts';
import { constantNoise, keyedNoise, numbersOf, openFor, real, runOnce, scalarsAt } from '../helpers/reference.ts';

const HIERARCHY = `data d = csv("d.csv") { x: real[3]; y: real }
network net { input real[3]; fc1 = dense(4); tanh; fc2 = dense(1) }
model m {
  gamma ~ Gamma(1, rate = 0.1)
  mu ~ Normal(0, 1)
  p ~ Beta(2, 2)
  u ~ Uniform(0, wide)
  tau[fc1.unit, fc2.input] ~ HalfCauchy(1)
  rho[fc1.weight] ~ HalfCauchy(tau)
  s[*.layer] ~ HalfNormal(wide)
  wide ~ InverseGamma(2, 1)
  fc1.weight ~ Normal(0, s * rho)
  fc2.weight ~ Laplace(0, s * tau)
  *.bias ~ Normal(mu * p, s + u)
  y ~ Normal(net(x), 1 / sqrt(gamma))
}`;

const ROWS = 5;
const batch: Readonly<Record<string, HostArray>> = {
  x: real(
    Array.from({ length: 3 * ROWS }, (_, i) => Math.sin(1.3 * i)),
    [ROWS, 3],
  ),
  y: real(Array.from({ length: ROWS }, (_, i) => Math.cos(2.1 * i))),
};

function hierarchy(infer: string, guide = ''): EngineProgram {
  return programOf(inferencesOf(`${HIERARCHY}\n${guide}\nrun on d { infer ${infer} }`, ROWS)[0]!);
}

/** Every number of the parameters moved off its start, so that no gradient is 0 by symmetry. */
function shifted(state: StateArrays): StateArrays {
  const moved = (array: HostArray) => Float64Array.from(array.data, (v, i) => v + 0.3 * Math.sin(7 * i + 1));
  return Object.fromEntries(Object.entries(state).map(([n, a]) => [n, { type: a.type, data: moved(a) }]));
}

/** Largest difference between the gradient that an SGD step of rate 1 follows and central differences of the loss at the same noise. */
async function gradientError(program: EngineProgram): Promise<{ readonly error: number; readonly size: number }> {
  const step = program.step(ROWS);
  const feed = { batch, noise: keyedNoise(step, rootKey(3), 0), scalars: scalarsAt(program, 0, 0) };
  const state = shifted(program.initial(rootKey(1), null));
  const [, after] = await runOnce(step, state, feed);
  const h = 1e-5;
  let [error, size] = [0, 0];
  for (const [name, array] of Object.entries(state)) {
    for (let i = 0; i < array.data.length; i++) {
      const lossAt = async (by: number) => {
        const data = Float64Array.from(array.data, (v, j) => (j === i ? v + by : v));
        const [info] = await runOnce(step, { ...state, [name]: { type: array.type, data } }, feed);
        return numbersOf(info).loss![0]!;
      };
      const slope = ((await lossAt(h)) - (await lossAt(-h))) / (2 * h) / ROWS;
      error = Math.max(error, Math.abs(array.data[i]! - after[name]!.data[i]! - slope));
      size = Math.max(size, Math.abs(slope));
    }
  }
  return { error, size };
}

describe('gradients of a hierarchy with latents of every support', () => {
  it.each([
    ['by local reparameterisation', 'sgvb { steps = 1, batch = 5, optimizer = sgd(1) }', ''],
    ['by shared draws', 'sgvb { steps = 1, batch = 5, optimizer = sgd(1), estimator = shared }', ''],
    [
      'with points among the latents',
      'sgvb { steps = 1, batch = 5, optimizer = sgd(1) }',
      'guide { tau ~ Delta(0.5); mu ~ Delta() }',
    ],
    ['of a point', 'map { steps = 1, batch = 5, optimizer = sgd(1) }', ''],
    ['of a particle', 'svgd { steps = 1, batch = 5, optimizer = sgd(1), particles = 1 }', ''],
  ])('%s are those of the loss', async (_, infer, guide) => {
    const { error, size } = await gradientError(hierarchy(infer, guide));
    expect(size).toBeGreaterThan(0.1);
    // Truncation is about h^2 times third derivatives of size 100, rounding 1e-14 / h of a loss near 100.
    expect(error).toBeLessThan(1e-6 * Math.max(1, size));
  });
});

describe('a precision alone', () => {
  const [a, r, n] = [2, 0.5, ROWS];
  const squares = [...batch.y!.data].reduce((sum, y) => sum + y * y, 0);
  const step = inferencesOf(
    `data d = csv("d.csv") { x: real[1]; y: real }
network net { input real[1]; fc = dense(1, bias = false) }
model m { gamma ~ Gamma(${a}, rate = ${r}); * ~ Flat(); y ~ Normal(net(x), precision = gamma ^ 1) }
run on d { infer sgvb { steps = 1, batch = ${n}, optimizer = sgd(1) } }`,
    n,
  )[0]!;

  it('has no gradient at the log-normal nearest to the Gamma posterior', async () => {
    // Posterior Gamma(A, R); KL(LogNormal(m, s) || Gamma(A, R)) is least at s^2 = 1 / A, m = log(A / R) - s^2 / 2.
    const [A, R] = [a + n / 2, r + squares / 2];
    const program = programOf(step, new Map([['fc.weight', new Uint8Array([0])]]));
    const start = program.initial(rootKey(1), null);
    const at = {
      ...start,
      'gamma.mean': real([Math.log(A / R) - 0.5 / A], []),
      'gamma.log_variance': real([-Math.log(A)], []),
    };
    const first = program.step(n);
    const rows = { ...batch, x: real(new Array(n).fill(1), [n, 1]) };
    // The trapezoidal rule of a smooth function that vanishes at both ends is exact to rounding.
    const [h, ends] = [0.2, 45];
    let [mean, spread] = [0, 0];
    for (let k = -ends; k <= ends; k++) {
      const feed = { batch: rows, noise: constantNoise(first, k * h), scalars: scalarsAt(program, 0, 0) };
      const [, after] = await runOnce(first, at, feed);
      const weight = (h * Math.exp(-0.5 * (k * h) ** 2)) / Math.sqrt(2 * Math.PI);
      mean += weight * (Number(after['gamma.mean']!.data[0]) - at['gamma.mean'].data[0]!);
      spread += weight * (Number(after['gamma.log_variance']!.data[0]) - at['gamma.log_variance'].data[0]!);
    }
    expect(Math.abs(mean)).toBeLessThan(1e-10);
    expect(Math.abs(spread)).toBeLessThan(1e-10);
  });
});

describe('children and their mothers (posteriordb: kidiq-kidscore_momhsiq)', () => {
  /** Of 10,000 draws of the reference posterior. */
  const SIGMA = { mean: 18.13919409304605, sd: 0.6185264257855615 };

  it('has the reference posterior of the noise', async () => {
    const table = readFileSync(join(import.meta.dirname, '../../examples/linear-regression/kidiq.csv'), 'utf8');
    const [head, ...lines] = table.trim().split('\n');
    const columns = head!.split(',');
    const column = (name: string) => lines.map((line) => Number(line.split(',')[columns.indexOf(name)]));
    const standardised = (values: number[]) => {
      const mean = values.reduce((s, v) => s + v, 0) / values.length;
      const sd = Math.sqrt(values.reduce((s, v) => s + (v - mean) ** 2, 0) / values.length);
      return { sd, values: values.map((v) => (v - mean) / sd) };
    };
    const [hs, iq, score] = ['mom_hs', 'mom_iq', 'kid_score'].map((name) => standardised(column(name)));
    const rows = lines.length;
    // Flat slopes and a scale that is scaled along: standardised numbers have the same posterior.
    const step = inferencesOf(
      `data d = csv("d.csv") { x: real[2]; y: real }
network net { input real[2]; fc = dense(1) }
model m { sigma ~ HalfCauchy(${2.5 / score!.sd}); * ~ Flat(); y ~ Normal(net(x), sigma) }
guide { *.weight ~ Normal(sd = 0.05); *.bias ~ Normal(sd = 0.05) }
run on d { infer sgvb { steps = 2_000, batch = ${rows} } }`,
      rows,
    )[0]!;
    const program = programOf(step);
    const session = await openFor(program, program.initial(rootKey(1), null));
    const first = program.step(rows);
    const compiled = await session.compile(first);
    const x = real(
      hs!.values.flatMap((v, i) => [v, iq!.values[i]!]),
      [rows, 2],
    );
    const feedBatch = { x, y: real(score!.values) };
    const steps = 2000;
    for (let i = 0; i < steps; i++) {
      const rate = 0.03 * Math.min(1, 2 * (1 - i / steps)) + 1e-5;
      const scalars = {
        ...scalarsAt(program, i, i),
        'adam.rate': scalarsAt(program, i, i)['adam.rate']! * (rate / 1e-3),
      };
      await session.run(compiled, [{ batch: feedBatch, noise: keyedNoise(first, rootKey(2), i), scalars }]);
    }
    const { sites } = program.posterior(await session.read());
    session.dispose();
    const { mean, sd } = sites.find((s) => s.path === 'sigma')!;
    const found = score!.sd * Math.exp(mean[0]! + sd[0]! ** 2 / 2);
    // The reference itself is known to sd / 100; the last half of the training averages 1,000 draws, an error of about
    // sd / 30, and the mean field leaves out that sigma and slopes depend on each other, which is of order 1 / rows.
    expect(Math.abs(found - SIGMA.mean)).toBeLessThan(0.15 * SIGMA.sd);
    expect(Math.abs(Math.log((found * sd[0]!) / SIGMA.sd))).toBeLessThan(0.1);
  });
});
