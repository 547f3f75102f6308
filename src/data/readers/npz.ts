/** `npz("file.npz")`: arrays that NumPy has written, one for each column and split. */
import type { ColumnRequest, Split } from '../../base/data.ts';
import { diagnostic } from '../../base/diagnostic.ts';
import { type Shape, sameShape } from '../../base/host-array.ts';
import { nearest } from '../../base/suggest.ts';
import { formatColumnType, pathOption, type ReadContext, type Reader, textOption } from '../reader.ts';
import { STANDARDISE } from '../standardise.ts';
import { type NpyHeader, npyNumbers } from './npy-file.ts';
import { type ArraySource, openArrays } from './npz-arrays.ts';
import { COLUMN_SCALE, equalRows, numberColumn, rowShape, splitOfColumns } from './number-columns.ts';

export const npz: Reader = {
  name: 'npz',
  doc: 'Arrays of NumPy: an `.npz` archive (also compressed), an `.npy` file, or a directory of `.npy` files. The column `x` is the array `x_train` or `x`, in the split `test` `x_test`; `array = "images"` names another one. Splits: train, and validation and test where there are such arrays.',
  options: [
    pathOption('the file or directory'),
    { name: 'test', type: { kind: 'string' }, default: null, required: false, doc: 'a second file: the split `test`' },
  ],
  columnOptions: [
    {
      name: 'array',
      type: { kind: 'string' },
      default: null,
      required: false,
      doc: 'the name of the array, without `_train` or `_test`; the name of the column if left out',
    },
    COLUMN_SCALE,
    STANDARDISE,
  ],
  columnTypes: ['image', 'class', 'real'],

  async facts(context) {
    const splits = await findArrays(context);
    if (splits === null) return null;
    const rows: Record<string, number> = {};
    for (const { split, arrays } of splits) {
      const parts: { rows: number; of: string }[] = [];
      for (const { source, name, column } of arrays) {
        const header = await source.header(name);
        if (header === null || !fitsColumn(context, header, column)) continue;
        // Classes are few bytes, and one that does not exist is best known before a run.
        const whole =
          column.type.kind !== 'class' || (await readArray(context, split, { source, name, column })) !== null;
        if (whole) parts.push({ rows: header.shape[0]!, of: `\`${name}\`` });
      }
      const count = parts.length < arrays.length ? null : equalRows(context, split, parts);
      // What is wrong in one split is mostly wrong in all of them.
      if (count === null) return null;
      rows[split] = count;
    }
    return rows;
  },

  async read(context) {
    const found = await findArrays(context);
    if (found === null) return null;
    const splits: Split[] = [];
    const contents: Uint8Array[] = [];
    for (const { split, arrays } of found) {
      const parts = [];
      for (const array of arrays) {
        const part = await readArray(context, split, array);
        if (part !== null) parts.push(part);
      }
      const whole = parts.length < arrays.length ? null : splitOfColumns(context, split, parts);
      if (whole === null) return null;
      splits.push(whole);
      contents.push(...parts.map((part) => part.bytes));
    }
    return { splits, contents };
  },
};

interface ColumnArray {
  readonly column: ColumnRequest;
  readonly source: ArraySource;
  readonly name: string;
}

interface SplitArrays {
  readonly split: string;
  readonly arrays: readonly ColumnArray[];
}

/** How the arrays of each split are called, after the column or what `array` says. */
const SPLITS: Readonly<Record<string, readonly string[]>> = {
  train: ['train'],
  validation: ['validation', 'valid', 'val'],
  test: ['test'],
};

/** Names that the array of a column may have in a split, the best one first. */
function spellings(stem: string, split: string, alone: boolean): readonly string[] {
  const marked = SPLITS[split]!.flatMap((word) => [`${stem}_${word}`, `${word}_${stem}`]);
  return alone ? [...marked, stem] : marked;
}

/** The array of each column in each split; those that the first incomplete split lacks are reported. */
async function findArrays(context: ReadContext): Promise<readonly SplitArrays[] | null> {
  const { options } = context.request;
  const first = await openArrays(context, textOption(options, 'path') ?? '.');
  const written = textOption(options, 'test');
  const second = written === null ? null : await openArrays(context, written);
  if (first === null || (written !== null && second === null)) return null;
  const found: SplitArrays[] = [];
  for (const split of Object.keys(SPLITS)) {
    const source = split === 'test' && second !== null ? second : first;
    const needed = split === 'train' || source === second;
    const arrays = arraysOf(context, source, split, needed);
    if (arrays === null) return null;
    if (arrays.length > 0) found.push({ split, arrays });
  }
  return found;
}

