/**
 * Bayesian linear regression with known noise, where everything is known: precision L = X'X / s^2 + I / t^2, mean L^-1 X'y / s^2.
 * The mean-field optimum has that mean, variances 1 / L_ii, and ELBO = log evidence - (sum log L_ii - log |L|) / 2.
 */
import { describe, expect, it } from 'vitest';
import type { HostArray } from '../../src/base/host-array.ts';
import { childKey, rootKey } from '../../src/base/keys.ts';
import { fillNormal } from '../../src/base/normal.ts';
import type { EngineProgram, StateArrays } from '../../src/inference/engine.ts';
import { engines } from '../../src/inference/index.ts';
import { buildDensity } from '../../src/model/density.ts';
import { gram, invert, times } from '../helpers/linear-algebra.ts';
import { guide, linearRegression, optimizer } from '../helpers/models.ts';
import { constantNoise, keyedNoise, numbersOf, openFor, real, runOnce, scalarsAt } from '../helpers/reference.ts';

const N = 40;
const NOISE = 0.5;
const TAU = 1.5;
const BATCHES = [16, 16, 8];

/** Rows with correlated inputs (so that mean field has a gap) and a last column of ones for the bias. */
const rows = (() => {
  const normals = new Float32Array(3 * N);
  fillNormal(childKey(rootKey(11), 'data'), normals);
  return Array.from({ length: N }, (_, i) => {
    const [a, c, e] = [normals[3 * i]!, normals[3 * i + 1]!, normals[3 * i + 2]!];
    const x = [a, 0.6 * a + 0.8 * c, 1];
    return { x, y: 0.8 * x[0]! - 1.1 * x[1]! + 0.4 + NOISE * e };
  });
})();

const X = rows.map((r) => r.x);
const Y = rows.map((r) => r.y);
const precision = gram(X).map((row, i) => row.map((v, j) => v / NOISE ** 2 + (i === j ? 1 / TAU ** 2 : 0)));
const { inverse, logDeterminant } = invert(precision);
const projected = [0, 1, 2].map((j) => X.reduce((s, x, i) => s + x[j]! * Y[i]!, 0) / NOISE ** 2);
const exactMean = times(inverse, projected);
const exactVariance = precision.map((row, i) => 1 / row[i]!);

const logEvidence =
  -0.5 * N * Math.log(2 * Math.PI * NOISE ** 2) -
  3 * Math.log(TAU) -
  0.5 * logDeterminant -
  0.5 * (Y.reduce((s, y) => s + y * y, 0) / NOISE ** 2 - exactMean.reduce((s, m, i) => s + m * projected[i]!, 0));
const gap = 0.5 * (precision.reduce((s, row, i) => s + Math.log(row[i]!), 0) - logDeterminant);

function batchOf(indices: readonly number[]): Readonly<Record<string, HostArray>> {
  const x = indices.flatMap((i) => X[i]!.slice(0, 2));
  return { x: real(x, [indices.length, 2]), y: real(indices.map((i) => Y[i]!)) };
}

function sgvb(estimator = 'local_reparameterization', rate = 1, kind = 'sgd'): EngineProgram {
  const model = linearRegression(2, N, NOISE, TAU);
  return engines.get('sgvb')!.build({
    density: buildDensity(model),
    guide: guide(model, () => 'Normal'),
    optimizer: optimizer(kind, rate),
    estimator,
    options: {},
    schedules: {},
    masks: new Map(),
    course: { steps: 1000, stepsPerEpoch: 10 },
  });
}

function stateAt(mean: readonly number[], variance: readonly number[]): StateArrays {
  const logs = variance.map(Math.log);
  return {
    'fc1.weight.mean': real(mean.slice(0, 2), [2, 1]),
    'fc1.weight.log_variance': real(logs.slice(0, 2), [2, 1]),
    'fc1.bias.mean': real(mean.slice(2)),
    'fc1.bias.log_variance': real(logs.slice(2)),
  };
}

const PARAMETERS = ['fc1.weight.mean', 'fc1.bias.mean', 'fc1.weight.log_variance', 'fc1.bias.log_variance'];
const flat = (state: StateArrays) => PARAMETERS.flatMap((p) => [...state[p]!.data]);

