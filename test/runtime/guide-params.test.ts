/** Runs whose guide has `param`s: what later steps make of their posterior, and that a run that was stopped does the same. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { figuresOf } from '../helpers/runs.ts';
import { stoppedRuns } from '../helpers/stopped-runs.ts';

const runs = stoppedRuns();
afterAll(() => runs.remove());

const HEAD = `data points = simulate(n = 24, test = 6, seed = 1) { x: real[3] ~ Normal(0, 1); y: real ~ Normal(x[1] - x[2], 0.5) }
network net { input real[3]; fc1 = dense(8); tanh; fc2 = dense(1) }`;

const rates = (steps: string) => `${HEAD}
model m { *.weight ~ LogUniform(); *.bias ~ Flat(); y ~ Normal(net(x), 0.5) }
guide {
  param alpha[*.unit] = 0.5 in (0, 1]
  param mu[*.weight] = kaiming_uniform()
  *.weight ~ Normal(mu, sqrt(alpha) * abs(mu))
  *.bias ~ Delta()
}
run on points { ${steps} }`;

const gates = (options: string, then = '') => `${HEAD}
model m {
  pi[fc1.unit] ~ TruncatedExponential(4, low = 0, high = 1)
  z[fc1.unit] ~ Bernoulli(pi)
  gate fc1.unit with z
  * ~ Normal(0, 1)
  y ~ Normal(net(x), 0.5)
}
guide {
  param theta[fc1.unit] = 0.5 in [0, 1]
  z ~ Bernoulli(theta)
  pi ~ Delta(theta)
  * ~ Delta()
}
run on points { infer sgvb { epochs = 8, batch = 8, ${options} }; evaluate { rmse, samples = 4 }; ${then} }`;

describe('noise rates of units', () => {
  it('are learned, pruned by, gone on from and shown', async () => {
    const text = rates(`
      infer sgvb { epochs = 20, batch = 8, optimizer = adam(0.01) }
      before = evaluate { rmse, samples = 4 }
      prune *.weight by snr lowest 25%
      infer sgvb { epochs = 5, batch = 8, optimizer = adam(0.01) }
      after = evaluate { rmse, kept, samples = 4 }
      export safetensors`);
    const { result, out } = await runs.run(text);
    const [before, after] = figuresOf(result);
    expect(after!.kept).toBe(24 / 32);
    expect(Number.isFinite(before!.rmse)).toBe(true);
    const [first, , , second] = result.steps;
    expect(first!.params.map(({ name, count }) => `${name} ${count}`)).toEqual([
      'alpha[fc1.unit] 8',
      'alpha[fc2.unit] 1',
      'mu[fc1.weight] 24',
      'mu[fc2.weight] 8',
    ]);
    // What the first has learned the second does not forget: five epochs of Adam at 0.01 go no further than 15 steps.
    for (const [i, { mean }] of second!.params.entries())
      expect(Math.abs(mean - first!.params[i]!.mean)).toBeLessThan(15 * 0.01);
    expect(first!.params.every(({ name, greatest }) => !name.startsWith('alpha') || greatest <= 1)).toBe(true);
    expect(readFileSync(`${out}/posterior.safetensors`).length).toBeGreaterThan(0);
  });

  it('are the same when the run was stopped on the way', async () => {
    const text = rates(
      'infer sgvb { epochs = 8, batch = 8, optimizer of alpha = sgd(0.01) }; evaluate { rmse, samples = 4 }',
    );
    await runs.expectSame(text, 4, await runs.run(text));
  });

  it('can be averaged', async () => {
    const text = rates(
      'infer sgvb { epochs = 8, batch = 8, average = exponential(0.9) }; evaluate { rmse, samples = 4 }',
    );
    await runs.expectSame(text, 4, await runs.run(text));
  });
});

describe('probabilities of gates', () => {
  it.each([
    'optimizer of theta = proximal(sgd(0.01)), estimator of z = exact_difference',
    'optimizer of theta = dual_averaging(0.01), estimator of z = gumbel(0.5, hard)',
    'estimator of z = arm, move theta = 0.9 * theta every 2 steps',
    'every 2 epochs { prune fc1.weight where inclusion < 0.4 }',
  ])('are the same when the run was stopped on the way: %s', async (options) => {
    const text = gates(options);
    const whole = await runs.run(text);
    const [theta] = whole.result.steps[0]!.params;
    expect(theta!.least).toBeGreaterThanOrEqual(0);
    expect(theta!.greatest).toBeLessThanOrEqual(1);
    expect(theta!.least === 0.5 && theta!.greatest === 0.5).toBe(false);
    await runs.expectSame(text, 4, whole);
  });

  it('are set by a rule, and by nothing else', async () => {
    const { result } = await runs.run(gates('move theta = 0.9 * theta every 2 steps'));
    // Of 24 steps every second one.
    const [theta] = result.steps[0]!.params;
    expect(theta!.least).toBeCloseTo(0.5 * 0.9 ** 12, 6);
    expect(theta!.greatest).toBeCloseTo(0.5 * 0.9 ** 12, 6);
  });
});
