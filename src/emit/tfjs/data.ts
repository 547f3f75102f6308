/** Readers and columns in the emitted program, by their names in the catalogue. */
import type { ColumnRequest, DataRequest, DerivedRequest, SplitRequest } from '../../base/data.ts';
import {
  array,
  assign,
  binary,
  call,
  comment,
  id,
  type Js,
  literal,
  member,
  object,
  plainValue,
  type Statement,
  variable,
} from '../target/javascript.ts';
import type { LibraryName } from './library.ts';
import { known, type Writer } from './writer.ts';

interface EmitReader {
  readonly read: LibraryName;
  /** What the hand-written reader wants to know of a column beside its name, type and shape. */
  column(column: ColumnRequest): Readonly<Record<string, Js | undefined>>;
}

export const readers: Readonly<Record<string, EmitReader>> = {
  idx: {
    read: 'readIdx',
    column: ({ options }) => ({ scale: options.scale === undefined ? undefined : plainValue(options.scale) }),
  },
  cifar10: {
    read: 'readCifar10',
    column: ({ options }) => ({ scale: options.scale === undefined ? undefined : plainValue(options.scale) }),
  },
  csv: {
    read: 'readCsv',
    /** Columns of the file; a list of numbers without any takes what is left. */
    column({ name, type, options }) {
      if (Array.isArray(options.columns)) return { from: plainValue(options.columns) };
      if (typeof options.column === 'string') return { from: plainValue([options.column]) };
      return { from: type.kind === 'real' && type.shape.length > 0 ? undefined : plainValue([name]) };
    },
  },
};

/** Drawn data, and files for which there is no reader without bprune. */
export const readersRefused: readonly string[] = ['simulate', 'npz', 'images', 'uci', 'json'];

/** Reads the data into a variable of the program's name, takes the splits, standardises. */
export function emitData(writer: Writer, request: DataRequest, name: string): Statement[] {
  const reader = known(writer, readers, request.reader, 'the reader', request.readerSpan);
  if (reader === null) return [];
  const target = id(name);
  const written = Object.entries(request.options).filter(([, value]) => value !== null && value !== '');
  const options = written.map(([option, value]) => [option, pathOr(option, plainValue(value))] as const);
  const columns = request.columns.map((column) => emitColumn(column, reader));
  const read = call(writer.use(reader.read), object({ ...Object.fromEntries(options), columns: array(columns) }));
  return [
    comment(...writer.quote(request.span)),
    variable(name, read),
    ...request.derived.flatMap((line) => emitDerived(writer, target, line)),
    ...request.columns
      .filter((column) => column.options.standardise === true)
      .map((column) => assign(target, call(writer.use('standardise'), target, literal(column.name)))),
  ];
}

/** `--data` replaces the path of the program. */
function pathOr(option: string, value: Js): Js {
  return option === 'path' ? binary(member(id('options'), 'data'), '??', value) : value;
}

function emitColumn(column: ColumnRequest, reader: EmitReader): Js {
  const shape = column.type.kind === 'class' ? [] : column.type.shape;
  return object({
    name: literal(column.name),
    type: literal(column.type.kind),
    shape: plainValue(shape),
    ...reader.column(column),
  });
}

function emitDerived(writer: Writer, target: Js, line: DerivedRequest): Statement[] {
  if (line.kind === 'split') return [assign(target, emitSplit(writer, target, line))];
  writer.refuse(line.span, `\`${line.kind === 'rows' || line.kind === 'classes' ? 'only' : line.kind}\``);
  return [];
}

function emitSplit(writer: Writer, data: Js, { name, of, amount, seed }: SplitRequest): Js {
  const size = amount.kind === 'rows' ? { rows: literal(amount.rows) } : { share: literal(amount.share) };
  return call(writer.use('split'), data, literal(name), object({ of: literal(of), ...size, seed: literal(seed) }));
}
