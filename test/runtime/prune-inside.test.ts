/** `every 1 epoch { prune ... }`: what goes while a training goes on, what stays gone, and that a run that was stopped does the same. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { engines } from '../../src/inference/index.ts';
import { stoppedRuns } from '../helpers/stopped-runs.ts';

const runs = stoppedRuns();
afterAll(() => runs.remove());

const program = (infer: string, then = '') => `
data points = simulate(n = 24, test = 6, seed = 1) { x: real[3] ~ Normal(0, 1); y: real ~ Normal(x[1] - x[2], 0.5) }
network net { input real[3]; fc1 = dense(8); tanh; fc2 = dense(1) }
model m { * ~ Normal(0, 1); y ~ Normal(net(x), 0.5) }
run on points {
  trained = infer ${infer}
  ${then}
}
`;

async function run(infer: string, then = '') {
  const { result, out } = await runs.run(program(infer, then));
  return { result, lines: linesIn(out) };
}

const linesIn = (out: string): readonly Record<string, number | boolean>[] =>
  readFileSync(`${out}/metrics.jsonl`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const keptIn = (lines: ReturnType<typeof linesIn>) => lines.filter((l) => 'at' in l).map(({ at, kept }) => [at, kept]);

const HALVE = 'every 2 epochs { prune *.weight by magnitude lowest 50% }';
const EVALUATE = 'evaluate { kept, rmse, samples = 4 }';

describe('pruning while training', () => {
  it.each([...engines].map((e) => e.name))('halves what is left by turns, and it stays gone: %s', async (engine) => {
    const length = engine === 'sgld' || engine === 'sghmc' ? 'lr = 1e-3, burn_in = 3 epochs, ' : '';
    const { result, lines } = await run(`${engine} { epochs = 6, batch = 8, ${length}${HALVE} }`, EVALUATE);
    // Of 32 weights 16, 8 and 4; after 6, 12 and 18 steps.
    expect(keptIn(lines)).toEqual([
      [6, 0.5],
      [12, 0.25],
      [18, 0.125],
    ]);
    expect(result.steps[1]!.metrics.kept).toBe(0.125);
  });

  it('goes on from where an earlier prune left it', async () => {
    const then = `prune *.weight by magnitude lowest 50%\n  infer map { epochs = 2, batch = 8, ${HALVE} }\n  ${EVALUATE}`;
    const { result } = await run('map { epochs = 2, batch = 8 }', then);
    expect(result.steps.at(-1)!.metrics.kept).toBe(0.25);
  });

  it('softly leaves everything in place, and values come back', async () => {
    const soft = 'every 3 steps { prune fc1.weight by magnitude lowest 50% { soft } }';
    const infer = `map { steps = 8, batch = 8, optimizer = sgd(0.05), ${soft} }`;
    const { result, lines } = await run(infer, `${EVALUATE}\n  prune *.weight where magnitude == 0`);
    expect(keptIn(lines).map(([at]) => at)).toEqual([3, 6]);
    expect(result.steps[1]!.metrics.kept).toBe(1);
    expect(result.steps[2]!.metrics.removed).toBe(0);
  });

  it('softly at the last step is what the training leaves', async () => {
    const soft = 'every 3 steps { prune fc1.weight by magnitude lowest 50% { soft } }';
    const then = 'prune *.weight where magnitude == 0';
    const { result } = await run(`map { steps = 6, batch = 8, optimizer = sgd(0.05), ${soft} }`, then);
    expect(result.steps[1]!.metrics.removed).toBe(12);
  });

  const OF_SITES = 'optimizer of fc1.weight = sgd(0.01, momentum = 0.9), optimizer of *.bias = adagrad(0.05), ';

  it.each([
    ...['map', 'sgvb', 'svgd', 'swag'].map((engine) => [engine, ''] as const),
    ...['map', 'svgd'].map((engine) => [engine, OF_SITES] as const),
  ])('is the same when the run was stopped on the way: %s, %s', async (engine, options) => {
    const infer = `${engine} { epochs = 8, batch = 8, ${options}every 5 steps { prune *.weight by magnitude lowest 20% } }`;
    const text = program(infer, EVALUATE);
    await runs.expectSame(text, 4, await runs.run(text));
  });
});
