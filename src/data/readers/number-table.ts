/** Tables of numbers parted by blanks, one row a line, without names: what NumPy's `savetxt` writes. */
import { countOf } from '../../base/counts.ts';
import { diagnostic } from '../../base/diagnostic.ts';
import { baseName } from '../files.ts';
import type { ReadContext } from '../reader.ts';
import { isUsable, NUMBER } from './number-columns.ts';

export interface NumberTable {
  /** The file's name, for messages. */
  readonly name: string;
  readonly rows: number;
  readonly width: number;
  /** Row by row. */
  readonly data: Float64Array;
  readonly bytes: Uint8Array;
}

/** Null after a report that names the first line that is wrong. */
export async function readNumberTable(context: ReadContext, path: string): Promise<NumberTable | null> {
  const bytes = await context.files.read(path);
  const name = baseName(path);
  const lines = new TextDecoder().decode(bytes).split(/\r\n|\n|\r/);
  const rows: number[][] = [];
  for (const [at, line] of lines.entries()) {
    const cells = line.trim().split(/\s+/);
    if (cells[0] === '') continue;
    const row = parseRow(context, `line ${at + 1} of \`${name}\``, cells, rows[0]?.length ?? cells.length);
    if (row === null) return null;
    rows.push(row);
  }
  const width = rows[0]?.length ?? 0;
  if (width === 0) return say(context, 'BP7127', `\`${name}\` is empty`, 'there must be at least one row of numbers');
  const data = new Float64Array(rows.length * width);
  for (const [i, row] of rows.entries()) data.set(row, i * width);
  return { name, rows: rows.length, width, data, bytes };
}

function parseRow(context: ReadContext, place: string, cells: readonly string[], width: number): number[] | null {
  if (cells.length !== width) {
    const message = `${place} has ${countOf(cells.length, 'number')}, but the first one has ${width}`;
    return say(context, 'BP7124', message, 'all rows must have equally many numbers, parted by blanks');
  }
  const wrong = cells.find((cell) => !NUMBER.test(cell));
  if (wrong !== undefined && !/^[+-]?(nan|inf|infinity)$/i.test(wrong)) {
    const hint = /,/.test(wrong)
      ? 'numbers are parted by blanks, and decimals written with a point'
      : 'turn texts into numbers first';
    return say(context, 'BP7125', `${place}: \`${wrong}\` is not a number`, hint);
  }
  const large = wrong ?? cells.find((cell) => !isUsable(Number(cell)));
  if (large === undefined) return cells.map(Number);
  const hint = 'remove such rows, or put in a value that you can stand by';
  return say(context, 'BP7126', `${place}: \`${large}\` is no finite number in single precision`, hint);
}

function say(context: ReadContext, code: string, message: string, hint: string): null {
  context.report(diagnostic(code, context.request.readerSpan, message, { hint }));
  return null;
}
