/** Draws of a whole model: their moments against those of its distributions, site by site and for what is observed. */
import { describe, expect, it } from 'vitest';
import { childKey, type Key, rootKey } from '../../src/base/keys.ts';
import { digamma } from '../../src/base/special.ts';
import { reference } from '../../src/executors/reference/reference.ts';
import type { CheckedModel } from '../../src/language/check/checked.ts';
import { buildDensity } from '../../src/model/density.ts';
import { undrawable } from '../../src/model/prior-predictive.ts';
import { nodeHost } from '../../src/runtime/host-node.ts';
import { loadSource, readData } from '../../src/runtime/index.ts';
import { openSimulator } from '../../src/runtime/verify/simulator.ts';

const ROWS = 50;

async function loaded(column: string, model: string, output = 1) {
  const text = `data d = simulate(n = ${ROWS}, seed = 1) {
  x: real[2] ~ Normal(0, 1)
  ${column}
}
network net { input real[2]
 fc = dense(${output}) }
model m {
  ${model}
}
run on d { infer sgvb { steps = 1 } }`;
  const { checked, diagnostics } = await loadSource(nodeHost(), { name: 'm.bprune', text }, new Map());
  expect(diagnostics.filter((d) => d.severity === 'error')).toEqual([]);
  const plan = checked.runs[0]!;
  const step = plan.steps[0]!;
  if (step.kind !== 'infer') throw new Error('no inference');
  return { plan, model: step.model };
}

/** Numbers that each of `count` draws of a model gives. */
async function draws(
  { plan, model }: Awaited<ReturnType<typeof loaded>>,
  count: number,
  of: (truth: (path: string) => ArrayLike<number>, x: ArrayLike<number>, y: ArrayLike<number>) => readonly number[],
): Promise<readonly number[]> {
  const dataset = await readData(plan.data, nodeHost());
  const simulator = await openSimulator(buildDensity(model), dataset, reference);
  const found: number[] = [];
  for (let i = 0; i < count; i++) {
    const key: Key = childKey(rootKey(7), i);
    const { truth, dataset: drawn } = await simulator.simulate(key);
    const { x, y } = drawn.splits.train!.columns;
    found.push(...of((path) => truth[path]!.data, x!.data, y!.data));
  }
  simulator.dispose();
  return found;
}

/** The mean is what it should be, within four standard errors of independent numbers. */
function expectMean(values: readonly number[], expected: number): void {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / (values.length - 1);
  expect(Math.abs(mean - expected)).toBeLessThan(4 * Math.sqrt(variance / values.length));
}

describe('a draw of a model', () => {
  it('has latents from their priors, weights given them, and numbers given both', async () => {
    const program = await loaded(
      'y: real ~ Normal(0, 1)',
      'tau ~ Gamma(3, 2)\n s ~ Gamma(4, 4)\n fc.weight ~ Normal(0, 1 / sqrt(tau))\n fc.bias ~ Normal(5, 0.1)\n y ~ Normal(net(x), s)',
    );
    expectMean(await draws(program, 1500, (truth) => [truth('tau')[0]!]), digamma(3) - Math.log(2));
    expectMean(await draws(program, 1500, (truth) => [truth('fc.bias')[0]!]), 5);
    // Given tau, the squares of the weights are 1 / tau on average.
    const squares = (truth: (path: string) => ArrayLike<number>) =>
      Array.from(truth('fc.weight')).map((w) => w * w * Math.exp(truth('tau')[0]!));
    expectMean(await draws(program, 800, squares), 1);
    const residuals = await draws(program, 60, (truth, x, y) => {
      const [w, b] = [truth('fc.weight'), truth('fc.bias')[0]!];
      const s = Math.exp(truth('s')[0]!);
      return Array.from(y, (value, i) => ((value - x[2 * i]! * w[0]! - x[2 * i + 1]! * w[1]! - b) / s) ** 2);
    });
    expectMean(residuals, 1);
  });

  it('has classes and counts, which only the host draws', async () => {
    const classes = await loaded(
      'y: class[3] ~ Categorical(logits = 0)',
      '* ~ Normal(0, 1)\n y ~ Categorical(logits = net(x))',
      3,
    );
    // By symmetry each class is as likely as the others; one number for each data set, since its rows share their weights.
    expectMean(await draws(classes, 400, (_, __, y) => [Array.from(y).filter((k) => k === 2).length / ROWS]), 1 / 3);
    const counts = await loaded('y: real ~ Poisson(rate = 1)', '* ~ Normal(0, 0.2)\n y ~ Poisson(log_rate = net(x))');
    const standardised = await draws(counts, 60, (truth, x, y) => {
      const [w, b] = [truth('fc.weight'), truth('fc.bias')[0]!];
      return Array.from(y, (value, i) => {
        const rate = Math.exp(x[2 * i]! * w[0]! + x[2 * i + 1]! * w[1]! + b);
        return (value - rate) ** 2 / rate;
      });
    });
    expectMean(standardised, 1);
  });

  it('is the same for the same key, and another for another', async () => {
    const program = await loaded('y: real ~ Normal(0, 1)', '* ~ Normal(0, 1)\n y ~ Normal(net(x), 1)');
    const first = await draws(program, 2, (truth, _, y) => [truth('fc.bias')[0]!, y[3]!]);
    expect(await draws(program, 2, (truth, _, y) => [truth('fc.bias')[0]!, y[3]!])).toEqual(first);
    expect(first[0]).not.toBe(first[2]);
  });
});

describe('models that cannot be drawn from', () => {
  const why = (model: CheckedModel) => undrawable(model).map(({ site, why: reason }) => [site.path, reason]);

  it('names sites with improper priors, and densities without a draw', async () => {
    const improper = await loaded(
      'y: real ~ Normal(0, 1)',
      'fc.weight ~ LogUniform()\n fc.bias ~ Flat()\n y ~ Normal(net(x), 1)',
    );
    expect(why(improper.model)).toEqual([
      ['fc.weight', 'improper'],
      ['fc.bias', 'improper'],
    ]);
    const whole = await loaded(
      'y: real ~ Normal(0, 1)',
      'fc.weight ~ Mixture(0.5: Normal(0, 1), 0.5: Normal(0, 0.1))\n fc.bias ~ StudentT(3, 0, 1)\n y ~ Normal(net(x), 1)',
    );
    expect(why(whole.model)).toEqual([]);
  });
});
