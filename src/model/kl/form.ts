/** A divergence KL(guide || prior) in closed form, for one pair of families. */
import type { GraphBuilder, Operand, Ref } from '../../graph/builder.ts';
import type { Term } from '../distribution.ts';

/**
 * The guide's arguments by name, in the forms that its family has at hand: a `Normal` shows `mean`, `variance` (0 where masked),
 * `sd` (positive also there) and `log_variance`; all others the parameters of their records.
 */
export type Shown = (name: string) => Operand;

export interface ClosedForm {
  readonly guide: string;
  readonly prior: string;
  /** Names the equation and its error, if it is an approximation. */
  readonly doc: string;
  /** An approximation, whose error `doc` names. */
  readonly approximate?: true;
  /** Nats for each element; finite for masked ones, whose value the caller drops. */
  elements(b: GraphBuilder, guide: Shown, prior: Term): Ref;
}

/** A term as a guide. */
export function shownBy({ args, distribution }: Term): Shown {
  return (name) => {
    const value = args[name];
    if (value === undefined) throw new Error(`internal: a ${distribution.name} guide does not show ${name}`);
    return value;
  };
}
