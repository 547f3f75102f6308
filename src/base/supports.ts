/** What the numbers of a distribution have in common, whichever it is. */
import type { Support } from './catalogue.ts';

/** Each number is 0 or 1, of a mask that is drawn as one too. */
export function isBinary(support: Support): boolean {
  return support === 'binary' || support === 'nested';
}
