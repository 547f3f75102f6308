/** Averages over draws: exact where density underflows, and strict about what was added. */
import { describe, expect, it } from 'vitest';
import { predictive } from '../../src/evaluation/index.ts';
import { real } from './predictions.ts';

const TARGETS = real([0, 0]);

function logPredictive(...draws: readonly (readonly number[])[]): readonly number[] {
  const sum = predictive('real', 2);
  for (const [draw, logs] of draws.entries()) sum.add(draw, 0, { mean: real([0, 0]), log_likelihood: real(logs) });
  return Array.from(sum.finish(TARGETS).logPredictive);
}

describe('the predictive', () => {
  it('takes the mean of densities that no float64 can hold', () => {
    // log((e^-5000 + e^-5001) / 2), in either order.
    const expected = -5000 + Math.log((1 + Math.exp(-1)) / 2);
    const [down, up] = logPredictive([-5000, -5001], [-5001, -5000]);
    expect(down).toBeCloseTo(expected, 10);
    expect(up).toBeCloseTo(expected, 10);
    expect(logPredictive([800, 800], [800, 800])).toEqual([800, 800]);
  });

  it('counts draws of density 0', () => {
    const no = Number.NEGATIVE_INFINITY;
    const [first, second] = logPredictive([no, -1], [-1, no], [no, no], [-1, -1]);
    expect(first).toBeCloseTo(-1 + Math.log(2 / 4), 14);
    expect(second).toBe(first);
    expect(logPredictive([no, no], [no, no])).toEqual([no, no]);
  });

  it('lets NaN through, so that it is seen', () => {
    expect(logPredictive([Number.NaN, -1], [-1, -1])[0]).toBeNaN();
    expect(logPredictive([-1, -1], [Number.NaN, -1])[0]).toBeNaN();
  });

  it('is a mean over draws of what each says', () => {
    const sum = predictive('class', 2, 3);
    const log_likelihood = real([-1, -1]);
    sum.add(0, 0, { probabilities: real([1, 0, 0, 0, 1, 0], [2, 3]), log_likelihood });
    sum.add(1, 0, { probabilities: real([0, 1, 0, 0, 1, 0], [2, 3]), log_likelihood });
    const predictions = sum.finish({ type: { dtype: 'i32', shape: [2] }, data: Int32Array.of(1, 2) });
    expect(predictions).toEqual({
      kind: 'class',
      rows: 2,
      classes: 3,
      probabilities: Float64Array.of(0.5, 0.5, 0, 0, 1, 0),
      labels: Int32Array.of(1, 2),
      logPredictive: Float64Array.of(-1, -1),
    });
  });

  it('refuses rows that were left out or seen twice: a bug of the caller', () => {
    const info = { mean: real([0]), log_likelihood: real([0]) };
    const left = predictive('real', 2);
    left.add(0, 0, info);
    expect(() => left.finish(TARGETS)).toThrow('internal');
    const twice = predictive('real', 2);
    twice.add(0, 0, info);
    expect(() => twice.add(0, 0, info)).toThrow('internal');
  });
});
