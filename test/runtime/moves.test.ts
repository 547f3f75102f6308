/** `move lambda = E every PERIOD`: the rule of IncReg against a loop written by hand, and that a run that was stopped does the same. */
import { afterAll, describe, expect, it } from 'vitest';
import type { HostArray } from '../../src/base/host-array.ts';
import { rootKey } from '../../src/base/keys.ts';
import type { StateArrays } from '../../src/inference/engine.ts';
import { moversOf, withMemories } from '../../src/runtime/moves/index.ts';
import { inferencesOf, programOf } from '../helpers/inferences.ts';
import { keyedNoise, real, runOnce, scalarsAt } from '../helpers/reference.ts';
import { stoppedRuns } from '../helpers/stopped-runs.ts';

/** Wang et al. 2019, "Structured pruning for efficient convolutional networks via incremental regularization", eq. 5 and 6. */
const RULE = `def knee(K, u) = -log(u) * K / log(2 / u)
def push(r, K, A, u) = if r < knee(K, u) then A * exp(-log(2 / u) * r / K)
                       else 2 * u * A - A * exp(-log(2 / u) * (2 * knee(K, u) - r) / K)`;

function push(r: number, K: number, A: number, u: number): number {
  const alpha = Math.log(2 / u) / K;
  const knee = -Math.log(u) / alpha;
  return r < knee ? A * Math.exp(-alpha * r) : 2 * u * A - A * Math.exp(-alpha * (2 * knee - r));
}

const [ROWS, INPUTS, OUTPUTS] = [5, 6, 2];
const x = Array.from({ length: ROWS * INPUTS }, (_, i) => Math.sin(1.7 * i + 0.3));
const y = Array.from({ length: ROWS * OUTPUTS }, (_, i) => Math.cos(2.3 * i));
const batch: Readonly<Record<string, HostArray>> = { x: real(x, [ROWS, INPUTS]), y: real(y, [ROWS, OUTPUTS]) };
const numbersIn = (state: StateArrays, name: string) => Array.from(state[name]!.data, Number);

describe('the rule of incremental regularisation', () => {
  const [A, RATE, STEPS] = [0.05, 0.05, 40];
  const step = inferencesOf(
    `${RULE}
data d = csv("d.csv") { x: real[${INPUTS}]; y: real[${OUTPUTS}] }
network net { input real[${INPUTS}]; fc = dense(${OUTPUTS}, bias = false) }
model m {
  param lambda[fc.input] = 0 in [0, inf)
  fc.weight ~ Normal(0, 1 / sqrt((1 + lambda) * N))
  y ~ Normal(net(x), 1)
}
run on d {
  infer map {
    steps = ${STEPS}, batch = ${ROWS}, optimizer = sgd(${RATE})
    move lambda = lambda + push(rank(running_mean(norm(mean(weight), 1))), 50% * size, ${A}, 0.25) every 2 steps
  }
}`,
    ROWS,
  )[0]!;

  it('does what a loop of plain numbers does', async () => {
    const program = withMemories(programOf(step), step);
    // The definition mentions its argument three times, and there is one running mean.
    expect(program.state.filter(({ name }) => name.includes('running_mean'))).toHaveLength(1);
    const [mover] = moversOf(step);
    let state: StateArrays = program.initial(rootKey(1), null);
    const first = numbersIn(state, 'fc.weight.mean');
    const one = program.step(ROWS);
    for (let i = 0; i < STEPS; i++) {
      const feed = { batch, noise: keyedNoise(one, rootKey(2), i), scalars: scalarsAt(program, i, i) };
      const [, after] = await runOnce(one, Object.fromEntries(one.state.map((s) => [s.name, state[s.name]!])), feed);
      state = { ...state, ...after };
      const at = { done: i + 1, epoch: i + 1 };
      if (mover!.isDue(i + 1)) state = { ...state, ...mover!.next(program, state, program.posterior(state), at) };
    }

    const w = Array.from({ length: INPUTS }, (_, j) => first.slice(OUTPUTS * j, OUTPUTS * (j + 1)));
    const lambda = new Array<number>(INPUTS).fill(0);
    const norms = Array.from({ length: INPUTS }, (): number[] => []);
    for (let i = 0; i < STEPS; i++) {
      const errors = y.map((v, n) => {
        const [row, o] = [Math.floor(n / OUTPUTS), n % OUTPUTS];
        return w.reduce((sum, group, j) => sum + x[row * INPUTS + j]! * group[o]!, 0) - v;
      });
      // Of the sum of squares / 2 and of (1 + lambda) N w^2 / 2, over N.
      const slopes = w.map((group, j) =>
        group.map((v, o) => {
          const likelihood = errors.reduce(
            (s, e, n) => (n % OUTPUTS === o ? s + e * x[Math.floor(n / OUTPUTS) * INPUTS + j]! : s),
            0,
          );
          return likelihood / ROWS + (1 + lambda[j]!) * v;
        }),
      );
      w.forEach((group, j) => {
        group.forEach((_, o) => {
          group[o]! -= RATE * slopes[j]![o]!;
        });
      });
      if ((i + 1) % 2 !== 0) continue;
      w.forEach((group, j) => {
        norms[j]!.push(group.reduce((sum, v) => sum + Math.abs(v), 0));
      });
      const means = norms.map((all) => all.reduce((sum, v) => sum + v, 0) / all.length);
      lambda.forEach((before, j) => {
        const rank = means.filter((mean) => mean < means[j]!).length;
        lambda[j] = Math.max(0, before + push(rank, 0.5 * INPUTS, A, 0.25));
      });
    }
    // Both in double precision, over 40 steps of the same sums.
    const found = numbersIn(state, 'lambda[fc.input].mean');
    found.forEach((v, j) => {
      expect(v).toBeCloseTo(lambda[j]!, 12);
    });
    numbersIn(state, 'fc.weight.mean').forEach((v, i) => {
      expect(v).toBeCloseTo(w[Math.floor(i / OUTPUTS)]![i % OUTPUTS]!, 12);
    });
    // The smallest are pushed most, and those above rank K are projected onto 0.
    expect(Math.max(...found)).toBeGreaterThan(STEPS * 0.4 * A);
    expect(found.filter((v) => v === 0).length).toBeGreaterThanOrEqual(2);
  });
});

