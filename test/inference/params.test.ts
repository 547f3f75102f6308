/** `param`s of a model: type-II maximum likelihood against evidences in closed form, projection, and what they do under each engine. */
import { describe, expect, it } from 'vitest';
import type { HostArray } from '../../src/base/host-array.ts';
import { rootKey } from '../../src/base/keys.ts';
import type { EngineProgram, StateArrays } from '../../src/inference/engine.ts';
import { inferencesOf, programOf } from '../helpers/inferences.ts';
import { keyedNoise, real, runOnce, scalarsAt } from '../helpers/reference.ts';

const ROWS = 12;
/** Two orthogonal columns of squared length ROWS, so that the exact posterior of the weights is independent, as a mean-field guide is. */
const columns = [
  Array.from({ length: ROWS }, (_, i) => (i % 2 === 0 ? 1 : -1)),
  Array.from({ length: ROWS }, (_, i) => (i % 4 < 2 ? 1 : -1)),
];
const NOISE = 0.5;
const y = columns[0]!.map((a, i) => 1.5 * a - 0.4 * columns[1]![i]! + 0.3 * Math.sin(5 * i + 1));
const batch: Readonly<Record<string, HostArray>> = {
  x: real(Array.from({ length: ROWS }, (_, i) => [columns[0]![i]!, columns[1]![i]!]).flat(), [ROWS, 2]),
  y: real(y),
};

/**
 * The log evidence of y = w1 x1 + w2 x2 + noise for weights Normal(0, tau) splits by orthogonality: x'y is Normal(0, ROWS s2 + ROWS^2 tau2)
 * in each direction. For one scale per weight it is greatest at tau2 = c^2 - s2 / ROWS, c the least squares weight, or at 0.
 */
const least = columns.map((x) => x.reduce((sum, v, i) => sum + v * y[i]!, 0) / ROWS);
const excess = least.map((c) => c * c - (NOISE * NOISE) / ROWS);

function logEvidence(tau: number): number {
  const variance = tau * tau + (NOISE * NOISE) / ROWS;
  return least.reduce((sum, c) => sum - 0.5 * Math.log(variance) - (0.5 * c * c) / variance, 0);
}

function modelOf(param: string, prior: string, infer: string): EngineProgram {
  const text = `data d = csv("d.csv") { x: real[2]; y: real }
network net { input real[2]; fc = dense(1, bias = false) }
model m { ${param}; fc.weight ~ Normal(${prior}); y ~ Normal(net(x), ${NOISE}) }

run on d { infer ${infer} }`;
  return programOf(inferencesOf(text, ROWS)[0]!);
}

/** The state after steps of plain gradient descent on full batches, in double precision. */
async function trained(program: EngineProgram, steps: number, from?: StateArrays): Promise<StateArrays> {
  const step = program.step(ROWS);
  let state = from ?? program.initial(rootKey(1), null);
  for (let i = 0; i < steps; i++) {
    const feed = { batch, noise: keyedNoise(step, rootKey(2), i), scalars: scalarsAt(program, 0, i) };
    [, state] = await runOnce(step, state, feed);
  }
  return state;
}

const numbersIn = (state: StateArrays, name: string) => [...state[name]!.data].map(Number);

/** The posterior at these scales in the place of the guide: the bound is then the evidence, and so are their gradients (MacKay 1992). */
function exactAt(state: StateArrays, scales: readonly number[]): StateArrays {
  const precisions = scales.map((tau) => ROWS / NOISE ** 2 + 1 / tau ** 2);
  const means = least.map((c, j) => (c * ROWS) / NOISE ** 2 / precisions[j]!);
  const spread = precisions.map((p) => -Math.log(p));
  return { ...state, 'fc.weight.mean': real(means, [2, 1]), 'fc.weight.log_variance': real(spread, [2, 1]) };
}

describe('the scale of a prior under sgvb', () => {
  const RATE = 2;
  const infer = `sgvb { steps = 1, batch = ${ROWS}, optimizer = sgd(${RATE}) }`;

  it('follows the slope of the evidence', async () => {
    const program = modelOf('param tau = 2 in (0, inf)', '0, tau', infer);
    const start = exactAt(program.initial(rootKey(1), null), [2, 2]);
    expect(numbersIn(start, 'tau.mean')[0]).toBeCloseTo(Math.log(2), 6);
    const from = { ...start, 'tau.mean': real([Math.log(2)], []) };
    const [after] = numbersIn(await trained(program, 1, from), 'tau.mean');
    const h = 1e-5;
    // By log tau, of the loss / N.
    const slope = (logEvidence(2 * Math.exp(h)) - logEvidence(2 * Math.exp(-h))) / (2 * h) / ROWS;
    expect(Math.abs(slope)).toBeGreaterThan(0.01);
    expect(after! - Math.log(2)).toBeCloseTo(RATE * slope, 9);
  });

  it('comes to rest where a dense grid has the greatest evidence', async () => {
    const grid = Array.from({ length: 30_001 }, (_, i) => 0.1 + i * 1e-4);
    const best = grid.reduce((top, tau) => (logEvidence(tau) > logEvidence(top) ? tau : top));
    const program = modelOf('param tau = 2 in (0, inf)', '0, tau', infer);
    let state = program.initial(rootKey(1), null);
    for (let i = 0; i < 60; i++) {
      const tau = Math.exp(numbersIn(state, 'tau.mean')[0]!);
      state = await trained(program, 1, exactAt(state, [tau, tau]));
    }
    // The grid is 1e-4 wide.
    expect(Math.abs(Math.exp(numbersIn(state, 'tau.mean')[0]!) - best)).toBeLessThan(1e-4);
  });

  it('is one for each group of a plate', async () => {
    const program = modelOf('param tau[fc.input] = 2 in (0, inf)', '0, tau', infer);
    expect(program.state.find((s) => s.name === 'tau[fc.input].mean')?.type.shape).toEqual([2, 1]);
    let state = program.initial(rootKey(1), null);
    for (let i = 0; i < 150; i++) {
      const scales = numbersIn(state, 'tau[fc.input].mean').map(Math.exp);
      state = await trained(program, 1, exactAt(state, scales));
    }
    // The evidence of one weight is greatest where tau^2 + s^2 / N is the square of its least squares value.
    const expected = excess.map((e) => Math.log(Math.sqrt(e)));
    numbersIn(state, 'tau[fc.input].mean').forEach((z, j) => {
      expect(z).toBeCloseTo(expected[j]!, 6);
    });
  });
});

