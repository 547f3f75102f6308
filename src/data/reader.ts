/** The contract of a reader: a file format that data declarations can name. */
import type { OptionSpec, ReaderSignature } from '../base/catalogue.ts';
import type { ColumnRequest, DataRequest, FileAccess, Split } from '../base/data.ts';
import { type Diagnostic, diagnostic } from '../base/diagnostic.ts';

/** Takes one mistake; reading goes on to the next thing that can still be judged. */
export type Report = (problem: Diagnostic) => void;

/** Where the data are and whom to tell about them. */
export interface ReadContext {
  readonly request: DataRequest;
  readonly files: FileAccess;
  /** Path of the program, against which written paths are resolved. */
  readonly from: string;
  readonly report: Report;
}

/** What the files hold, before splits are taken and columns standardised. */
export interface ReadData {
  readonly splits: readonly Split[];
  /** Everything that was read, uncompressed, in a fixed order: what the fingerprint is of. */
  readonly contents: readonly Uint8Array[];
}

/** Both functions give null when they reported an error that leaves nothing to go on with. */
export interface Reader extends ReaderSignature {
  /** Rows of each split that the files hold, from headers and one cheap pass. */
  facts(context: ReadContext): Promise<Readonly<Record<string, number>> | null>;
  read(context: ReadContext): Promise<ReadData | null>;
}

/** The first option of nearly all readers: where the data are. */
export function pathOption(what: string): OptionSpec {
  const doc = `${what}, or \`npm:package/path\``;
  return { name: 'path', type: { kind: 'string' }, default: null, required: true, doc };
}

/** An option as text; null when it was not given. */
export function textOption(options: DataRequest['options'], name: string): string | null {
  const value = options[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** `image[28, 28, 1]`, `class[10]`, `real[2]`, `real`: a column's type as it is written. */
export function formatColumnType(column: ColumnRequest): string {
  const { type } = column;
  if (type.kind === 'class') return `class[${type.classes}]`;
  return type.shape.length === 0 ? type.kind : `${type.kind}[${type.shape.join(', ')}]`;
}

/** Bytes of one array: 2 GiB, as many as a file can be read at once. */
export const MOST_BYTES = 2 ** 31;

/** `what` would be an array of so many bytes. */
export function sayTooLarge(context: ReadContext, what: string, bytes: number): null {
  const size = `${(bytes / 2 ** 30).toPrecision(3)} GiB`;
  const message = `${what} would take ${size} of memory, and an array may take 2 GiB`;
  const hint = 'write fewer rows, or numbers of fewer bytes; if the file is smaller than that, it may be damaged';
  context.report(diagnostic('BP7115', context.request.readerSpan, message, { hint }));
  return null;
}
