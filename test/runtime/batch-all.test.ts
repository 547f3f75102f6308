/** `batch = all`: a step sees every training row, as with their number, and a run that was stopped goes on with the same bytes. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { guaranteeOf } from '../../src/inference/guarantee.ts';
import { compileSchedule } from '../../src/language/index.ts';
import { inferencesOf } from '../helpers/inferences.ts';
import { stoppedRuns } from '../helpers/stopped-runs.ts';

const program = (batch: string) => `
data points = simulate(n = 130, test = 10, seed = 1) { x: real[3] ~ Normal(0, 1); y: real ~ Normal(x[1] - x[2], 0.5) }
network net { input real[3]; fc1 = dense(4); tanh; fc2 = dense(1) }
model m { * ~ Normal(0, 1); y ~ Normal(net(x), 0.5) }
run on points {
  infer map { steps = 6, batch = ${batch} }
  infer sghmc { epochs = 6, batch = ${batch}, lr = 0.01 / N }
  evaluate { rmse, samples = 2 }
}
`;

describe('`batch = all`', () => {
  const runs = stoppedRuns();
  afterAll(() => runs.remove());

  it('is a batch of all training rows, with the same bytes', async () => {
    const [all, counted] = [await runs.run(program('all')), await runs.run(program('130'))];
    for (const file of ['metrics.jsonl', 'posterior.safetensors'])
      expect(readFileSync(`${all.out}/${file}`).equals(readFileSync(`${counted.out}/${file}`)), file).toBe(true);
    expect(all.result.steps.map(({ details }) => details.epochs)).toEqual([6, 6, undefined]);
    await runs.expectSame(program('all'), 8, all);
  });

  it('is more than the rows that are taken without it, and no estimate', () => {
    const [whole, some] = [' batch = all,', ''].map((batch) =>
      inferencesOf(
        `data d = csv("d.csv") { x: real[2]; y: real }
network net { input real[2]; fc = dense(1) }
model m { * ~ Normal(0, 1); y ~ Normal(net(x), 1) }
run on d { infer sgvb {${batch} epochs = 3 } }`,
        700,
      ),
    );
    expect([whole![0]!.batch, some![0]!.batch]).toEqual([700, 100]);
    const remarks = (of: typeof whole) => guaranteeOf(of![0]!, compileSchedule).remarks.map(({ kind }) => kind);
    expect(remarks(whole)).not.toContain('minibatch');
    expect(remarks(some)).toContain('minibatch');
  });
});
