/**
 * What a declaration does with the rows that were read, line by line: splits and rows taken at random, classes, noise. Which rows
 * depends on the seed and name of the line and on the number of rows alone. Rows that stay keep their order.
 */
import { countOf, withCommas } from '../base/counts.ts';
import type { DerivedRequest, RowsRequest, Split, SplitRequest } from '../base/data.ts';
import { type Diagnostic, diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/span.ts';
import { splitKey } from '../base/streams.ts';
import { nearest } from '../base/suggest.ts';
import { onlyClasses } from './classes.ts';
import { corruptSplits } from './corrupt.ts';
import type { Report } from './reader.ts';
import { chosenRows, formatAmount, rowsIn, rowsWhere, type Splits } from './rows.ts';

type Counts = Readonly<Record<string, number>>;

/** True where rows of each split can only be counted by looking at them. */
export function dependsOnRows(requests: readonly DerivedRequest[]): boolean {
  return requests.some((request) => request.kind === 'classes');
}

/** Rows of each split after `requests`, none of which depends on what is in the rows. What cannot be done is reported and left out. */
export function countDerived(rows: Counts, requests: readonly DerivedRequest[], report: Report): Counts {
  return requests.reduce((counts, request) => countOne(counts, request, report), rows);
}

function countOne(counts: Counts, request: DerivedRequest, report: Report): Counts {
  switch (request.kind) {
    case 'split': {
      const taken = rowsTaken(counts, request, report);
      const { name, of } = request;
      return taken === null ? counts : { ...counts, [of]: counts[of]! - taken, [name]: taken };
    }
    case 'rows': {
      const kept = rowsKept(counts, request, report);
      return kept === null ? counts : { ...counts, [request.split]: kept };
    }
    case 'corrupt':
      for (const split of request.on) splitIsThere(counts, split, request.span, '`corrupt` changes rows of', report);
      return counts;
    case 'augment':
      return counts;
    case 'classes':
      throw new Error('internal: classes are counted by reading them');
  }
}

/** All of `requests`, one after the other. What cannot be done is reported and left out. */
export function deriveSplits(read: readonly Split[], requests: readonly DerivedRequest[], report: Report): Splits {
  const start: Splits = Object.fromEntries(read.map((s) => [s.name, s]));
  return requests.reduce((splits, request) => deriveOne(splits, request, report), start);
}

function deriveOne(splits: Splits, request: DerivedRequest, report: Report): Splits {
  const counts = Object.fromEntries(Object.values(splits).map((s) => [s.name, s.rows]));
  switch (request.kind) {
    case 'split': {
      const taken = rowsTaken(counts, request, report);
      return taken === null ? splits : { ...splits, ...parted(splits[request.of]!, taken, request) };
    }
    case 'rows': {
      const kept = rowsKept(counts, request, report);
      if (kept === null) return splits;
      const split = splits[request.split]!;
      const flags = chosenRows(splitKey(request.seed, split.name), split.rows, kept);
      return { ...splits, [split.name]: rowsWhere(split, flags, 1, split.name) };
    }
    case 'classes':
      return onlyClasses(splits, request, report);
    // Images are changed as they go into a batch.
    case 'augment':
      return splits;
    case 'corrupt': {
      const on = request.on.filter((s) => splitIsThere(counts, s, request.span, '`corrupt` changes rows of', report));
      return corruptSplits(splits, { ...request, on });
    }
  }
}

/** How many rows a split takes, or null after a report: at least one, and at least one stays. */
function rowsTaken(counts: Counts, { name, of, amount, span }: SplitRequest, report: Report): number | null {
  if (!splitIsThere(counts, of, span, `\`${name}\` is split off from`, report)) return null;
  if (counts[name] !== undefined) {
    report(
      diagnostic('BP7143', span, `there is already a split \`${name}\``, { hint: 'give the new split another name' }),
    );
    return null;
  }
  const there = counts[of]!;
  const taken = rowsIn(amount, there);
  if (taken < 1) return sayNone(name, of, there, span, report);
  if (taken < there) return taken;
  const message = `\`${name}\` takes ${formatAmount(amount, there)} out of \`${of}\`, which has ${countOf(there, 'row')}`;
  report(diagnostic('BP7141', span, message, { hint: `take at most ${withCommas(there - 1)}` }));
  return null;
}

/** How many rows `only` leaves, or null after a report: at least one, and all of them at most. */
function rowsKept(counts: Counts, { split, amount, span }: RowsRequest, report: Report): number | null {
  if (!splitIsThere(counts, split, span, '`only` leaves rows of', report)) return null;
  const there = counts[split]!;
  const kept = rowsIn(amount, there);
  if (kept < 1) return sayNone(split, split, there, span, report);
  if (kept <= there) return kept;
  const message = `\`only\` leaves ${formatAmount(amount, there)} of \`${split}\`, which has ${countOf(there, 'row')}`;
  report(diagnostic('BP7141', span, message, { hint: `keep at most ${withCommas(there)}` }));
  return null;
}

function sayNone(name: string, of: string, there: number, span: Span, report: Report): null {
  const message = `\`${name}\` would have no rows: \`${of}\` has ${countOf(there, 'row')}`;
  report(diagnostic('BP7144', span, message, { hint: 'take at least 1' }));
  return null;
}

function splitIsThere(
  counts: Counts,
  name: string,
  span: Span,
  does: string,
  report: (d: Diagnostic) => void,
): boolean {
  if (counts[name] !== undefined) return true;
  const known = Object.keys(counts);
  const near = nearest(name, known);
  const hint = near === null ? `there is ${known.map((n) => `\`${n}\``).join(', ')}` : `did you mean \`${near}\`?`;
  report(diagnostic('BP7142', span, `${does} \`${name}\`, which is no split of these data`, { hint }));
  return false;
}

function parted(split: Split, taken: number, { name, seed }: SplitRequest): Splits {
  const flags = chosenRows(splitKey(seed, name), split.rows, taken);
  return { [split.name]: rowsWhere(split, flags, 0, split.name), [name]: rowsWhere(split, flags, 1, name) };
}
