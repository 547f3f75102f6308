/** A divergence KL(guide || prior) in closed form, for one pair of families. */
import type { GraphBuilder, Ref } from '../../graph/builder.ts';
import type { Term } from '../distribution.ts';
import type { SiteView } from '../guide.ts';

/** What a guide with a spread shows to a closed form. */
export type SpreadView = SiteView & { readonly spread: NonNullable<SiteView['spread']> };

export interface ClosedForm {
  readonly guide: string;
  readonly prior: string;
  /** Names the equation and its error, if it is an approximation. */
  readonly doc: string;
  /** An approximation, whose error `doc` names. */
  readonly approximate?: true;
  /** Nats for each element; finite for masked ones, whose value the caller drops. */
  elements(b: GraphBuilder, view: SpreadView, prior: Term): Ref;
}
