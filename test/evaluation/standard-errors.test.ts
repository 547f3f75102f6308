/** Standard errors against the spread of the metric over simulated data sets, and calibration of a predictor that is calibrated. */
import { describe, expect, it } from 'vitest';
import type { Predictions } from '../../src/evaluation/metric.ts';
import { classes, figure, normal, reals, uniforms } from './predictions.ts';

/** Rows whose probabilities are the true ones, shifted towards certainty by `excess`: 0 is perfectly calibrated. */
function classRows(rows: number, uniform: () => number, excess: number): Predictions {
  const probabilities: number[][] = [];
  const labels: number[] = [];
  for (let i = 0; i < rows; i++) {
    const p = 0.5 + 0.45 * uniform();
    labels.push(uniform() < p ? 0 : 1);
    const said = Math.min(0.999, p + excess);
    probabilities.push([said, 1 - said]);
  }
  return classes(probabilities, labels);
}

function realRows(rows: number, uniform: () => number): Predictions {
  const mean = Array.from({ length: rows }, () => normal(uniform));
  const sd = (i: number) => 0.5 + (i % 3);
  return reals(
    mean,
    mean.map((m, i) => m + sd(i) * normal(uniform)),
  );
}

function spread(values: readonly number[]): number {
  const mean = values.reduce((s, v) => s + v, 0) / values.length;
  return Math.sqrt(values.reduce((s, v) => s + (v - mean) ** 2, 0) / (values.length - 1));
}

const mean = (values: readonly number[]) => values.reduce((s, v) => s + v, 0) / values.length;

describe('standard errors', () => {
  const SETS = 300;
  const ROWS = 400;
  const uniform = uniforms(7);
  const classSets = Array.from({ length: SETS }, () => classRows(ROWS, uniform, 0.1));
  const realSets = Array.from({ length: SETS }, () => realRows(ROWS, uniform));

  for (const [name, sets] of [
    ['error', classSets],
    ['nll', classSets],
    ['brier', classSets],
    ['rmse', realSets],
    ['log_likelihood', realSets],
  ] as const) {
    it(`of ${name} are the spread over data sets`, () => {
      const figures = sets.map((s) => figure(name, s));
      const ratio = mean(figures.map((f) => f.se!)) / spread(figures.map((f) => f.value));
      // A spread over 300 sets is known to 1 / sqrt(600) = 4.1 %; 4 times that.
      expect(Math.abs(ratio - 1)).toBeLessThan(0.165);
    });
  }

  it('of ece, by bootstrap, are near the spread when the network is badly calibrated', () => {
    // 40 sets are enough for the mean of the errors; the spread is taken over all.
    const errors = classSets.slice(0, 40).map((s) => figure('ece', s).se!);
    const ratio = mean(errors) / spread(classSets.map((s) => figure('ece', s).value));
    // 4.1 % of the spread, 4 times, and 10 % for resamples that see the bias of ECE twice.
    expect(Math.abs(ratio - 1)).toBeLessThan(0.27);
  });

  it('are the same for the same predictions', () => {
    const set = classSets[0]!;
    expect(figure('ece', set)).toEqual(figure('ece', set));
  });
});

describe('a perfectly calibrated predictor', () => {
  it('has an ece that shrinks as 1 / sqrt(rows)', () => {
    const uniform = uniforms(11);
    const SETS = 40;
    const sizes = [400, 1600, 6400];
    const scaled = sizes.map((rows) => {
      const values = Array.from(
        { length: SETS },
        () => figure('ece', classRows(rows, uniform, 0)).value * Math.sqrt(rows),
      );
      return { mean: mean(values), se: spread(values) / Math.sqrt(SETS) };
    });
    for (const { mean: m, se } of scaled.slice(1)) {
      // sqrt(rows) x ECE has one mean for all sizes; 4 standard errors of the difference of two.
      expect(Math.abs(m - scaled[0]!.mean)).toBeLessThan(4 * Math.hypot(se, scaled[0]!.se));
    }
    // Far from 0: E |gap| of 8 bins with variance about 0.2 / 8 each gives 8 x 0.8 x sqrt(0.025) = 1.0.
    expect(scaled[2]!.mean).toBeGreaterThan(0.7);
    expect(scaled[2]!.mean).toBeLessThan(1.4);
  });

  it('has an error and a Brier score of their expected size', () => {
    // E[1 - p] = 0.275 and E[2 p (1 - p)] = 2 (E p - E p^2) for p uniform on (0.5, 0.95).
    const set = classRows(40_000, uniforms(3), 0);
    const error = figure('error', set);
    expect(Math.abs(error.value - 0.275)).toBeLessThan(4 * error.se!);
    const brier = figure('brier', set);
    const second = (0.95 ** 3 - 0.5 ** 3) / (3 * 0.45);
    expect(Math.abs(brier.value - 2 * (0.725 - second))).toBeLessThan(4 * brier.se!);
  });
});
