/** Which columns of a table make which column of the declaration, and their cells as numbers. */
import { countOf } from '../../base/counts.ts';
import type { Column, ColumnRequest } from '../../base/data.ts';
import { type Diagnostic, diagnostic } from '../../base/diagnostic.ts';
import { sizeOf } from '../../base/host-array.ts';
import { nearest } from '../../base/suggest.ts';
import { formatColumnType, type ReadContext } from '../reader.ts';
import { rowName, type Table } from './csv-table.ts';
import { isClass, isUsable, NUMBER, WHOLE_CLASSES } from './number-columns.ts';

/** A declared column and the names of the file's columns that it is made of, one for each element of a row. */
export interface ColumnSource {
  readonly request: ColumnRequest;
  readonly names: readonly string[];
}

/** Matches declared columns to `header`; null after a report. */
export function resolveColumns(
  context: ReadContext,
  tableName: string,
  header: readonly string[],
): readonly ColumnSource[] | null {
  const { columns } = context.request;
  const taken = new Set(columns.flatMap((c) => namesWritten(c) ?? []));
  const rest = header.filter((name) => !taken.has(name));
  const sources = columns.map((request) => ({ request, names: namesWritten(request) ?? rest }));
  const problemsOf = (some: readonly ColumnSource[]) => some.flatMap((s) => columnProblem(s, tableName, header) ?? []);
  const named = problemsOf(sources.filter(({ request }) => namesWritten(request) !== null));
  // What is left over for the others is known only where the names are right.
  const problems = named.length > 0 ? named : problemsOf(sources);
  for (const problem of problems) context.report(problem);
  return problems.length === 0 ? sources : null;
}

/** What `column` or `columns` say, or the declared name; null for a `real[d]` that takes whatever is left. */
function namesWritten({ name, type, options }: ColumnRequest): readonly string[] | null {
  if (Array.isArray(options.columns)) return options.columns.map(String);
  if (typeof options.column === 'string') return [options.column];
  return type.kind === 'real' && type.shape.length > 0 ? null : [name];
}

function columnProblem({ request, names }: ColumnSource, table: string, header: readonly string[]): Diagnostic | null {
  const { name, options, span } = request;
  if (Array.isArray(options.columns) && typeof options.column === 'string') {
    const message = `\`${name}\` has both \`column\` and \`columns\``;
    return diagnostic('BP7129', span, message, { hint: 'leave out one of them' });
  }
  const absent = names.find((n) => !header.includes(n));
  if (absent !== undefined) {
    return diagnostic('BP7123', span, `\`${table}\` has no column \`${absent}\``, {
      notes: [`its columns are ${header.join(', ')}`],
      hint: absentHint(absent, header),
    });
  }
  const wanted = request.type.kind === 'class' ? 1 : sizeOf(request.type.shape);
  if (names.length === wanted) return null;
  const given = names.length === 0 ? 'no column is left for it' : `it is made of ${countOf(names.length, 'column')}`;
  const written = namesWritten(request) !== null;
  return diagnostic('BP7128', span, `\`${name}\` is declared as ${formatColumnType(request)}, but ${given}`, {
    notes: [
      written
        ? `they are ${names.join(', ')}`
        : `of \`${table}\`, no other line takes ${names.join(', ') || 'a column'}`,
    ],
    hint: names.length === 0 ? 'name its columns with `columns = ["...", "..."]`' : numberHint(names.length, written),
  });
}

function absentHint(absent: string, header: readonly string[]): string {
  const near = nearest(absent, header);
  if (near !== null) return `did you mean \`${near}\`?`;
  const [only = ''] = header;
  return header.length === 1 && /[;\t]/.test(only)
    ? 'cells are separated by commas: the first line has none'
    : 'name one of them with `column = "..."`';
}

function numberHint(found: number, written: boolean): string {
  const type = `write \`real[${found}]\``;
  return written
    ? `${type}, or name another number of columns`
    : `${type}, or choose with \`columns = ["...", "..."]\``;
}

const NO_VALUE = /^([+-]?(nan|inf|infinity)|na|n\/a|null|none|\?)?$/i;

/** The cells of one declared column as numbers; null after a report that names the first cell that is none. */
export function readColumn(context: ReadContext, source: ColumnSource, table: Table): Column | null {
  const { request, names } = source;
  const { type } = request;
  const width = names.length;
  const at = names.map((name) => table.header.indexOf(name));
  const data = type.kind === 'class' ? new Int32Array(table.rows.length) : new Float64Array(table.rows.length * width);
  const problems: { readonly row: number; readonly feature: number }[] = [];
  for (const [row, cells] of table.rows.entries()) {
    for (let feature = 0; feature < width; feature++) {
      const text = cells[at[feature]!]!;
      const value = NUMBER.test(text) ? Number(text) : Number.NaN;
      if (!isUsable(value) || (type.kind === 'class' && !isClass(value, type.classes))) problems.push({ row, feature });
      else data[row * width + feature] = value;
    }
  }
  const [first] = problems;
  if (first !== undefined) {
    const text = table.rows[first.row]![at[first.feature]!]!;
    context.report(cellProblem(request, table, first.row, names[first.feature]!, text, problems.length));
    return null;
  }
  return {
    name: request.name,
    kind: type.kind,
    shape: type.kind === 'class' ? [] : type.shape,
    data,
    scale: [1],
    offset: [0],
  };
}

function cellProblem(
  request: ColumnRequest,
  table: Table,
  row: number,
  column: string,
  text: string,
  count: number,
): Diagnostic {
  const place = `${rowName(row, table.lines)} of \`${table.name}\`, column \`${column}\``;
  const notes =
    count === 1 ? [] : [`${countOf(count, 'cell')} of \`${request.name}\` cannot be used; this is the first`];
  if (NO_VALUE.test(text) || (NUMBER.test(text) && !isUsable(Number(text)))) {
    const range = Number.isFinite(Number(text)) ? ' in single precision' : '';
    const what = text === '' ? 'the cell is empty' : `\`${text}\` is no finite number${range}`;
    const hint = 'remove such rows, or put in a value that you can stand by';
    return diagnostic('BP7126', request.span, `${place}: ${what}`, { notes, hint });
  }
  if (!NUMBER.test(text)) {
    const hint = /^[+-]?\d+,\d+$/.test(text)
      ? 'write decimals with a point'
      : 'turn texts into numbers first, or leave the column out by naming the others in `columns`';
    return diagnostic('BP7125', request.span, `${place}: \`${text}\` is not a number`, { notes, hint });
  }
  const last = request.type.kind === 'class' ? request.type.classes - 1 : 0;
  return diagnostic('BP7106', request.span, `${place}: ${text} is no class of ${formatColumnType(request)}`, {
    notes: [...notes, `its classes are the whole numbers 0 to ${last}`],
    hint: Number.isInteger(Number(text))
      ? 'number the classes from 0, or declare more of them, and as many outputs of the network'
      : WHOLE_CLASSES,
  });
}
