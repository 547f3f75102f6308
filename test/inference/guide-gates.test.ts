/** `z ~ Bernoulli(theta)` and `pi ~ Delta(theta)`: the loss and its slopes against enumeration, and what a closed range leaves of them. */
import { describe, expect, it } from 'vitest';
import type { HostArray } from '../../src/base/host-array.ts';
import { rootKey } from '../../src/base/keys.ts';
import type { EngineProgram, StateArrays } from '../../src/inference/engine.ts';
import { inferencesOf, programOf } from '../helpers/inferences.ts';
import { real } from '../helpers/reference.ts';
import { numbersIn, stepperOf } from '../helpers/steppers.ts';

const ROWS = 8;
const x = Array.from({ length: ROWS * 2 }, (_, i) => Math.sin(1.3 * i + 0.4));
const y = Array.from({ length: ROWS }, (_, i) => x[2 * i]! + 0.1 * Math.cos(3 * i));
const batch: Readonly<Record<string, HostArray>> = { x: real(x, [ROWS, 2]), y: real(y) };

const [COST, RATE] = [4, 0.01];
/** Weights of the first layer `[input, unit]` and of the second, at which all tests look. */
const [W, V] = [
  [0.6, -0.9, 0.8, 0.5],
  [1.1, 0.7],
];

/** Guenter & Sideris 2022: a prior that is a point, at which the guide of the gates is. */
function programWith(estimator: string, optimizer = `sgd(${RATE})`, theta = 0.5): EngineProgram {
  const text = `data d = csv("d.csv") { x: real[2]; y: real }
network net { input real[2]; fc1 = dense(2, bias = false); tanh; fc2 = dense(1, bias = false) }
model m {
  pi[fc1.unit] ~ TruncatedExponential(${COST}, low = 0, high = 1)
  z[fc1.unit] ~ Bernoulli(pi)
  gate fc1.unit with z
  * ~ Flat()
  y ~ Normal(net(x), 0.5)
}
guide {
  param theta[fc1.unit] = ${theta} in [0, 1]
  z ~ Bernoulli(theta)
  pi ~ Delta(theta)
  * ~ Delta()
}
run on d { infer sgvb { steps = 1, batch = ${ROWS}, optimizer = sgd(${RATE}), optimizer of theta = ${optimizer}, estimator of z = ${estimator} } }`;
  return programOf(inferencesOf(text, ROWS)[0]!);
}

const THETA = 'theta[fc1.unit].mean';

function stateAt(program: EngineProgram, theta: readonly number[]): StateArrays {
  const start = program.initial(rootKey(1), null);
  return { ...start, [THETA]: real(theta), 'fc1.weight.mean': real(W, [2, 2]), 'fc2.weight.mean': real(V, [2, 1]) };
}

/** Minus the log likelihood with the gates in a state, by hand. */
function lossOf(gates: readonly number[]): number {
  return y.reduce((sum, target, n) => {
    const out = [0, 1].reduce((total, u) => {
      const input = x[2 * n]! * W[u]! + x[2 * n + 1]! * W[2 + u]!;
      return total + V[u]! * Math.tanh(gates[u]! * input);
    }, 0);
    return sum + 0.5 * ((target - out) / 0.5) ** 2 + Math.log(0.5) + 0.5 * Math.log(2 * Math.PI);
  }, 0);
}

const states = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const probability = (state: readonly number[], p: readonly number[]) =>
  state.reduce((product, z, u) => product * (z === 1 ? p[u]! : 1 - p[u]!), 1);
const expected = (p: readonly number[]) => states.reduce((sum, s) => sum + probability(s, p) * lossOf(s), 0);
/** What lies at a bound is a millionth inside. */
const inside = (theta: readonly number[]) => theta.map((t) => 1e-6 + (1 - 2e-6) * t);
/** The truncated exponential between 0 and 1. */
const logPrior = (p: number) => Math.log(COST) - COST * p - Math.log(1 - Math.exp(-COST));

