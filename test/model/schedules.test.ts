/** The schedules of `models/schedules.bprune` at the moments of a training, against the formulas of their papers. */
import { describe, expect, it } from 'vitest';
import { compileSchedule } from '../../src/language/index.ts';
import { checkText } from '../helpers/golden.ts';

function rateOf(schedule: string): (epoch: number) => number {
  const text = `import "bprune:schedules"
data rows = simulate(n = 60, test = 20) { x: real[2] ~ Normal(0, 1); y: real ~ Normal(0, 1) }
network net { input real[2]; fc = dense(1) }
model m { * ~ Normal(0, 1); y ~ Normal(net(x), 1) }
run on rows { infer map { epochs = 50, optimizer = sgd(${schedule}) } }
`;
  const { result, diagnostics } = checkText('m.bprune', text);
  expect(diagnostics.map((d) => d.message)).toEqual([]);
  const step = result.runs[0]?.steps[0];
  if (step?.kind !== 'infer') throw new Error('the program has no inference');
  const rate = compileSchedule(step.optimizer.rate);
  return (epoch) => rate({ epoch, step: epoch });
}

const half = (t: number) => (1 + Math.cos(Math.PI * t)) / 2;
const share = (t: number) => t - Math.floor(t);

const cases: readonly (readonly [string, (t: number) => number])[] = [
  ['warm_up(epoch, 2, 10)', (t) => Math.min(1, Math.max(0, (t - 2) / 8))],
  ['linear(epoch, 0.5, 0.1, 20)', (t) => (t < 20 ? 0.5 - (0.4 * t) / 20 : 0.1)],
  ['cosine(epoch, 0.5, 0.1, 20)', (t) => 0.1 + 0.4 * half(Math.min(1, t / 20))],
  ['cyclical(epoch, 0.5, 0.1, 8)', (t) => 0.1 + 0.4 * half(share(t / 8))],
  ['step_decay(epoch, 0.5, 0.1, 15)', (t) => 0.5 * 0.1 ** Math.floor(t / 15)],
  ['minibatch_weight(epoch, 5)', (t) => (5 * 2 ** (5 - (1 + t - 5 * Math.floor(t / 5)))) / (2 ** 5 - 1)],
  [
    'triangular(epoch, 0.5, 0.1, 10)',
    (t) => (share(t / 10) < 0.5 ? 0.1 + 0.8 * share(t / 10) : 0.9 - 0.8 * share(t / 10)),
  ],
];

describe('the schedule', () => {
  it.each(cases)('%s is what its name says', (schedule, expected) => {
    const rate = rateOf(schedule);
    for (let t = 0; t <= 40; t += 0.25) expect(rate(t)).toBeCloseTo(expected(t), 13);
  });

  it('minibatch_weight has mean 1 over the batches of an epoch, however many there are', () => {
    for (const batches of [1, 7, 2000]) {
      const rate = rateOf(`minibatch_weight(epoch, ${batches})`);
      const sum = Array.from({ length: batches }, (_, i) => rate(3 * batches + i)).reduce((s, v) => s + v, 0);
      expect(sum / batches).toBeCloseTo(1, 10);
    }
  });
});
