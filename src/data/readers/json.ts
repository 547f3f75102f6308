/** `json("file.json")`: named numbers and lists in one object, as Stan and posteriordb keep their data. */
import type { Column, ColumnRequest, Split } from '../../base/data.ts';
import { diagnostic } from '../../base/diagnostic.ts';
import { type Shape, sameShape, sizeOf } from '../../base/host-array.ts';
import { nearest } from '../../base/suggest.ts';
import { formatColumnType, pathOption, type ReadContext, type Reader, textOption } from '../reader.ts';
import { STANDARDISE } from '../standardise.ts';
import { type JsonObject, type JsonPlace, readJsonObject, valuesOf } from './json-values.ts';
import { numberColumn, rowShape, splitOfColumns } from './number-columns.ts';

export const json: Reader = {
  name: 'json',
  doc: 'An object of named lists (the data files of Stan and posteriordb, also as `.gz`): a `real` or `class` is a list of numbers, a `real[d]` a list of rows of d numbers, or d lists that `columns` names. Splits: train, and test when a second file is given or a split is declared.',
  options: [
    pathOption('the file'),
    { name: 'test', type: { kind: 'string' }, default: null, required: false, doc: 'a second file: the split `test`' },
  ],
  columnOptions: [
    {
      name: 'column',
      type: { kind: 'string' },
      default: null,
      required: false,
      doc: 'the name in the file; its own name if left out',
    },
    {
      name: 'columns',
      type: { kind: 'strings' },
      default: null,
      required: false,
      doc: 'the names of the lists that make a `real[d]`, one for each of its numbers',
    },
    STANDARDISE,
  ],
  columnTypes: ['real', 'class'],

  async facts(context) {
    const found = await readFiles(context);
    return found === null ? null : Object.fromEntries(found.splits.map((split) => [split.name, split.rows]));
  },

  async read(context) {
    return readFiles(context);
  },
};

/** One pass does it all: a text has no header. */
async function readFiles(context: ReadContext) {
  const { options } = context.request;
  const second = textOption(options, 'test');
  const files = [
    { split: 'train', written: textOption(options, 'path') ?? '' },
    ...(second === null ? [] : [{ split: 'test', written: second }]),
  ];
  const splits: Split[] = [];
  const contents: Uint8Array[] = [];
  for (const { split, written } of files) {
    const object = await readJsonObject(context, written);
    const parts = object === null ? [] : context.request.columns.map((column) => readColumn(context, object, column));
    const whole = parts.filter((part) => part !== null);
    if (object === null || whole.length < parts.length) return null;
    const made = splitOfColumns(context, split, whole);
    if (made === null) return null;
    splits.push(made);
    contents.push(object.bytes);
  }
  return { splits, contents };
}

interface Part {
  readonly column: Column;
  readonly rows: number;
  readonly of: string;
}

function readColumn(context: ReadContext, object: JsonObject, request: ColumnRequest): Part | null {
  const { name, options, span } = request;
  if (Array.isArray(options.columns) && typeof options.column === 'string') {
    const hint = 'leave out one of them';
    context.report(diagnostic('BP7129', span, `\`${name}\` has both \`column\` and \`columns\``, { hint }));
    return null;
  }
  if (Array.isArray(options.columns)) return joined(context, object, request, options.columns.map(String));
  const key = textOption(options, 'column') ?? name;
  const values = valuesAt(context, object, request, key, rowShape(request));
  return values === null ? null : finished(context, object, request, values, key);
}

/** Several lists side by side. */
function joined(
  context: ReadContext,
  object: JsonObject,
  request: ColumnRequest,
  keys: readonly string[],
): Part | null {
  const shape = rowShape(request);
  if (shape.length !== 1 || shape[0] !== keys.length) {
    const message = `\`${request.name}\` is declared as ${formatColumnType(request)}, but \`columns\` names ${keys.length}`;
    const hint = `write \`real[${keys.length}]\`, or name another number of columns`;
    context.report(diagnostic('BP7128', request.span, message, { hint }));
    return null;
  }
  const lists = keys.map((key) => valuesAt(context, object, request, key, []));
  const whole = lists.filter((list) => list !== null);
  if (whole.length < lists.length) return null;
  const rows = whole[0]!.length;
  const other = whole.findIndex((list) => list.length !== rows);
  if (other > 0) {
    const message = `\`${keys[0]}\` has ${rows} rows, but \`${keys[other]}\` ${whole[other]!.length}`;
    const hint = 'the n-th numbers of all lists belong together: write lists of equal length';
    context.report(diagnostic('BP7114', request.span, message, { hint }));
    return null;
  }
  const data = new Float64Array(rows * keys.length);
  for (const [j, list] of whole.entries()) for (let i = 0; i < rows; i++) data[i * keys.length + j] = list[i]!;
  return finished(context, object, request, data, keys.join(', '));
}

function finished(
  context: ReadContext,
  object: JsonObject,
  request: ColumnRequest,
  data: Float64Array,
  of: string,
): Part | null {
  const column = numberColumn(context, request, data, (row) => `row ${row + 1} of \`${of}\` in \`${object.name}\``);
  return column === null ? null : { column, rows: data.length / sizeOf(column.shape), of: `\`${of}\`` };
}

/** The numbers at `key`, a list of rows of `shape`; null after a report. */
function valuesAt(
  context: ReadContext,
  object: JsonObject,
  request: ColumnRequest,
  key: string,
  shape: Shape,
): Float64Array | null {
  const { name, values } = object;
  const value = Object.hasOwn(values, key) ? values[key] : undefined;
  if (value === undefined) {
    const keys = Object.keys(values);
    const near = nearest(key, keys);
    const notes = [
      keys.length === 0
        ? 'it is empty'
        : `its names are ${keys.slice(0, 12).join(', ')}${keys.length > 12 ? ', ...' : ''}`,
    ];
    const hint = near === null ? 'name one of them with `column = "..."`' : `did you mean \`${near}\`?`;
    context.report(diagnostic('BP7123', request.span, `\`${name}\` has no \`${key}\``, { notes, hint }));
    return null;
  }
  const read = valuesOf(value);
  if (!read.ok) {
    const message = `\`${key}\` in \`${name}\` is no list of numbers: ${placed(key, read.place)} is ${read.found}`;
    context.report(diagnostic('BP7120', request.span, message, { hint: read.hint }));
    return null;
  }
  const [, ...rest] = read.shape;
  if (read.shape.length > 0 && sameShape(rest, shape)) return read.data;
  const found = read.shape.length === 0 ? 'a single number' : `of shape [${read.shape.join(', ')}], rows first`;
  const hint =
    read.shape.length === 0
      ? 'name a list with `column = "..."`'
      : `write \`real${rest.length === 0 ? '' : `[${rest.join(', ')}]`}\`, or name another list with \`column = "..."\``;
  const message = `\`${request.name}\` is declared as ${formatColumnType(request)}, but \`${key}\` in \`${name}\` is ${found}`;
  context.report(diagnostic('BP7113', request.span, message, { hint }));
  return null;
}

/** `X[3][2]`, counted from 1. */
function placed(key: string, place: JsonPlace): string {
  return `\`${key}${place.map((i) => `[${i + 1}]`).join('')}\``;
}
