/** A metric: a figure with its standard error, from predictions averaged over posterior draws, or from the weights alone. */
import type { MetricSignature } from '../base/catalogue.ts';
import type { Accounting } from '../model/accounting.ts';

/** Averages over draws, for one split. Rows in the split's order. */
export type Predictions =
  | {
      readonly kind: 'class';
      readonly rows: number;
      readonly classes: number;
      /** Mean over draws, `[rows, classes]`. */
      readonly probabilities: Float64Array;
      readonly labels: Int32Array;
      /** `log mean_s p(y | draw s)`, `[rows]`. */
      readonly logPredictive: Float64Array;
    }
  | {
      readonly kind: 'real';
      readonly rows: number;
      /** Mean over draws of the likelihood's mean, `[rows]`. */
      readonly mean: Float64Array;
      readonly targets: Float64Array;
      readonly logPredictive: Float64Array;
    };

export interface Figure {
  readonly value: number;
  /** Standard error from the finite number of rows; null for accounting figures. */
  readonly se: number | null;
}

export interface DataMetric extends MetricSignature {
  readonly over: 'data';
  compute(predictions: Predictions): Figure;
}

export interface WeightMetric extends MetricSignature {
  readonly over: 'weights';
  compute(accounting: Accounting): Figure;
}

export type Metric = DataMetric | WeightMetric;
