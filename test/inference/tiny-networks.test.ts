/**
 * Networks of two weights against integrals over a grid: the loss of `sgvb` is never below minus the log evidence, comes near it as far
 * as its guides can, and predicts what the posterior predicts.
 */
import { describe, expect, it } from 'vitest';
import type { HostArray } from '../../src/base/host-array.ts';
import { rootKey } from '../../src/base/keys.ts';
import { drawKey } from '../../src/base/streams.ts';
import { drawWeights, type Posterior } from '../../src/model/posterior.ts';
import { inferencesOf, programOf } from '../helpers/inferences.ts';
import { keyedNoise, numbersOf, openFor, real, scalarsAt } from '../helpers/reference.ts';

const [TAU, NOISE] = [1.5, 0.3];
const X = [-2, -1.2, -0.5, 0.4, 1.1, 1.9];
const Y = X.map((x, i) => 1.2 * Math.tanh(0.9 * x) + 0.2 * Math.sin(7 * i));
const PROBES = [-1.5, 0.7, 3];
const batch: Readonly<Record<string, HostArray>> = { x: real(X, [X.length, 1]), y: real(Y) };

const output = (w1: number, w2: number, x: number) => w2 * Math.tanh(w1 * x);
const square = (a: number, sd: number) => 0.5 * (a / sd) ** 2 + Math.log(sd) + 0.5 * Math.log(2 * Math.PI);
const logJoint = (w1: number, w2: number) =>
  -X.reduce((s, x, i) => s + square(Y[i]! - output(w1, w2, x), NOISE), square(w1, TAU) + square(w2, TAU));

/** By the trapezoidal rule, which for a smooth density that vanishes at the ends of the grid is exact to many digits. */
const exact = (() => {
  const [end, pieces] = [9, 450];
  const h = (2 * end) / pieces;
  const nodes = Array.from({ length: pieces + 1 }, (_, i) => -end + i * h);
  let total = 0;
  const first = PROBES.map(() => 0);
  const second = PROBES.map(() => 0);
  for (const w1 of nodes) {
    for (const w2 of nodes) {
      const weight = Math.exp(logJoint(w1, w2)) * h * h;
      total += weight;
      PROBES.forEach((x, k) => {
        first[k]! += weight * output(w1, w2, x);
        second[k]! += weight * output(w1, w2, x) ** 2;
      });
    }
  }
  const mean = first.map((v) => v / total);
  return { logEvidence: Math.log(total), mean, sd: second.map((v, k) => Math.sqrt(v / total - mean[k]! ** 2)) };
})();

/** The bound at the end of a training, averaged over many draws of the noise, with its standard error; and the posterior. */
async function fitted(guide: string, options: string) {
  const steps = 2500;
  const engine = programOf(
    inferencesOf(
      `data d = csv("d.csv") { x: real[1]; y: real }
network net { input real[1]; fc1 = dense(1, bias = false); tanh; fc2 = dense(1, bias = false) }
model m { * ~ Normal(0, ${TAU}); y ~ Normal(net(x), ${NOISE}) }
guide { * ~ ${guide} }
run on d { infer sgvb { steps = ${steps}, batch = ${X.length}, optimizer = adam(0.02)${options} } }`,
      X.length,
    )[0]!,
  );
  const step = engine.step(X.length);
  const session = await openFor(engine, engine.initial(rootKey(3), null));
  const compiled = await session.compile(step);
  for (let i = 0; i < steps; i++) {
    const scalars = scalarsAt(engine, i, i);
    const rate = scalars['adam.rate']! * Math.min(1, 2 * (1 - i / steps) + 0.01);
    const feed = { batch, noise: keyedNoise(step, rootKey(4), i), scalars: { ...scalars, 'adam.rate': rate } };
    await session.run(compiled, [feed]);
  }
  const state = await session.read();
  const n = 4000;
  const bounds: number[] = [];
  for (let i = 0; i < n; i++) {
    await session.write(state);
    const feed = { batch, noise: keyedNoise(step, rootKey(5), i), scalars: scalarsAt(engine, 0, 0) };
    const [info] = await session.run(compiled, [feed]);
    bounds.push(-numbersOf(info!).loss![0]!);
  }
  session.dispose();
  const mean = bounds.reduce((s, v) => s + v, 0) / n;
  const se = Math.sqrt(bounds.reduce((s, v) => s + (v - mean) ** 2, 0) / n / n);
  return { bound: mean, se, posterior: engine.posterior(state) };
}

function predictions(posterior: Posterior) {
  const n = 4000;
  const draws = Array.from({ length: n }, (_, i) => {
    const values = drawWeights(posterior, i, (site) => drawKey(rootKey(6), i, site));
    const [w1, w2] = ['fc1.weight', 'fc2.weight'].map((path) => Number(values[path]!.data[0]));
    return PROBES.map((x) => output(w1!, w2!, x));
  });
  const mean = PROBES.map((_, k) => draws.reduce((s, d) => s + d[k]!, 0) / n);
  return { mean, sd: PROBES.map((_, k) => Math.sqrt(draws.reduce((s, d) => s + (d[k]! - mean[k]!) ** 2, 0) / n)) };
}

describe('a network of two weights', () => {
  it('has a grid that holds its posterior', () => {
    // Both weights may change their signs together: the posterior is the same on both sides.
    expect(logJoint(1.1, -0.7)).toBeCloseTo(logJoint(-1.1, 0.7), 12);
    expect(exact.logEvidence).toBeLessThan(0);
  });

  it('is bounded by the loss, to which guides of one mode come within log 2 and what their shape costs', async () => {
    const apart = await fitted('Normal()', ', samples = 2');
    const together = await fitted('LowRankNormal(2)', ', samples = 2');
    for (const { bound, se } of [apart, together]) {
      expect(bound).toBeLessThan(exact.logEvidence - Math.LN2 + 4 * se + 0.02);
      expect(bound).toBeGreaterThan(exact.logEvidence - Math.LN2 - 1);
    }
    // The two weights depend on each other: their product is what the rows say.
    const se = Math.hypot(apart.se, together.se);
    expect(together.bound).toBeGreaterThan(apart.bound + 4 * se);
    const { mean, sd } = predictions(together.posterior);
    // A normal leaves out that the posterior is skewed, which moves predictions by up to 0.34 of their spread.
    mean.forEach((m, k) => {
      expect(Math.abs(m - exact.mean[k]!)).toBeLessThan(0.5 * exact.sd[k]!);
      expect(sd[k]! / exact.sd[k]!).toBeGreaterThan(0.6);
      expect(sd[k]! / exact.sd[k]!).toBeLessThan(1.2);
    });
  });

  it('is bounded without bias by shared draws and by flipout too', async () => {
    for (const estimator of ['shared', 'flipout']) {
      const { bound, se } = await fitted('Normal()', `, estimator = ${estimator}`);
      expect(bound).toBeLessThan(exact.logEvidence - Math.LN2 + 4 * se + 0.02);
      expect(bound).toBeGreaterThan(exact.logEvidence - Math.LN2 - 1);
    }
  });
});
