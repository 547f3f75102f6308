/** What a program asks of its data, and what the files say: the border between the language and the data room. */
import type { ColumnType, OptionValues } from './catalogue.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Expr } from './expr.ts';
import type { NumericArray, Shape } from './host-array.ts';
import type { Span } from './span.ts';

/** What a column is drawn from, row by row. Arguments are closed: the names in them are columns above, indices count from 1. */
export interface ColumnDraw {
  readonly distribution: string;
  readonly args: readonly { readonly name: string; readonly expr: Expr }[];
  readonly span: Span;
}

export interface ColumnRequest {
  readonly name: string;
  readonly type: ColumnType;
  /** Checked against the reader's column options: `scale`, `columns`. */
  readonly options: OptionValues;
  /** Only for readers that draw their columns. */
  readonly draw?: ColumnDraw;
  readonly span: Span;
}

/** A share is rounded to the nearest row, halves up. */
export type Amount =
  | { readonly kind: 'rows'; readonly rows: number }
  | { readonly kind: 'share'; readonly share: number };

/** `NAME = split(OF, AMOUNT, seed = S)`: takes rows out of `of`. */
export interface SplitRequest {
  readonly kind: 'split';
  readonly name: string;
  readonly of: string;
  readonly amount: Amount;
  readonly seed: number;
  readonly span: Span;
}

/** `train = only(train, 1_000, seed = S)`: the other rows of the split are left out. */
export interface RowsRequest {
  readonly kind: 'rows';
  readonly split: string;
  readonly amount: Amount;
  readonly seed: number;
  readonly span: Span;
}

/** `y = only(y, [0, 6])`: rows of other classes leave all splits, and class `classes[k]` becomes class k. */
export interface ClassesRequest {
  readonly kind: 'classes';
  readonly column: string;
  readonly classes: readonly number[];
  readonly span: Span;
}

/** `y = corrupt(y, uniform_label(20%), on = train, seed = S)`. */
export interface CorruptRequest {
  readonly kind: 'corrupt';
  readonly column: string;
  /** Of the column at this line. */
  readonly type: ColumnType;
  readonly corruption: string;
  readonly options: OptionValues;
  readonly on: readonly string[];
  readonly seed: number;
  readonly span: Span;
}

/** `x = augment(x, flip(), shift(4))`: the images of a training batch are changed at random, one change after the other. */
export interface AugmentRequest {
  readonly kind: 'augment';
  readonly column: string;
  readonly changes: readonly { readonly name: string; readonly options: OptionValues }[];
  readonly span: Span;
}

/** A line that changes what was read. */
export type DerivedRequest = SplitRequest | RowsRequest | ClassesRequest | CorruptRequest | AugmentRequest;

/** A column as models see it, behind all lines that change it. */
export type SeenColumn = Pick<ColumnRequest, 'name' | 'type' | 'span'>;

/** A checked data declaration: what a reader is asked for, and what is then done with it. */
export interface DataRequest {
  /** As a run names it, with the arguments that are not the declared ones: `boston`, `boston(fold = 3)`. */
  readonly name: string;
  readonly reader: string;
  readonly options: OptionValues;
  /** What the files hold. */
  readonly columns: readonly ColumnRequest[];
  readonly seen: readonly SeenColumn[];
  /** In the order of the program; of data made from other data, those of the other data come first. */
  readonly derived: readonly DerivedRequest[];
  /** The reader call, where file problems are shown. */
  readonly readerSpan: Span;
  readonly span: Span;
}

/** Known from headers alone, after splits. */
export interface DataFacts {
  /** Rows of each split, `train` among them. */
  readonly rows: Readonly<Record<string, number>>;
}

/** One column of one split, row-major, one row after the other. Bytes stay bytes until a batch is made. */
export interface Column {
  readonly name: string;
  readonly kind: ColumnType['kind'];
  /** Of one row: `[28, 28, 1]`, `[]` for a class or a plain real. */
  readonly shape: Shape;
  readonly data: NumericArray;
  /** A batch holds `value * scale + offset`: one number for all elements of a row, or one for each (standardised columns). */
  readonly scale: readonly number[];
  readonly offset: readonly number[];
}

export interface Split {
  readonly name: string;
  readonly rows: number;
  readonly columns: Readonly<Record<string, Column>>;
}

export interface Dataset {
  readonly kind: 'dataset';
  readonly name: string;
  readonly splits: Readonly<Record<string, Split>>;
  /** What is done to the rows of a training batch, and to no other. */
  readonly augment: readonly AugmentRequest[];
  /** Hex SHA-256 over the bytes that were read, for the run record. */
  readonly fingerprint: string;
  /** What is odd about them, but no mistake. */
  readonly warnings: readonly Diagnostic[];
}

/** The reading half of a host. Problems are thrown as `DiagnosticError`. */
export interface FileAccess {
  /**
   * Absolute form of a path, `npm:package/path` or `bprune:NAME`, as written in the program at `from`; null when nothing is
   * there. `bprune:` alone is the folder of the files that come with bprune.
   */
  locate(written: string, from: string): Promise<string | null>;
  isDirectory(path: string): Promise<boolean>;
  /** Names in a directory, sorted. */
  list(path: string): Promise<readonly string[]>;
  read(path: string): Promise<Uint8Array>;
  /** At most `length` bytes from `offset`. */
  readPart(path: string, offset: number, length: number): Promise<Uint8Array>;
  size(path: string): Promise<number>;
  join(...parts: readonly string[]): string;
}
