/** Columns of numbers that a file holds as numbers: what they must agree with, whatever the format. */
import type { OptionSpec } from '../../base/catalogue.ts';
import { countOf } from '../../base/counts.ts';
import type { Column, ColumnRequest, Split } from '../../base/data.ts';
import { diagnostic } from '../../base/diagnostic.ts';
import type { NumericArray, Shape } from '../../base/host-array.ts';
import { formatColumnType, type ReadContext } from '../reader.ts';

/** A number as people write it: no hexadecimal, no blanks, no words. */
export const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** Batches are in single precision, where large numbers become infinite. */
export function isUsable(value: number): boolean {
  return Number.isFinite(Math.fround(value));
}

/** The hint for a number that is none. */
export const WHOLE_CLASSES = 'classes are whole numbers from 0; a column of quantities is `real`';

export function isClass(value: number, classes: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < classes;
}

/** Numbers of one row. */
export function rowShape({ type }: ColumnRequest): Shape {
  return type.kind === 'class' ? [] : type.shape;
}

/** The column whose numbers are `data`, checked one by one; null after a report. `place` names a row (from 0) for messages. */
export function numberColumn(
  context: ReadContext,
  request: ColumnRequest,
  data: NumericArray,
  place: (row: number) => string,
): Column | null {
  const { name, type, options } = request;
  const shape = rowShape(request);
  if (
    !(type.kind === 'class'
      ? classesFit(context, request, data, type.classes, place)
      : areUsable(context, request, data, place))
  )
    return null;
  const scale = typeof options.scale === 'number' ? options.scale : 1;
  return { name, kind: type.kind, shape, data, scale: [scale], offset: [0] };
}

function classesFit(
  context: ReadContext,
  request: ColumnRequest,
  data: NumericArray,
  classes: number,
  place: (row: number) => string,
): boolean {
  const row = data.findIndex((value: number) => !isClass(value, classes));
  if (row < 0) return true;
  const value = data[row]!;
  let largest = 0;
  for (const each of data) largest = Math.max(largest, each);
  const hint =
    Number.isInteger(value) && largest < 2 ** 31
      ? value < 0
        ? 'number the classes from 0'
        : `the largest class is ${largest}: write \`class[${largest + 1}]\`, and as many outputs of the network`
      : WHOLE_CLASSES;
  const message = `${place(row)}: ${value} is no class of ${formatColumnType(request)}`;
  context.report(
    diagnostic('BP7106', request.span, message, {
      notes: [`its classes are the whole numbers 0 to ${classes - 1}`],
      hint,
    }),
  );
  return false;
}

function areUsable(
  context: ReadContext,
  request: ColumnRequest,
  data: NumericArray,
  place: (row: number) => string,
): boolean {
  // Whole numbers of up to 32 bits are finite.
  if (data instanceof Uint8Array || data instanceof Int32Array) return true;
  const at = data.findIndex((value: number) => !isUsable(value));
  if (at < 0) return true;
  let count = 0;
  for (const value of data) if (!isUsable(value)) count++;
  const width = rowShape(request).reduce((a, b) => a * b, 1);
  const value = data[at]!;
  const range = Number.isFinite(value) ? ' in single precision' : '';
  const element = width === 1 ? '' : `, number ${(at % width) + 1} of ${width}`;
  context.report(
    diagnostic(
      'BP7126',
      request.span,
      `${place(Math.floor(at / width))}${element}: ${value} is no finite number${range}`,
      {
        notes:
          count === 1 ? [] : [`${countOf(count, 'number')} of \`${request.name}\` cannot be used; this is the first`],
        hint: 'remove such rows, or put in a value that you can stand by',
      },
    ),
  );
  return false;
}

/** A split of columns, which must have the same rows and some of them; null after a report. `of` names what a column came from. */
export function splitOfColumns(
  context: ReadContext,
  name: string,
  parts: readonly { readonly column: Column; readonly rows: number; readonly of: string }[],
): Split | null {
  const rows = equalRows(context, name, parts);
  if (rows === null) return null;
  return { name, rows, columns: Object.fromEntries(parts.map(({ column }) => [column.name, column])) };
}

/** Null after a report: columns of different lengths, or without a row. */
export function equalRows(
  context: ReadContext,
  split: string,
  parts: readonly { readonly rows: number; readonly of: string }[],
): number | null {
  const [first, ...others] = parts;
  if (first === undefined) return 0;
  const place = context.request.readerSpan;
  const other = others.find((part) => part.rows !== first.rows);
  if (other !== undefined) {
    const message = `${first.of} has ${countOf(first.rows, 'row')}, but ${other.of} has ${countOf(other.rows, 'row')}`;
    const hint = 'the n-th rows of all columns belong together: write arrays of equal length';
    context.report(diagnostic('BP7114', place, message, { notes: [`both are of the split \`${split}\``], hint }));
    return null;
  }
  if (first.rows > 0) return first.rows;
  const hint = 'there must be something to learn from: write at least one row';
  context.report(diagnostic('BP7127', place, `${first.of} has no rows`, { hint }));
  return null;
}

export const COLUMN_SCALE: OptionSpec = {
  name: 'scale',
  type: { kind: 'number' },
  default: 1,
  required: false,
  doc: 'factor of the numbers: `1/255` brings bytes to numbers from 0 to 1',
};
