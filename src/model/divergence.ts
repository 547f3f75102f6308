/** The contract of what keeps the guides of weights near their priors: a divergence of each element, or an unbiased estimate of it. */
import type { DivergenceSignature } from '../base/catalogue.ts';
import type { GraphBuilder, Ref } from '../graph/builder.ts';
import type { Term } from './distribution.ts';
import type { SiteView, Spread } from './guide.ts';

export interface SpreadView extends SiteView {
  readonly spread: Spread;
}

/** Draws for divergences without a closed form. Asking twice gives the same. */
export interface Draws {
  /** One draw of the site from its guide. */
  guide(): Ref;
  /** One of its prior. */
  prior(): Ref;
}

export interface Divergence extends DivergenceSignature {
  /**
   * Nats for each element of independent normals, finite for masked ones, whose value the caller drops; `skew` is the number in its
   * brackets. Null for KL(guide || prior), which has its own ways (`kl.ts`).
   */
  readonly elements: ((b: GraphBuilder, view: SpreadView, prior: Term, draws: Draws, skew: number) => Ref) | null;
}

/** A divergence with its number. */
export interface ChosenDivergence {
  readonly divergence: Divergence;
  readonly skew: number;
}
