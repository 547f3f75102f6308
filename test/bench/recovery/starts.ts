/** A fit that may end in a bad place is begun anew until it is good enough. */

export interface Started<T> {
  readonly best: T;
  /** How many fits there were. */
  readonly starts: number;
}

/**
 * Attempts from start 0, 1, ... until the badness of one is at most `enough`, and `most` of them at most (1 or more); what counts in the end is
 * the least bad one, the first of equals. NaN is worse than any number.
 */
export async function leastBad<T>(
  attempt: (start: number) => Promise<T>,
  badness: (fitted: T) => number,
  { enough, most }: { readonly enough: number; readonly most: number },
): Promise<Started<T>> {
  let best = await attempt(0);
  let starts = 1;
  while (!(badness(best) <= enough) && starts < most) {
    const other = await attempt(starts++);
    if (badness(other) < badness(best) || Number.isNaN(badness(best))) best = other;
  }
  return { best, starts };
}
