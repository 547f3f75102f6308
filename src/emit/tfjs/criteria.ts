/** Criteria and metrics that emitted programs have, by their names in the catalogue; the hand-written part uses the same names. */
interface EmitCriterion {
  /** A high score means: remove first. */
  readonly highMeansRemove: boolean;
}

export const criteria: Readonly<Record<string, EmitCriterion>> = {
  log_alpha: { highMeansRemove: true },
  snr: { highMeansRemove: false },
  magnitude: { highMeansRemove: false },
};

/** Of gates, which emitted projects do not have. */
export const criteriaRefused: readonly string[] = ['inclusion'];

/** Metrics that `lib/metrics.js` computes. */
export const metrics: Readonly<Record<string, true>> = {
  ...{ error: true, nll: true, log_likelihood: true, brier: true, ece: true, rmse: true },
  ...{ kept: true, sparsity: true, compression: true, weights: true, flops: true },
};
