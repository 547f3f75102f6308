/** CSV text as a table of texts: names, rows and their lines, with what is wrong with its form reported. */
import { CsvError, parse } from 'csv-parse/browser/esm/sync';
import { diagnostic } from '../../base/diagnostic.ts';
import { baseName, locateWritten, readUnpacked } from '../files.ts';
import type { ReadContext } from '../reader.ts';

export interface Table {
  /** The file's name without its folders, for messages. */
  readonly name: string;
  readonly header: readonly string[];
  /** Below the header; each as long as the header. */
  readonly rows: readonly (readonly string[])[];
  /** Line of the file on which each row ends, from 1. */
  readonly lines: readonly number[];
  readonly bytes: Uint8Array;
}

/** Reads and takes apart the file that is written as `written`; null after a report. */
export async function readTable(context: ReadContext, written: string): Promise<Table | null> {
  const path = await locateWritten(context, written, 'file');
  if (path === null) return null;
  const place = context.request.readerSpan;
  if (await context.files.isDirectory(path)) {
    context.report(diagnostic('BP7101', place, `\`${written}\` is a directory, not a CSV file`));
    return null;
  }
  const bytes = await readUnpacked(context, path, place);
  return bytes === null ? null : parseTable(context, baseName(path), bytes);
}

function parseTable(context: ReadContext, name: string, bytes: Uint8Array): Table | null {
  const rows: string[][] = [];
  const lines: number[] = [];
  try {
    parse(new TextDecoder().decode(bytes), {
      bom: true,
      trim: true,
      relax_column_count: true,
      skip_empty_lines: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      on_record: (record: string[], { lines: line }) => {
        rows.push(record);
        lines.push(line);
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const hint = 'quotation marks stand around a whole cell, and are doubled inside it';
    const what = error.code === 'CSV_QUOTE_NOT_CLOSED' ? 'is never closed' : 'stands in the middle of a cell';
    const begin = (lines.at(-1) ?? 0) + 1;
    report(context, 'BP7121', `\`${name}\`, row that begins in line ${begin}: a quotation mark ${what}`, hint);
    return null;
  }
  const table = { name, header: rows[0] ?? [], rows: rows.slice(1), lines: lines.slice(1), bytes };
  return checkHeader(context, table) && checkRows(context, table) ? table : null;
}

function checkHeader(context: ReadContext, { name, header }: Table): boolean {
  if (header.length === 0) {
    report(context, 'BP7127', `\`${name}\` is empty`, 'its first row must name its columns');
    return false;
  }
  if (header.every((cell) => cell !== '' && Number.isFinite(Number(cell)))) {
    const message = `the first row of \`${name}\` holds numbers, not the names of its columns`;
    report(context, 'BP7122', message, `put a first row of names above it, such as \`${example(header.length)}\``);
    return false;
  }
  const twice = header.find((cell, i) => cell !== '' && header.indexOf(cell) !== i);
  if (twice === undefined) return true;
  report(context, 'BP7122', `\`${name}\` has two columns called \`${twice}\``, 'give each column its own name');
  return false;
}

function example(columns: number): string {
  const names = Array.from({ length: Math.min(columns - 1, 3) }, (_, i) => `x${i + 1}`);
  return [...names, ...(columns > 4 ? ['...'] : []), 'y'].join(',');
}

function checkRows(context: ReadContext, { name, header, rows, lines }: Table): boolean {
  if (rows.length === 0) {
    const message = `\`${name}\` has the names of ${header.length} columns but no rows`;
    report(context, 'BP7127', message, 'put at least one row of numbers below the names');
    return false;
  }
  const ragged = rows.flatMap((row, i) => (row.length === header.length ? [] : [i]));
  const [first] = ragged;
  if (first === undefined) return true;
  const place = rowName(first, lines);
  const message = `${place} of \`${name}\` has ${cells(rows[first]!.length)}, but there are ${header.length} columns`;
  const others =
    ragged.length === 1 ? [] : [`${ragged.length} rows have another number of cells than there are columns`];
  context.report(
    diagnostic('BP7124', context.request.readerSpan, message, {
      notes: [`the columns are ${header.join(', ')}`, ...others],
      hint: 'a comma inside a cell needs double quotes around the cell; decimals are written with a point',
    }),
  );
  return false;
}

/** `row 3 (line 4)`: rows count what is below the header, lines what an editor shows. */
export function rowName(row: number, lines: readonly number[]): string {
  return `row ${row + 1} (line ${lines[row]})`;
}

function cells(n: number): string {
  return n === 1 ? '1 cell' : `${n} cells`;
}

function report(context: ReadContext, code: string, message: string, hint: string): void {
  context.report(diagnostic(code, context.request.readerSpan, message, { hint }));
}
