/** A mistake that is known well enough to be called by its name. */
import type { DiagnosticParts } from '../../base/diagnostic.ts';
import { replacement } from '../../base/fix.ts';
import type { Span } from '../../base/span.ts';
import type { Spot } from './spot.ts';

export interface Message extends DiagnosticParts {
  readonly code: string;
  readonly text: string;
  /** Left out: the place of the spot. */
  readonly place?: Span;
}

/** Looks at a place and explains it, or leaves it to the next. */
export type Slip = (spot: Spot) => Message | null;

/** A hint that is also a change of the text. */
export function replacing(spot: Spot, text: string, place: Span = spot.place): DiagnosticParts {
  return { hint: `write \`${text}\``, fix: replacement(place, text) };
}
