/** Figures of a standardised response are in the units of its file: by hand, and beside a model that standardises for itself. */
import { afterAll, describe, expect, it } from 'vitest';
import type { Column } from '../../src/base/data.ts';
import { inFileUnits, metrics } from '../../src/evaluation/index.ts';
import type { DataMetric, Predictions } from '../../src/evaluation/metric.ts';
import { figuresOf, runFolder } from '../helpers/runs.ts';

const folder = runFolder();
afterAll(() => folder.remove());

const column = (scale: number[], offset: number[]): Column => ({
  ...{ name: 'y', kind: 'real', shape: [], data: new Float64Array(0), scale, offset },
});

describe('predictions of z = (y - 100) / 10', () => {
  // Two rows, y = 105 and 90, z = 0.5 and -1; the model predicts z = 0 and -0.6, sd 1.
  const log = (z: number) => -0.5 * z * z - 0.5 * Math.log(2 * Math.PI);
  const seen: Predictions = {
    ...{ kind: 'real', rows: 2, mean: Float64Array.of(0, -0.6), targets: Float64Array.of(0.5, -1) },
    logPredictive: Float64Array.of(log(0.5), log(-0.4)),
  };
  const figure = (predictions: Predictions, name: string) => {
    return (metrics.get(name) as DataMetric).compute(predictions).value;
  };

  it('are judged as predictions of y', () => {
    const found = inFileUnits(seen, column([0.1], [-10]), false);
    // Errors 5 and 4; densities of a normal with sd 10 at 5 and 4 from its mean.
    expect(figure(found, 'rmse')).toBeCloseTo(Math.sqrt((25 + 16) / 2), 12);
    const density = (error: number) => Math.exp(-0.5 * (error / 10) ** 2) / (10 * Math.sqrt(2 * Math.PI));
    expect(figure(found, 'log_likelihood')).toBeCloseTo((Math.log(density(5)) + Math.log(density(4))) / 2, 12);
    expect(figure(found, 'nll')).toBeCloseTo(-figure(found, 'log_likelihood'), 12);
  });

  it('of counts keep their probabilities, and of a plain column everything', () => {
    expect(inFileUnits(seen, column([0.1], [-10]), true)).toMatchObject({ logPredictive: seen.logPredictive });
    expect(inFileUnits(seen, column([1], [0]), false)).toBe(seen);
  });
});

describe('a run', () => {
  const X = [0.5, 1, 2, 3.5, 4, 6];
  const Y = [12, 31, 55, 80, 77, 140];
  const mean = Y.reduce((a, b) => a + b) / Y.length;
  const sd = Math.sqrt(Y.reduce((sum, y) => sum + (y - mean) ** 2, 0) / Y.length);

  /** The same density of the weights, up to a factor, whoever standardises. */
  const program = (settings: string, likelihood: string) => `
data d = csv("line.csv") { x: real[1], columns = ["x"], standardise; y: real${settings} }
network net { input real[1]; dense(1) }
model m { * ~ Normal(0, 1); y ~ ${likelihood} }
run on d {
  infer sgvb { epochs = 200, batch = 6, optimizer = adam(0.02) }
  evaluate on train { rmse, log_likelihood, nll, samples = 10 }
}
`;

  it('has the same figures whether data or model standardise, and says which units they have', async () => {
    folder.write('line.csv', `x,y\n${X.map((x, i) => `${x},${Y[i]}`).join('\n')}\n`);
    const ours = await folder.run('data', program(', standardise', 'Normal(net(x), 0.3)'));
    const theirs = await folder.run('model', program('', `Normal(${mean} + ${sd} * net(x), ${0.3 * sd})`));
    const [a, b] = [figuresOf(ours)[0]!, figuresOf(theirs)[0]!];
    // The batch of y is in single precision: relative errors of 1e-7 grow along 200 steps.
    for (const key of ['rmse', 'log_likelihood', 'nll']) expect(a[key]! / b[key]!).toBeCloseTo(1, 4);
    const shown = (value: number) => Number(value.toPrecision(5));
    const notes = (run: typeof ours) => run.steps.flatMap((s) => (s.step === 'evaluate' ? [s.details.notes] : []));
    expect(notes(ours)).toEqual([
      [
        `in the units of the file of \`y\`, where what the model sees is (\`y\` - ${shown(mean)}) / ${shown(sd)}: rmse, log_likelihood, nll`,
      ],
    ]);
    expect(notes(theirs)).toEqual([[]]);
  });
});