/** Info and gradient (of loss / N, through one SGD step of rate 1), each averaged over noise +1 and -1, which integrates squares exactly. */
async function expected(program: EngineProgram, state: StateArrays, indices: readonly number[]) {
  const step = program.step(indices.length);
  const runs = await Promise.all(
    [1, -1].map((sign) =>
      runOnce(step, state, {
        batch: batchOf(indices),
        noise: constantNoise(step, sign),
        scalars: scalarsAt(program, 0, 0),
      }),
    ),
  );
  const before = flat(state);
  const gradient = before.map((v, i) => (2 * v - flat(runs[0]![1])[i]! - flat(runs[1]![1])[i]!) / 2);
  const info = runs.map(([i]) => numbersOf(i));
  const average = (n: string) => (info[0]![n]![0]! + info[1]![n]![0]!) / 2;
  return { gradient, loss: average('loss'), nll: average('nll'), kl: average('kl') };
}

const everyone = Array.from({ length: N }, (_, i) => i);
const parts = BATCHES.map((size, k) => everyone.slice(16 * k, 16 * k + size));

describe('sgvb on linear regression', () => {
  it('has no gradient at the exact mean-field optimum, and the exact ELBO', async () => {
    const { gradient, loss, nll, kl } = await expected(sgvb(), stateAt(exactMean, exactVariance), everyone);
    // Float64 sums of 40 terms, and the floor of 1e-8 under the root, which adds 1e-8 / s^2 to each row's loss.
    gradient.forEach((g) => {
      expect(Math.abs(g)).toBeLessThan(1e-10);
    });
    expect(Math.abs(-loss - (logEvidence - gap))).toBeLessThan(1e-5);
    expect(loss).toBeCloseTo(nll + kl, 9);
  });

  it('has the same optimum from minibatches with a short last one', async () => {
    const program = sgvb();
    const state = stateAt(exactMean, exactVariance);
    const each = await Promise.all(parts.map((indices) => expected(program, state, indices)));
    // Weighted by their rows, the losses of an epoch average to the loss of the whole data set.
    const share = parts.map((p) => p.length / N);
    for (let k = 0; k < 6; k++) {
      const mean = each.reduce((s, e, i) => s + share[i]! * e.gradient[k]!, 0);
      expect(Math.abs(mean)).toBeLessThan(1e-10);
    }
    const loss = each.reduce((s, e, i) => s + share[i]! * e.loss, 0);
    expect(Math.abs(-loss - (logEvidence - gap))).toBeLessThan(1e-5);
    expect(each.some((e) => Math.abs(e.gradient[0]!) > 1e-3)).toBe(true);
  });

  it('has a gradient away from the optimum that central differences of the loss confirm', async () => {
    const program = sgvb();
    const mean = [0.3, -0.2, 0.1];
    const variance = [0.05, 0.2, 0.01];
    const { gradient } = await expected(program, stateAt(mean, variance), everyone);
    const h = 1e-5;
    const lossAt = async (i: number, by: number) => {
      const m = mean.map((v, j) => (j === i ? v + by : v));
      const s = variance.map((v, j) => (j + 3 === i ? v * Math.exp(by) : v));
      return (await expected(program, stateAt(m, s), everyone)).loss;
    };
    for (let i = 0; i < 6; i++) {
      const slope = ((await lossAt(i, h)) - (await lossAt(i, -h))) / (2 * h) / N;
      // Truncation is about h^2, rounding 1e-14 / h of a loss near 100.
      expect(Math.abs(gradient[i]! - slope)).toBeLessThan(1e-7);
    }
  });

  it('finds the optimum from the full batch', async () => {
    const program = sgvb('local_reparameterization', 1, 'adam');
    const session = await openFor(program, program.initial(rootKey(1), null));
    const step = program.step(N);
    const compiled = await session.compile(step);
    const steps = 3000;
    for (let i = 0; i < steps; i++) {
      const scalars = scalarsAt(program, i, i);
      // The rate falls from 0.05 by a factor of 1e5, so the pairs +1, -1 average out to about the last rate.
      const rate = scalars['adam.rate']! * 0.05 * 10 ** ((-5 * i) / steps);
      const noise = constantNoise(step, i % 2 === 0 ? 1 : -1);
      await session.run(compiled, [{ batch: batchOf(everyone), noise, scalars: { ...scalars, 'adam.rate': rate } }]);
    }
    const { sites } = program.posterior(await session.read());
    session.dispose();
    const found = sites.flatMap((s) => [...s.mean]);
    const sd = sites.flatMap((s) => [...s.sd]);
    found.forEach((m, i) => {
      expect(Math.abs(m - exactMean[i]!)).toBeLessThan(1e-4);
    });
    sd.forEach((s, i) => {
      expect(Math.abs((s * s) / exactVariance[i]! - 1)).toBeLessThan(1e-3);
    });
  });

  it.each(['local_reparameterization', 'shared'])('finds it from shuffled minibatches with %s', async (estimator) => {
    const program = sgvb(estimator, 1, 'adam');
    const session = await openFor(program, program.initial(rootKey(2), null));
    const steps = new Map(BATCHES.map((size) => [size, program.step(size)]));
    const compiled = new Map(
      await Promise.all([...steps].map(async ([n, p]) => [n, await session.compile(p)] as const)),
    );
    const epochs = 400;
    let step = 0;
    for (let epoch = 0; epoch < epochs; epoch++) {
      const normals = new Float32Array(N);
      fillNormal(childKey(rootKey(5), epoch), normals);
      const order = [...everyone].sort((i, j) => normals[i]! - normals[j]!);
      let at = 0;
      for (const size of BATCHES) {
        const scalars = scalarsAt(program, step, epoch);
        const rate = scalars['adam.rate']! * 0.05 * Math.min(1, 2 * (1 - epoch / epochs));
        const noise = keyedNoise(steps.get(size)!, rootKey(7), step);
        const batch = batchOf(order.slice(at, at + size));
        await session.run(compiled.get(size)!, [{ batch, noise, scalars: { ...scalars, 'adam.rate': rate } }]);
        at += size;
        step++;
      }
    }
    const { sites } = program.posterior(await session.read());
    session.dispose();
    const found = sites.flatMap((s) => [...s.mean]);
    const sd = sites.flatMap((s) => [...s.sd]);
    // A decaying rate averages the last half, some 200 epochs; the gradient noise of one epoch moves a mean by about one
    // posterior sd, so the error is near sd / sqrt(200) = 0.07 sd, and log variances (2 per sd) 0.14. Four times that.
    found.forEach((m, i) => {
      expect(Math.abs(m - exactMean[i]!)).toBeLessThan(0.28 * Math.sqrt(exactVariance[i]!));
    });
    sd.forEach((s, i) => {
      expect(Math.abs(Math.log((s * s) / exactVariance[i]!))).toBeLessThan(0.56);
    });
  });
});