describe('gates whose probabilities are `param`s', () => {
  it.each([[[0.5, 0.3]], [[0, 1]], [[1, 0.2]]])(
    'at %j have the loss of an enumeration by hand, and no KL of the gates',
    async (theta) => {
      const program = programWith('exact');
      const { loss, kl, nll } = await (await stepperOf(program, ROWS, batch))(stateAt(program, theta));
      const p = inside(theta);
      // The log odds of a millionth are right to as many digits as 1 - 1e-6 keeps of it.
      expect(nll).toBeCloseTo(expected(p), 8);
      expect(kl).toBeCloseTo(-logPrior(p[0]!) - logPrior(p[1]!), 8);
      expect(loss).toBeCloseTo(nll + kl, 10);
    },
  );

  it.each([[[0.5, 0.3]], [[0.02, 0.98]]])('at %j follow the slopes of that enumeration', async (theta) => {
    const program = programWith('exact');
    const { after } = await (await stepperOf(program, ROWS, batch))(stateAt(program, theta));
    theta.forEach((t, u) => {
      const other = (z: number) => theta.map((v, i) => (i === u ? z : inside([v])[0]!));
      // Linear in each probability; the prior costs COST for each.
      const slope = (expected(other(1)) - expected(other(0)) + COST) * (1 - 2e-6);
      expect(numbersIn(after, THETA)[u]).toBeCloseTo(t - (RATE * slope) / ROWS, 9);
    });
  });

  it('exact_difference has those slopes in the mean over its draws', async () => {
    const program = programWith('exact_difference');
    const [theta, DRAWS] = [[0.4, 0.7], 400];
    const found: number[][] = [];
    const stepped = await stepperOf(program, ROWS, batch);
    for (let i = 0; i < DRAWS; i++) {
      const { after } = await stepped(stateAt(program, theta), i);
      found.push(numbersIn(after, THETA).map((t, u) => ((theta[u]! - t) * ROWS) / RATE));
    }
    theta.forEach((_, u) => {
      const values = found.map((f) => f[u]!);
      const mean = values.reduce((a, b) => a + b) / DRAWS;
      const variance = values.reduce((s, v) => s + (v - mean) ** 2, 0) / (DRAWS - 1);
      const other = (z: number) => theta.map((v, i) => (i === u ? z : v));
      const slope = expected(other(1)) - expected(other(0)) + COST;
      expect(Math.abs(mean - slope)).toBeLessThan(4 * Math.sqrt(variance / DRAWS) + 1e-4);
    });
  });

  it('come to rest at a vertex, exactly, and leave it where the loss says so', async () => {
    const program = programWith('exact', 'proximal(sgd(1))');
    const expectedVertex = states.reduce((best, s) => {
      const cost = (state: readonly number[]) => lossOf(state) + COST * (state[0]! + state[1]!);
      return cost(s) < cost(best) ? s : best;
    });
    const stepped = await stepperOf(program, ROWS, batch);
    let state = stateAt(program, [0.5, 0.5]);
    for (let i = 0; i < 20; i++) {
      const { after } = await stepped(state, i);
      state = { ...stateAt(program, numbersIn(after, THETA)) };
    }
    expect(numbersIn(state, THETA)).toEqual(expectedVertex);
    // From the opposite vertex the slope leads away.
    const opposite = expectedVertex.map((v) => 1 - v);
    const { after } = await stepped(stateAt(program, opposite));
    expect(numbersIn(after, THETA)).not.toEqual(opposite);
    const posterior = program.posterior(state);
    const inclusion = posterior.sites.find((s) => s.path === 'z[fc1.unit]')!.mean;
    [...inclusion].forEach((p, u) => void expect(p).toBeCloseTo(inside(expectedVertex)[u]!, 7));
  });
});

describe('the slope of a draw that has none', () => {
  it.each(['gumbel(0.5, hard)', 'ste(identity)', 'arm', 'reinforce(2)'])(
    '%s is handed on from the log odds',
    async (estimator) => {
      const own = programWith(estimator);
      const theta = [0.4, 0.7];
      const { after } = await (await stepperOf(own, ROWS, batch))(stateAt(own, theta));
      const text = `data d = csv("d.csv") { x: real[2]; y: real }
network net { input real[2]; fc1 = dense(2, bias = false); tanh; fc2 = dense(1, bias = false) }
model m {
  z[fc1.unit] ~ Bernoulli(0.5)
  gate fc1.unit with z
  * ~ Flat()
  y ~ Normal(net(x), 0.5)
}
guide { z ~ Bernoulli(0.5); * ~ Delta() }
run on d { infer sgvb { steps = 1, batch = ${ROWS}, optimizer = sgd(${RATE}), kl_weight = 0, estimator of z = ${estimator} } }`;
      const plain = programOf(inferencesOf(text, ROWS)[0]!);
      const logits = theta.map((t) => Math.log(t / (1 - t)));
      const start = {
        ...plain.initial(rootKey(1), null),
        'z[fc1.unit].logits': real(logits),
        'fc1.weight.mean': real(W, [2, 2]),
        'fc2.weight.mean': real(V, [2, 1]),
      };
      const { after: moved } = await (await stepperOf(plain, ROWS, batch))(start);
      theta.forEach((t, u) => {
        const byLogit = ((logits[u]! - numbersIn(moved, 'z[fc1.unit].logits')[u]!) * ROWS) / RATE;
        const slope = byLogit / (t * (1 - t)) + COST;
        // 1e-5: the probability is drawn inside by a millionth.
        expect(((t - numbersIn(after, THETA)[u]!) * ROWS) / RATE / slope).toBeCloseTo(1, 4);
      });
    },
  );
});
