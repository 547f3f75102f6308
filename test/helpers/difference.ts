/** What an edit of a program changed, in words of the language. */

const words = (text: string): readonly string[] => text.match(/"[^"]*"|\d+(?:\.\d+)?|\w+|[^\s\w]/g) ?? [];

export interface Change {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/**
 * The least changes that make `after` of `before`: runs of words and signs in place of others, by the longest common subsequence.
 * Lines that both have, wherever they stand, are no change: a line that was moved is the same line.
 */
export function changesBetween(before: string, after: string): readonly Change[] {
  const [a, b] = withoutCommonLines(before, after).map(words) as [readonly string[], readonly string[]];
  const common = commonLengths(a, b);
  const changes: { before: string[]; after: string[] }[] = [];
  let open: { before: string[]; after: string[] } | null = null;
  const current = () => {
    if (open === null) changes.push((open = { before: [], after: [] }));
    return open;
  };
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      open = null;
      i++;
      j++;
    } else if (i < a.length && (j === b.length || common[i + 1]![j]! >= common[i]![j + 1]!))
      current().before.push(a[i++]!);
    else current().after.push(b[j++]!);
  }
  return changes;
}

/** How many words and signs the changes take out and put in; of a run that is replaced, the longer side. */
export function sizeOfChanges(changes: readonly Change[]): number {
  return changes.reduce((sum, { before, after }) => sum + Math.max(before.length, after.length), 0);
}

function withoutCommonLines(before: string, after: string): readonly [string, string] {
  const lines = (text: string) => text.split('\n').map((line) => line.trim());
  const without = (text: readonly string[], other: readonly string[]) => {
    const left = [...other];
    return text.filter((line) => {
      const at = left.indexOf(line);
      if (at >= 0) left.splice(at, 1);
      return at < 0;
    });
  };
  const [a, b] = [lines(before), lines(after)];
  return [without(a, b).join('\n'), without(b, a).join('\n')];
}

/** Lengths of the longest common subsequences of what stands from each place on. */
function commonLengths(a: readonly string[], b: readonly string[]): readonly (readonly number[])[] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i]![j] = a[i] === b[j] ? 1 + lengths[i + 1]![j + 1]! : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
    }
  }
  return lengths;
}