describe('map on linear regression', () => {
  it.each([1, 0.25])('finds ridge regression at prior weight %d', async (weight) => {
    const model = linearRegression(2, N, NOISE, TAU);
    const program = engines.get('map')!.build({
      density: buildDensity(model),
      guide: guide(model, () => 'Delta'),
      optimizer: optimizer('sgd', 0.1, { momentum: 0.5 }),
      estimator: 'local_reparameterization',
      options: {},
      schedules: { prior_weight: optimizer('sgd', weight).rate },
      masks: new Map(),
      course: { steps: 1000, stepsPerEpoch: 10 },
    });
    expect(program.step(N).noise).toEqual([]);
    const session = await openFor(program, program.initial(rootKey(1), null));
    const compiled = await session.compile(program.step(N));
    const feed = { batch: batchOf(everyone), noise: {}, scalars: scalarsAt(program, 0, 0) };
    await session.run(compiled, new Array(400).fill(feed));
    const state = await session.read();
    session.dispose();
    const ridge = gram(X).map((row, i) => row.map((v, j) => v / NOISE ** 2 + (i === j ? weight / TAU ** 2 : 0)));
    const solution = times(invert(ridge).inverse, projected);
    // Gradient descent on a quadratic contracts to rounding; state is read in float64.
    [...state['fc1.weight.mean']!.data, ...state['fc1.bias.mean']!.data].forEach((m, i) => {
      expect(Math.abs(m - solution[i]!)).toBeLessThan(1e-9);
    });
    expect(program.posterior(state).sites.every((s) => s.family === 'Delta' && s.sd.every((v) => v === 0))).toBe(true);
  });
});
