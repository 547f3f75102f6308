/** `simulate(n = 200, seed = 1)`: rows that are drawn, column by column, from the distributions that the columns name. */
import { countOf } from '../../base/counts.ts';
import type { Column, ColumnRequest, Split } from '../../base/data.ts';
import { diagnostic } from '../../base/diagnostic.ts';
import { sizeOf } from '../../base/host-array.ts';
import type { ReadContext, Reader } from '../reader.ts';
import { drawColumn } from './simulate-draw.ts';
import { drawable, samplers } from './simulate-samplers.ts';

/** Numbers of one column of one split, and as many of its noise: 1 GiB in single precision. */
const MOST_NUMBERS = 2 ** 28;

export const simulate: Reader = {
  name: 'simulate',
  doc: 'Data that are drawn, not read: every column says from what, `y: real ~ Normal(2 * x[1] - x[3], 0.5)`, and may use the columns above it. The same seed gives the same rows. Splits: train, and test when it is given rows or a split is declared.',
  options: [
    { name: 'n', type: { kind: 'integer', min: 1 }, default: 200, required: false, doc: 'rows of the split `train`' },
    {
      name: 'test',
      type: { kind: 'integer', min: 0 },
      default: 0,
      required: false,
      doc: 'rows of the split `test`; 0 for none',
    },
    { name: 'seed', type: { kind: 'integer', min: 0 }, default: 1, required: false, doc: 'what the rows depend on' },
  ],
  columnOptions: [],
  columnTypes: ['real', 'class', 'image'],
  draws: drawable,

  async facts(context) {
    const rows = rowsOf(context);
    return fitsMemory(context, rows) ? rows : null;
  },

  async read(context) {
    const rows = rowsOf(context);
    if (!fitsMemory(context, rows)) return null;
    const splits: Split[] = [];
    for (const [name, count] of Object.entries(rows)) {
      const columns = drawSplit(context, name, count);
      if (columns === null) return null;
      splits.push({ name, rows: count, columns });
    }
    const contents = splits.flatMap((split) => Object.values(split.columns).map(({ data }) => bytesOf(data)));
    return { splits, contents };
  },
};

function bytesOf({ buffer, byteOffset, byteLength }: Column['data']): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function rowsOf({ request: { options } }: ReadContext): Readonly<Record<string, number>> {
  const test = Number(options.test ?? 0);
  return { train: Number(options.n), ...(test > 0 ? { test } : {}) };
}

function fitsMemory(context: ReadContext, rows: Readonly<Record<string, number>>): boolean {
  for (const column of context.request.columns) {
    for (const count of Object.values(rows)) {
      const numbers = count * widthOf(column);
      // What a gamma draw takes weighs more than the column itself.
      const noises = Math.max(1, samplers[column.draw?.distribution ?? '']?.noise.length ?? 1);
      if (numbers * noises <= MOST_NUMBERS) continue;
      const message = `\`${column.name}\` would be ${countOf(numbers, 'number')} in ${countOf(count, 'row')}`;
      const hint = `draw at most ${countOf(Math.floor(MOST_NUMBERS / noises / widthOf(column)), 'row')}`;
      context.report(diagnostic('BP7162', column.span, message, { hint }));
      return false;
    }
  }
  return true;
}

function widthOf({ type }: ColumnRequest): number {
  return type.kind === 'class' ? 1 : sizeOf(type.shape);
}

/** The columns in their order, each seeing those before it; null after a report. */
function drawSplit(context: ReadContext, split: string, rows: number): Readonly<Record<string, Column>> | null {
  const seed = Number(context.request.options.seed);
  const columns: Record<string, Column> = {};
  for (const request of context.request.columns) {
    const column = drawColumn(request, { seed, split, rows, columns, report: context.report });
    if (column === null) return null;
    columns[request.name] = column;
  }
  return columns;
}
