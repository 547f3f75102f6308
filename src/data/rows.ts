/** Rows of a split: some of them, and how many are meant. */
import { countOf } from '../base/counts.ts';
import type { Amount, Column, Split } from '../base/data.ts';
import { sizeOf } from '../base/host-array.ts';
import type { Key } from '../base/keys.ts';
import { permutation } from '../base/sample.ts';

/** By name. */
export type Splits = Readonly<Record<string, Split>>;

/** Of `there` rows; a share is rounded to the nearest row, halves up. */
export function rowsIn(amount: Amount, there: number): number {
  return amount.kind === 'rows' ? amount.rows : Math.floor(amount.share * there + 0.5);
}

/** `10 rows (5 %)`, for messages. */
export function formatAmount(amount: Amount, there: number): string {
  const rows = countOf(rowsIn(amount, there), 'row');
  return amount.kind === 'rows' ? rows : `${rows} (${Number((amount.share * 100).toPrecision(6))} %)`;
}

/** One flag for each of `rows`: 1 for `chosen` of them, drawn without replacement. */
export function chosenRows(key: Key, rows: number, chosen: number): Uint8Array {
  const order = permutation(key, rows);
  const flags = new Uint8Array(rows);
  for (let i = 0; i < chosen; i++) flags[order[i]!] = 1;
  return flags;
}

/** The rows whose flag is `wanted`, in their order. */
export function rowsWhere(split: Split, flags: Uint8Array, wanted: 0 | 1, name: string): Split {
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