describe('what a rule may mention', () => {
  const movedOnce = (param: string, rule: string) => {
    const [step] = inferencesOf(
      `data d = csv("d.csv") { x: real[3]; y: real }
network net { input real[3]; fc = dense(2); relu; out = dense(1) }
model m { ${param}; fc.weight ~ Normal(0, exp(p)); * except fc.weight ~ Normal(0, 1); y ~ Normal(net(x), 1) }
run on d { infer sgvb { steps = 10, batch = 5, move p = ${rule} every 5 steps } }`,
      5,
    );
    const program = withMemories(programOf(step!), step!);
    const start = program.initial(rootKey(1), null);
    const state = {
      ...start,
      'fc.weight.mean': real([1, -2, 0.5, 0.25, -3, 4], [3, 2]),
      'fc.weight.log_variance': real(
        [0, 0, 0, 0, 0, 0].map((_, i) => 2 * Math.log(i + 1)),
        [3, 2],
      ),
      'out.weight.mean': real([1, 7], [2, 1]),
    };
    const [mover] = moversOf(step!);
    const next = mover!.next(program, state, program.posterior(state), { done: 5, epoch: 2.5 });
    return Object.fromEntries(Object.keys(next).map((name) => [name.replace('.mean', ''), numbersIn(next, name)]));
  };
  const PLATE = 'param p[*.layer] = 2 in [-100, 100]';

  it('counts, and where the training stands', () => {
    expect(movedOnce(PLATE, 'p + step + 10 * epoch + 3 * size')).toEqual({ 'p[fc.layer]': [35], 'p[out.layer]': [35] });
    expect(movedOnce('param p = 2 in [0, 10]', '100')).toEqual({ p: [10] });
  });

  // Moments of a posterior are single numbers: six digits.
  it('moments of the weights of a group, and what reduces them', () => {
    const layer = (rule: string) => movedOnce(PLATE, rule)['p[fc.layer]']![0]!;
    expect(layer('norm(mean(weight), 1)')).toBeCloseTo(10.75, 6);
    expect(layer('norm(mean(weight))')).toBeCloseTo(Math.sqrt(1 + 4 + 0.25 + 0.0625 + 9 + 16), 6);
    expect(layer('max(abs(mean(weight)) / sd(weight) over weights)')).toBeCloseTo(1, 5);
    expect(layer('mean(sd(weight) over weights)')).toBeCloseTo(3.5, 5);
    expect(movedOnce('param p = 2 in [0, 100]', 'norm(mean(weight), 1)').p![0]).toBeCloseTo(18.75, 6);
  });

  it('ranks within a layer, from 0 for the smallest', () => {
    expect(movedOnce('param p[*.input] = 0 in [0, 10]', 'rank(norm(mean(weight), 1))')).toEqual({
      'p[fc.input]': [1, 0, 2],
      'p[out.input]': [0, 1],
    });
    expect(movedOnce('param p[fc.weight] = 0 in [0, 10]', 'size - rank(mean(weight))')).toEqual({
      'p[fc.weight]': [2, 5, 3, 4, 6, 1],
    });
  });
});

describe('a run with a `move`', () => {
  const runs = stoppedRuns();
  afterAll(() => runs.remove());
  const program = (infer: string) => `
data points = simulate(n = 24, test = 6, seed = 1) { x: real[3] ~ Normal(0, 1); y: real ~ Normal(x[1] - x[2], 0.5) }
network net { input real[3]; fc1 = dense(8); tanh; fc2 = dense(1) }
model m {
  param lambda[*.input] = 0 in [0, inf)
  *.weight ~ Normal(0, 1 / sqrt(1 + lambda))
  *.bias ~ Normal(0, 1)
  y ~ Normal(net(x), 0.5)
}
run on points { infer ${infer}; evaluate { rmse, samples = 4 } }
`;
  const MOVE = 'move lambda = lambda + 2 - rank(running_mean(norm(mean(weight)))) every 2 steps';

  it.each(['map', 'sgvb', 'svgd', 'ensemble'])('is the same when it was stopped on the way: %s', async (engine) => {
    const text = program(`${engine} { epochs = 8, batch = 8, ${MOVE} }`);
    const whole = await runs.run(text);
    expect(whole.result.steps[0]!.params[0]!.greatest).toBeGreaterThan(2);
    await runs.expectSame(text, 4, whole);
  });

  it('stops where a rule gives no number, and says which', async () => {
    const text = program('map { epochs = 2, batch = 8, move lambda = log(-1 - lambda) every 2 steps }');
    await expect(runs.run(text)).rejects.toThrow(
      'The rule of `lambda` gave no number for lambda[fc1.input], number 1 after step 2.',
    );
  });
});
