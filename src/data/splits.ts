/**
 * Declared splits: rows taken at random out of a split. Which rows depends on the split's name and seed and on the number of
 * rows alone. Taken and remaining rows keep their order.
 */
import type { Column, Split, SplitRequest } from '../base/data.ts';
import { diagnostic } from '../base/diagnostic.ts';
import { sizeOf } from '../base/host-array.ts';
import { permutation } from '../base/sample.ts';
import { splitKey } from '../base/streams.ts';
import { nearest } from '../base/suggest.ts';
import { countOf, type Report } from './reader.ts';

/** Rows of each split after `requests`, in the order of the program; what cannot be taken is reported and left out. */
export function countSplits(
  rows: Readonly<Record<string, number>>,
  requests: readonly SplitRequest[],
  report: Report,
): Record<string, number> {
  const counts: Record<string, number> = { ...rows };
  for (const request of requests) {
    const taken = rowsTaken(counts, request, report);
    if (taken === null) continue;
    counts[request.of] = counts[request.of]! - taken;
    counts[request.name] = taken;
  }
  return counts;
}

/** Takes the rows of `requests` out of `splits`; what cannot be taken is reported and left out. */
export function takeSplits(
  splits: readonly Split[],
  requests: readonly SplitRequest[],
  report: Report,
): Record<string, Split> {
  const all: Record<string, Split> = Object.fromEntries(splits.map((s) => [s.name, s]));
  for (const request of requests) {
    const counts = Object.fromEntries(Object.values(all).map((s) => [s.name, s.rows]));
    const taken = rowsTaken(counts, request, report);
    if (taken === null) continue;
    const [rest, part] = partition(all[request.of]!, taken, request);
    all[request.of] = rest;
    all[request.name] = part;
  }
  return all;
}

/** How many rows a request takes, or null after a report. */
function rowsTaken(counts: Readonly<Record<string, number>>, request: SplitRequest, report: Report): number | null {
  const { name, of, amount, span } = request;
  const there = counts[of];
  if (there === undefined) {
    const known = Object.keys(counts);
    const near = nearest(of, known);
    const hint = near === null ? `there is ${known.map((n) => `\`${n}\``).join(', ')}` : `did you mean \`${near}\`?`;
    report(
      diagnostic('BP7142', span, `\`${name}\` is split off from \`${of}\`, which is no split of these data`, { hint }),
    );
    return null;
  }
  if (counts[name] !== undefined) {
    report(
      diagnostic('BP7143', span, `there is already a split \`${name}\``, { hint: 'give the new split another name' }),
    );
    return null;
  }
  const taken = amount.kind === 'rows' ? amount.rows : Math.floor(amount.share * there + 0.5);
  const wanted =
    amount.kind === 'rows'
      ? countOf(taken, 'row')
      : `${countOf(taken, 'row')} (${Number((amount.share * 100).toPrecision(6))} %)`;
  if (taken < 1) {
    const message = `\`${name}\` would have no rows: \`${of}\` has ${countOf(there, 'row')}`;
    report(diagnostic('BP7144', span, message, { hint: 'take at least 1' }));
    return null;
  }
  if (taken >= there) {
    const message = `\`${name}\` takes ${wanted} out of \`${of}\`, which has ${countOf(there, 'row')}`;
    report(diagnostic('BP7141', span, message, { hint: `take at most ${(there - 1).toLocaleString('en-US')}` }));
    return null;
  }
  return taken;
}

function partition(split: Split, taken: number, request: SplitRequest): [rest: Split, part: Split] {
  const order = permutation(splitKey(request.seed, request.name), split.rows);
  const goes = new Uint8Array(split.rows);
  for (let i = 0; i < taken; i++) goes[order[i]!] = 1;
  return [rowsWhere(split, goes, 0, split.name), rowsWhere(split, goes, 1, request.name)];
}

function rowsWhere(split: Split, flags: Uint8Array, wanted: 0 | 1, name: string): Split {
  const rows: number[] = [];
  for (let i = 0; i < flags.length; i++) if (flags[i] === wanted) rows.push(i);
  const columns = Object.fromEntries(
    Object.entries(split.columns).map(([key, column]) => [key, pickRows(column, rows)] as const),
  );
  return { name, rows: rows.length, columns };
}

function pickRows(column: Column, rows: readonly number[]): Column {
  const width = sizeOf(column.shape);
  const data = column.data.slice(0, rows.length * width);
  for (const [at, row] of rows.entries()) {
    data.set(column.data.subarray(row * width, (row + 1) * width), at * width);
  }
  return { ...column, data };
}