describe('a closed end of a range', () => {
  it('is where a `param` stops, and from where it may come back', async () => {
    const infer = `map { steps = 1, batch = ${ROWS}, optimizer = sgd(1) }`;
    const program = modelOf('param m[fc.input] = 0 in [-0.2, 0.25]', 'mean = m, sd = 1', infer);
    const start = program.initial(rootKey(1), null);
    const at = { ...start, 'fc.weight.mean': real([5, -5], [2, 1]) };
    const after = await trained(program, 1, at);
    // The slope of (w - m)^2 / 2 by m is m - w, over N: a step of 5 / 12, beyond both ends.
    expect(numbersIn(after, 'm[fc.input].mean')).toEqual([0.25, -0.2]);
    const back = await trained(program, 1, { ...after, 'fc.weight.mean': real([-1, 0.4], [2, 1]) });
    expect(numbersIn(back, 'm[fc.input].mean')[0]).toBeCloseTo(0.25 - (0.25 + 1) / ROWS, 12);
    expect(numbersIn(back, 'm[fc.input].mean')[1]).toBeCloseTo(-0.2 + (0.4 + 0.2) / ROWS, 12);
  });

  it('holds beside an open one, whose bijector it is seen through', async () => {
    const infer = `map { steps = 1, batch = ${ROWS}, optimizer = sgd(1) }`;
    const program = modelOf('param m[fc.input] = 0.5 in (0, 1]', 'mean = m, sd = 1', infer);
    const start = program.initial(rootKey(1), null);
    numbersIn(start, 'm[fc.input].mean').forEach((z) => {
      expect(z).toBeCloseTo(Math.log(0.5), 6);
    });
    const after = await trained(program, 1, { ...start, 'fc.weight.mean': real([50, -50], [2, 1]) });
    const [high, low] = numbersIn(after, 'm[fc.input].mean');
    expect(high).toBe(0);
    expect(low).toBeCloseTo(Math.log(0.5) - (0.5 * (0.5 + 50)) / ROWS, 6);
  });
});

describe('the noise of a likelihood', () => {
  const modelWith = (infer: string) => {
    const text = `data d = csv("d.csv") { x: real[2]; y: real }
network net { input real[2]; fc = dense(1, bias = false) }
model m { param s = 1 in (0, inf); fc.weight ~ Flat(); y ~ Normal(net(x), s) }
run on d { infer ${infer} }`;
    return programOf(inferencesOf(text, ROWS)[0]!);
  };
  const squares = (w: readonly number[]) =>
    y.reduce((sum, v, i) => sum + (v - w[0]! * columns[0]![i]! - w[1]! * columns[1]![i]!) ** 2, 0);

  it('is the root mean square of what is left, under map', async () => {
    const program = modelWith(`map { steps = 1, batch = ${ROWS}, optimizer = sgd(0.05) }`);
    const state = await trained(program, 400);
    expect(Math.exp(numbersIn(state, 's.mean')[0]!)).toBeCloseTo(Math.sqrt(squares(least) / ROWS), 6);
  });

  it('follows the mean over the particles of svgd, and is one number for all', async () => {
    const P = 3;
    const program = modelWith(`svgd { steps = 1, batch = ${ROWS}, optimizer = sgd(0.1), particles = ${P} }`);
    const start = program.initial(rootKey(1), null);
    expect(numbersIn(start, 's.particles')).toEqual([0, 0, 0]);
    const particles = Array.from({ length: P }, (_, p) =>
      numbersIn(start, 'fc.weight.particles').slice(2 * p, 2 * p + 2),
    );
    const found = numbersIn(await trained(program, 1), 's.particles');
    // By log s at s = 1 of N log s + S / (2 s^2): N - S.
    const mean = particles.reduce((sum, w) => sum + squares(w), 0) / P;
    for (const z of found) expect(z).toBeCloseTo((0.1 * (mean - ROWS)) / ROWS, 9);
    const later = numbersIn(await trained(program, 5), 's.particles');
    expect(new Set(later).size).toBe(1);
  });

  it('is one of each member of an ensemble', async () => {
    const program = modelWith(`ensemble { steps = 1, batch = ${ROWS}, optimizer = sgd(0.1), members = 2 }`);
    const found = numbersIn(await trained(program, 1), 's.particles');
    expect(found[0]).not.toBe(found[1]);
  });
});
