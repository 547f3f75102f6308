/** Metrics against figures of an independent program (vectors.py) and against cases worked by hand. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { metrics, predictive } from '../../src/evaluation/index.ts';
import type { Predictions } from '../../src/evaluation/metric.ts';
import { BINS, binOf } from '../../src/evaluation/metrics/ece.ts';
import { classes, figure, real, reals } from './predictions.ts';

type Figures = Readonly<Record<string, { readonly value: number; readonly se: number }>>;

interface Vectors {
  readonly classification: readonly {
    readonly classes: number;
    readonly probabilities: readonly (readonly (readonly number[])[])[];
    readonly log_likelihood: readonly (readonly number[])[];
    readonly labels: readonly number[];
    readonly figures: Figures;
    readonly ece: number;
  }[];
  readonly regression: readonly {
    readonly mean: readonly (readonly number[])[];
    readonly log_likelihood: readonly (readonly number[])[];
    readonly targets: readonly number[];
    readonly figures: Figures;
  }[];
}

const vectors: Vectors = JSON.parse(readFileSync(new URL('./vectors.json', import.meta.url), 'utf8'));

function agree(predictions: Predictions, figures: Figures): void {
  for (const [name, { value, se }] of Object.entries(figures)) {
    const found = figure(name, predictions);
    // Both sides add up fewer than 1000 float64 numbers of size 1 to 10.
    expect(found.value, name).toBeCloseTo(value, 12);
    expect(found.se, name).toBeCloseTo(se, 12);
  }
}

describe('figures of another program', () => {
  it('agree for classes, added in batches of 16 rows', () => {
    for (const vector of vectors.classification) {
      const rows = vector.labels.length;
      const sum = predictive('class', rows, vector.classes);
      for (const [draw, logs] of vector.log_likelihood.entries()) {
        for (let at = 0; at < rows; at += 16) {
          const part = vector.probabilities[draw]!.slice(at, at + 16);
          const probabilities = real(part.flat(), [part.length, vector.classes]);
          sum.add(draw, at, { probabilities, log_likelihood: real(logs.slice(at, at + 16)) });
        }
      }
      const predictions = sum.finish({ type: { dtype: 'i32', shape: [rows] }, data: Int32Array.from(vector.labels) });
      agree(predictions, vector.figures);
      expect(figure('ece', predictions).value).toBeCloseTo(vector.ece, 12);
    }
  });

  it('agree for numbers', () => {
    for (const vector of vectors.regression) {
      const sum = predictive('real', vector.targets.length);
      for (const [draw, mean] of vector.mean.entries()) {
        const logs = vector.log_likelihood[draw]!;
        sum.add(draw, 0, { mean: real(mean), sd: real(mean), log_likelihood: real(logs) });
      }
      agree(sum.finish(real(vector.targets)), vector.figures);
    }
  });
});

describe('cases by hand', () => {
  it('error takes the first of equal classes', () => {
    const half = [0.5, 0.5];
    const { value, se } = figure('error', classes([half, half, [0.1, 0.9], [0.1, 0.9]], [0, 1, 1, 0]));
    expect(value).toBe(0.5);
    // Two of four: variance 1/3 with divisor 3, over 4.
    expect(se).toBeCloseTo(Math.sqrt(1 / 3 / 4), 15);
  });

  it('brier is 0 for certainty that is right and 2 for certainty that is wrong', () => {
    expect(
      figure(
        'brier',
        classes(
          [
            [1, 0, 0],
            [0, 1, 0],
          ],
          [0, 1],
        ),
      ),
    ).toEqual({ value: 0, se: 0 });
    expect(
      figure(
        'brier',
        classes(
          [
            [1, 0, 0],
            [0, 1, 0],
          ],
          [1, 0],
        ),
      ),
    ).toEqual({ value: 2, se: 0 });
    const third = [1 / 3, 1 / 3, 1 / 3];
    expect(figure('brier', classes([third, third], [0, 2])).value).toBeCloseTo(2 / 3, 15);
  });

  it('nll is log k for guessing among k classes, and infinite for a class thought impossible', () => {
    const guess = [0.25, 0.25, 0.25, 0.25];
    expect(figure('nll', classes([guess, guess], [3, 1]))).toEqual({ value: Math.log(4), se: 0 });
    expect(
      figure(
        'nll',
        classes(
          [
            [1, 0],
            [1, 0],
          ],
          [1, 0],
        ),
      ).value,
    ).toBe(Number.POSITIVE_INFINITY);
    expect(figure('log_likelihood', classes([guess, guess], [3, 1])).value).toBe(-Math.log(4));
  });

  it('rmse of errors 3 and 4 is sqrt(12.5), with se(12.5) / (2 rmse)', () => {
    const { value, se } = figure('rmse', reals([3, 0], [0, 4]));
    expect(value).toBeCloseTo(Math.sqrt(12.5), 15);
    expect(se).toBeCloseTo(3.5 / (2 * Math.sqrt(12.5)), 14);
    expect(figure('rmse', reals([1, 2], [1, 2]))).toEqual({ value: 0, se: 0 });
  });

  it('has no standard error for a single row', () => {
    const one = classes([[0.7, 0.3]], [0]);
    for (const name of ['error', 'nll', 'brier', 'ece']) expect(figure(name, one).se).toBeNull();
    expect(figure('ece', one).value).toBeCloseTo(0.3, 15);
    expect(figure('rmse', reals([1], [3]))).toEqual({ value: 2, se: null });
  });
});

describe('ece', () => {
  it('puts an edge into the bin below it, and 0 into the first', () => {
    expect([0, Number.MIN_VALUE, 1 / 15, 1].map(binOf)).toEqual([0, 0, 0, BINS - 1]);
    for (let edge = 1; edge < BINS; edge++) {
      expect(binOf(edge / BINS)).toBe(edge - 1);
      expect(binOf(edge / BINS + 1e-12)).toBe(edge);
    }
    // A confidence that rounding pushed past 1 makes no phantom bin (torchmetrics issue 3510).
    expect(binOf(1 + 1e-15)).toBe(BINS - 1);
  });

  it('is 0 for certainty that is right, 1 for certainty that is wrong', () => {
    expect(
      figure(
        'ece',
        classes(
          [
            [1, 0],
            [0, 1],
          ],
          [0, 1],
        ),
      ),
    ).toEqual({ value: 0, se: 0 });
    expect(
      figure(
        'ece',
        classes(
          [
            [1, 0],
            [0, 1],
          ],
          [1, 0],
        ),
      ),
    ).toEqual({ value: 1, se: 0 });
  });

  it('of a single class is 0: it is always certain and always right', () => {
    expect(figure('ece', classes([[1], [1], [1]], [0, 0, 0]))).toEqual({ value: 0, se: 0 });
  });

  it('weighs bins by rows and passes over empty ones', () => {
    // Bin of 0.9: two rows, one hit, gap |0.9 - 0.5|. Bin of 0.6: one row, a hit, gap 0.4. Others are empty.
    const rows = [
      [0.9, 0.1],
      [0.9, 0.1],
      [0.4, 0.6],
    ];
    expect(figure('ece', classes(rows, [0, 1, 1])).value).toBeCloseTo((2 * 0.4 + 0.4) / 3, 15);
  });

  it('lets gaps of one bin cancel, those of different bins not', () => {
    const same = [
      [0.61, 0.39],
      [0.65, 0.35],
    ];
    expect(figure('ece', classes(same, [0, 1])).value).toBeCloseTo(Math.abs(0.61 - 1 + 0.65) / 2, 15);
    const apart = [
      [0.55, 0.45],
      [0.95, 0.05],
    ];
    expect(figure('ece', classes(apart, [0, 1])).value).toBeCloseTo((0.45 + 0.95) / 2, 15);
  });
});

describe('accounting', () => {
  const accounting = {
    weights: 200,
    keptWeights: 8,
    biases: 20,
    keptBiases: 20,
    multiplyAdds: 1000,
    keptMultiplyAdds: 40,
  };

  function counted(name: string, of = accounting): number {
    const metric = metrics.get(name);
    if (metric?.over !== 'weights') throw new Error(`no accounting metric ${name}`);
    const { value, se } = metric.compute(of);
    expect(se).toBeNull();
    return value;
  }

  it('follows the frozen conventions', () => {
    expect(counted('kept')).toBe(0.04);
    expect(counted('sparsity')).toBe(0.96);
    expect(counted('compression')).toBe(25);
    expect(counted('weights')).toBe(8);
    expect(counted('flops')).toBe(80);
  });

  it('has an answer for a network that lost everything, and for one without weights', () => {
    expect(counted('compression', { ...accounting, keptWeights: 0 })).toBe(Number.POSITIVE_INFINITY);
    expect(counted('kept', { ...accounting, keptWeights: 0 })).toBe(0);
    const bare = { ...accounting, weights: 0, keptWeights: 0 };
    expect(['kept', 'sparsity', 'compression'].map((name) => counted(name, bare))).toEqual([1, 0, 1]);
  });
});
