/** Criteria and metrics in the emitted program, by their names in the catalogue. */
import type { LibraryName } from './library.ts';

export interface EmitCriterion {
  readonly score: LibraryName;
  /** A high score means: remove first. */
  readonly highMeansRemove: boolean;
}

export const criteria: Readonly<Record<string, EmitCriterion>> = {
  log_alpha: { score: 'logAlpha', highMeansRemove: true },
  snr: { score: 'snr', highMeansRemove: false },
  magnitude: { score: 'magnitude', highMeansRemove: false },
};

/** Metrics that `lib/metrics.js` computes; the name is the same there. */
export const metrics: Readonly<Record<string, true>> = {
  ...{ error: true, nll: true, log_likelihood: true, brier: true, ece: true, rmse: true },
  ...{ kept: true, sparsity: true, compression: true, weights: true, flops: true },
};
