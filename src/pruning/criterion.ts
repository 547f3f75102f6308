/** A criterion: a score for each element of a site, from its posterior mean and sd and its gates. Low means: remove first. */
import type { CriterionSignature } from '../base/catalogue.ts';
import type { GraphBuilder, Ref } from '../graph/builder.ts';

export interface PosteriorView {
  readonly mean: Ref;
  readonly sd: Ref;
  /** The probability that its gates of 0 and 1 are open. */
  readonly inclusion: Ref;
}

export interface Criterion extends CriterionSignature {
  /** `keep`: a high score means keep (`snr`); `remove`: a high score means remove (`log_alpha`). `lowest` always removes the least needed. */
  readonly highMeans: 'keep' | 'remove';
  score(b: GraphBuilder, view: PosteriorView): Ref;
}

/** What a prune step decided: for each named site which elements stay (1) and go (0). */
export interface PrunePlan {
  readonly kind: 'prune-plan';
  readonly keep: ReadonlyMap<string, Uint8Array>;
}

/**
 * Stands in for a mean or sd of 0 in quotients and logs, so that scores are finite: what was pruned has both at 0 and must
 * not show up as NaN. Far below any weight, far above the smallest single-precision number.
 */
export const FLOOR = 1e-30;
