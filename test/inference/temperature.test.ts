/**
 * `temperature` and `samples` of a variational objective: the tempered posterior of linear regression, the highest point at
 * temperature 0, and what more samples in a step do to loss and gradient.
 */
import { describe, expect, it } from 'vitest';
import type { HostArray } from '../../src/base/host-array.ts';
import { childKey, rootKey } from '../../src/base/keys.ts';
import { fillNormal } from '../../src/base/normal.ts';
import type { EngineProgram, StateArrays } from '../../src/inference/engine.ts';
import { inferencesOf, programOf } from '../helpers/inferences.ts';
import { gram, invert, times } from '../helpers/linear-algebra.ts';
import { constantNoise, keyedNoise, numbersOf, openFor, real, runOnce, scalarsAt } from '../helpers/reference.ts';

const [ROWS, NOISE, TAU] = [12, 0.5, 1.5];
const X = (() => {
  const normals = new Float32Array(2 * ROWS);
  fillNormal(childKey(rootKey(2), 'data'), normals);
  return Array.from({ length: ROWS }, (_, i) => [normals[2 * i]!, 0.6 * normals[2 * i]! + 0.8 * normals[2 * i + 1]!]);
})();
const Y = X.map(([a, c], i) => a! - 0.7 * c! + NOISE * Math.sin(3 * i));
const batch: Readonly<Record<string, HostArray>> = { x: real(X.flat(), [ROWS, 2]), y: real(Y) };

function regression(options: string): EngineProgram {
  return programOf(
    inferencesOf(
      `data d = csv("d.csv") { x: real[2]; y: real }
network net { input real[2]; fc = dense(1, bias = false) }
model m { * ~ Normal(0, ${TAU}); y ~ Normal(net(x), ${NOISE}) }
run on d { infer sgvb { steps = 1, batch = ${ROWS}, optimizer = sgd(1)${options} } }`,
      ROWS,
    )[0]!,
  );
}

const stateAt = (mean: readonly number[], variance: readonly number[]): StateArrays => ({
  'fc.weight.mean': real(mean, [2, 1]),
  'fc.weight.log_variance': real(variance.map(Math.log), [2, 1]),
});

/** Loss and gradient of loss / N at one constant noise; the mean of those at +1 and -1 is exact here. */
async function at(program: EngineProgram, state: StateArrays, noise: number) {
  const step = program.step(ROWS);
  const feed = { batch, noise: constantNoise(step, noise), scalars: scalarsAt(program, 0, 0) };
  const [info, after] = await runOnce(step, state, feed);
  const gradient = Object.keys(state).flatMap((name) =>
    [...state[name]!.data].map((v, i) => v - after[name]!.data[i]!),
  );
  return { loss: numbersOf(info).loss![0]!, gradient };
}

