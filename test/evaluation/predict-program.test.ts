/** The predictive fed by real prediction programs: names and shapes fit, and a small case is what closed forms say. */
import { describe, expect, it } from 'vitest';
import { predictive } from '../../src/evaluation/index.ts';
import { buildDensity } from '../../src/model/density.ts';
import { classifier, linearRegression } from '../helpers/models.ts';
import { classes, real, runOnce } from '../helpers/reference.ts';
import { figure } from './predictions.ts';

describe('predictions of a network', () => {
  it('of numbers: a line with two draws of its slope is a mixture of two normals', async () => {
    const noise = 0.7;
    const program = buildDensity(linearRegression(1, 3, noise, 1)).predict(3);
    const x = [-1, 0, 2];
    const y = [0.2, -0.1, 1];
    const slopes = [0.5, 1.5];
    const sum = predictive('real', 3);
    for (const [draw, slope] of slopes.entries()) {
      const state = { 'fc1.weight': real([slope], [1, 1]), 'fc1.bias': real([0.25]) };
      const [info] = await runOnce(program, state, {
        batch: { x: real(x, [3, 1]), y: real(y) },
        noise: {},
        scalars: {},
      });
      sum.add(draw, 0, info);
    }
    const predictions = sum.finish(real(y));
    const density = (z: number) => Math.exp(-0.5 * (z / noise) ** 2) / (noise * Math.sqrt(2 * Math.PI));
    const mixture = x.map((at, i) => slopes.reduce((s, b) => s + density(y[i]! - b * at - 0.25) / 2, 0));
    const nll = -mixture.reduce((s, p) => s + Math.log(p), 0) / 3;
    expect(figure('nll', predictions).value).toBeCloseTo(nll, 12);
    const squares = x.map((at, i) => (at + 0.25 - y[i]!) ** 2);
    expect(figure('rmse', predictions).value).toBeCloseTo(Math.sqrt(squares.reduce((s, v) => s + v, 0) / 3), 12);
  });

  it('of classes: probabilities are softmax of the logits, averaged over draws', async () => {
    const program = buildDensity(classifier([1, 2])).predict(2);
    const labels = classes([0, 1]);
    const sum = predictive('class', 2, 2);
    for (const [draw, w] of [1, 3].entries()) {
      const state = { 'fc1.weight': real([w, 0], [1, 2]), 'fc1.bias': real([0, 0]) };
      const feed = { batch: { x: real([1, -2], [2, 1]), y: labels }, noise: {}, scalars: {} };
      const [info] = await runOnce(program, state, feed);
      sum.add(draw, 0, info);
    }
    const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
    const right = [(sigmoid(1) + sigmoid(3)) / 2, (sigmoid(2) + sigmoid(6)) / 2];
    const predictions = sum.finish(labels);
    expect(figure('error', predictions).value).toBe(0);
    expect(figure('nll', predictions).value).toBeCloseTo(-(Math.log(right[0]!) + Math.log(right[1]!)) / 2, 12);
    expect(figure('brier', predictions).value).toBeCloseTo(
      right.reduce((s, p) => s + (1 - p) ** 2, 0),
      12,
    );
  });
});