/** Empty for a split that is not needed and that no column has; null after a report. */
function arraysOf(
  context: ReadContext,
  source: ArraySource,
  split: string,
  needed: boolean,
): readonly ColumnArray[] | null {
  const { columns } = context.request;
  const arrays = columns.map((column) => {
    const names = spellings(textOption(column.options, 'array') ?? column.name, split, needed);
    return { column, source, names, name: names.find((name) => source.names.includes(name)) };
  });
  if (!needed && arrays.every((a) => a.name === undefined)) return [];
  const absent = arrays.filter((a) => a.name === undefined);
  for (const { column, names } of absent)
    reportMissing(context, source, column, split, needed ? [names[0]!, names.at(-1)!] : [names[0]!]);
  return absent.length > 0 ? null : arrays.map(({ column, name }) => ({ column, source, name: name! }));
}

function reportMissing(
  context: ReadContext,
  source: ArraySource,
  column: ColumnRequest,
  split: string,
  names: readonly string[],
): void {
  const near = nearest(names.at(-1)!, source.names) ?? source.names[0];
  const hint =
    near === undefined
      ? 'write it with `np.savez("file.npz", x_train=x, y_train=y)`'
      : split === 'train'
        ? `name the array of \`${column.name}\`: \`array = "${stemOf(near)}"\``
        : `other columns have an array in the split \`${split}\`: write one for \`${column.name}\` too`;
  const there = near === undefined ? 'it holds no arrays' : `its arrays are ${source.names.slice(0, 12).join(', ')}`;
  const message = `\`${source.written}\` has no array ${names.map((n) => `\`${n}\``).join(' or ')}`;
  const labels = [{ span: context.request.readerSpan, message: 'the arrays are named here' }];
  const notes = [source.names.length > 12 ? `${there} and ${source.names.length - 12} more` : there];
  context.report(diagnostic('BP7112', column.span, message, { labels, notes, hint }));
}

/** What `array` must say for this name to be found. */
function stemOf(name: string): string {
  const words = Object.values(SPLITS).flat().join('|');
  return name.replace(new RegExp(`^(${words})_|_(${words})$`), '');
}

async function readArray(context: ReadContext, split: string, { column, source, name }: ColumnArray) {
  const content = await source.content(name);
  if (content === null || !fitsColumn(context, content.header, column)) return null;
  const numbers = npyNumbers(content.header, content.bytes);
  const place = (row: number) => `row ${row + 1} of ${split}, array \`${name}\``;
  const made = numberColumn(context, column, numbers, place);
  return made === null
    ? null
    : { column: made, rows: content.header.shape[0]!, of: `\`${name}\``, bytes: content.bytes };
}

/** The first axis counts rows; axes of one number more or less at the end are the same numbers. */
function fitsColumn(context: ReadContext, { name, shape }: NpyHeader, column: ColumnRequest): boolean {
  const [rows, ...rest] = shape;
  if (rows !== undefined && sameShape(trimmed(rest), trimmed(rowShape(column)))) return true;
  const message = `\`${column.name}\` is declared as ${formatColumnType(column)}, but the array of \`${name}\` is of shape (${shape.join(', ')})`;
  const labels = [{ span: context.request.readerSpan, message: 'the arrays are named here' }];
  const notes = ['the first axis counts rows'];
  context.report(diagnostic('BP7113', column.span, message, { labels, notes, hint: shapeHint(rows, rest, column) }));
  return false;
}

function trimmed(shape: Shape): Shape {
  return shape.slice(0, shape.findLastIndex((n) => n !== 1) + 1);
}

function shapeHint(rows: number | undefined, rest: Shape, { type }: ColumnRequest): string {
  if (rows === undefined) return 'this is a single number: name an array of rows';
  if (type.kind === 'class') {
    return rest.length === 1
      ? 'classes are one whole number a row: `np.argmax(y, axis=1)` makes them of rows with a single 1'
      : 'classes are one whole number a row: name another array with `array = "..."`';
  }
  if (type.kind === 'real')
    return `write \`real${rest.length === 0 ? '' : `[${rest.join(', ')}]`}\`, or name another array with \`array = "..."\``;
  if (rest.length === 3 && sameShape([rest[1]!, rest[2]!, rest[0]!], type.shape)) {
    return 'channels come last: `np.moveaxis(x, 1, -1)` puts them there';
  }
  const size = rest.length === 2 ? [...rest, 1] : rest;
  return size.length === 3
    ? `write \`image[${size.join(', ')}]\`, and the same for the input of the network`
    : 'images have height, width and channels: name another array with `array = "..."`';
}