describe('a temperature', () => {
  const precision = gram(X).map((row, i) => row.map((v, j) => v / NOISE ** 2 + (i === j ? 1 / TAU ** 2 : 0)));
  const { inverse } = invert(precision);
  const mean = times(
    inverse,
    [0, 1].map((j) => X.reduce((s, x, i) => s + x[j]! * Y[i]!, 0) / NOISE ** 2),
  );

  it.each([1, 0.3, 2.5])('of %d has its optimum at the tempered posterior, and its loss there', async (temperature) => {
    const variance = precision.map((row, i) => temperature / row[i]!);
    const program = regression(`, temperature = ${temperature}`);
    const [up, down] = [await at(program, stateAt(mean, variance), 1), await at(program, stateAt(mean, variance), -1)];
    up.gradient.forEach((g, i) => {
      expect(Math.abs((g + down.gradient[i]!) / 2)).toBeLessThan(1e-9);
    });
    // -log joint at the mean, its curvature times the variances, and T times the entropy.
    const square = (a: number, sd: number) => 0.5 * (a / sd) ** 2 + Math.log(sd) + 0.5 * Math.log(2 * Math.PI);
    const joint =
      X.reduce((s, x, i) => s + square(Y[i]! - x[0]! * mean[0]! - x[1]! * mean[1]!, NOISE), 0) +
      mean.reduce((s, m) => s + square(m, TAU), 0);
    const entropy = variance.reduce((s, v) => s + 0.5 * Math.log(2 * Math.PI * Math.E * v), 0);
    // The floor under the root adds 1e-8 / (2 s^2) for each row.
    expect(Math.abs((up.loss + down.loss) / 2 - (joint + temperature - temperature * entropy))).toBeLessThan(1e-5);
  });

  it('of 0 finds the highest point, of 1 the middle of a skewed posterior', async () => {
    // One weight under tanh: y = 0.9 says that w is large, not how large.
    const one = (options: string, guide = '') =>
      programOf(
        inferencesOf(
          `data d = csv("d.csv") { x: real[1]; y: real }
network net { input real[1]; fc = dense(1, bias = false); tanh }
model m { * ~ Normal(0, 3); y ~ Normal(net(x), 0.1) }
${guide}
run on d { infer sgvb { steps = 1, batch = 2, optimizer = adam(0.02)${options} } }`,
          2,
        )[0]!,
      );
    const cost = (w: number) => 2 * 0.5 * ((0.9 - Math.tanh(w)) / 0.1) ** 2 + 0.5 * (w / 3) ** 2;
    const grid = Array.from({ length: 40_001 }, (_, i) => i / 10_000);
    const highest = grid.reduce((best, w) => (cost(w) < cost(best) ? w : best), 0);
    const train = async (program: EngineProgram) => {
      const session = await openFor(program, program.initial(rootKey(1), null));
      const step = program.step(2);
      const compiled = await session.compile(step);
      const two = { x: real([1, 1], [2, 1]), y: real([0.9, 0.9]) };
      let tail = 0;
      for (let i = 0; i < 1500; i++) {
        const rate = { 'adam.rate': scalarsAt(program, i, i)['adam.rate']! * Math.min(1, 2 * (1 - i / 1500) + 0.01) };
        const scalars = { ...scalarsAt(program, i, i), ...rate };
        await session.run(compiled, [{ batch: two, noise: keyedNoise(step, rootKey(2), i), scalars }]);
        if (i >= 1400) tail += Number((await session.read())['fc.weight.mean']!.data[0]) / 100;
      }
      const logVariance = Number((await session.read())['fc.weight.log_variance']!.data[0]);
      session.dispose();
      return { mean: tail, sd: Math.exp(logVariance / 2) };
    };
    const cold = await train(one(', temperature = 0', 'guide { * ~ Normal(mean = 1, sd = 0.005) }'));
    const warm = await train(one(', samples = 4'));
    // The grid is fine to 1e-4; what is left of the spread moves the optimum by about its square.
    expect(Math.abs(cold.mean - highest)).toBeLessThan(1e-3);
    expect(cold.sd).toBeLessThan(0.005);
    expect(warm.mean - highest).toBeGreaterThan(0.1);
    expect(warm.sd).toBeGreaterThan(0.15);
  });
});

describe('several samples in a step', () => {
  const state = stateAt([0.4, -0.2], [0.09, 0.25]);

  it('are averaged: of equal draws the step is that of one', async () => {
    for (const options of ['', ', estimator = shared', ', divergence = js_arithmetic(0.5)']) {
      const [one, three] = [regression(options), regression(`${options}, samples = 3`)];
      const [single, several] = [await at(one, state, 0.7), await at(three, state, 0.7)];
      expect(several.loss).toBeCloseTo(single.loss, 10);
      several.gradient.forEach((g, i) => {
        expect(g).toBeCloseTo(single.gradient[i]!, 10);
      });
    }
  });

  it('divide the variance of the gradient by their number', async () => {
    const n = 1500;
    const variancesOf = async (samples: number) => {
      const program = regression(`, estimator = shared, samples = ${samples}`);
      const step = program.step(ROWS);
      const session = await openFor(program, state);
      const compiled = await session.compile(step);
      const found: number[][] = [];
      for (let i = 0; i < n; i++) {
        await session.write(state);
        const scalars = scalarsAt(program, 0, 0);
        await session.run(compiled, [{ batch, noise: keyedNoise(step, rootKey(7), i), scalars }]);
        const after = await session.read();
        found.push([0, 1].map((j) => Number(after['fc.weight.mean']!.data[j])));
      }
      session.dispose();
      return [0, 1].map((j) => {
        const mean = found.reduce((s, g) => s + g[j]!, 0) / n;
        return found.reduce((s, g) => s + (g[j]! - mean) ** 2, 0) / n;
      });
    };
    const [one, four] = [await variancesOf(1), await variancesOf(4)];
    // A ratio of two variances of normal numbers has relative sd 2 / sqrt(n).
    one.forEach((v, j) => {
      expect(Math.abs(v / four[j]! / 4 - 1)).toBeLessThan(4 * (2 / Math.sqrt(n)));
    });
  });
});
