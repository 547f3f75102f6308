/** A file system in memory and short ways to write data requests and IDX files, for tests of readers. */
import { gzipSync } from 'node:zlib';
import type { ColumnType, OptionValues } from '../../src/base/catalogue.ts';
import type { ColumnRequest, DataRequest, DerivedRequest, FileAccess, SplitRequest } from '../../src/base/data.ts';
import type { Diagnostic } from '../../src/base/diagnostic.ts';
import { span } from '../../src/base/span.ts';

export const FROM = '/program/main.bprune';
export const READER = span(FROM, 1, 2);

/** Files by absolute path; written paths are relative to `/program`, and `npm:` paths to `/modules`. */
export function memoryFiles(contents: Readonly<Record<string, Uint8Array | string>>): FileAccess {
  const files = new Map(
    Object.entries(contents).map(([path, c]) => [path, typeof c === 'string' ? new TextEncoder().encode(c) : c]),
  );
  const below = (path: string) => [...files.keys()].filter((p) => p.startsWith(`${path}/`));
  const exists = (path: string) => files.has(path) || below(path).length > 0;
  const read = (path: string) => files.get(path) ?? raise(path);
  return {
    async locate(written) {
      const joined = written.startsWith('npm:') ? `/modules/${written.slice(4)}` : `/program/${written}`;
      const path = joined.replace(/\/\.(?=\/|$)/g, '').replace(/\/+$/, '');
      return exists(path) ? path : null;
    },
    isDirectory: async (path) => !files.has(path) && exists(path),
    list: async (path) => [...new Set(below(path).map((p) => p.slice(path.length + 1).split('/')[0]!))].sort(),
    read: async (path) => read(path),
    readPart: async (path, offset, length) => read(path).slice(offset, offset + length),
    size: async (path) => read(path).length,
    join: (...parts) => parts.join('/'),
  };
}

function raise(path: string): never {
  throw new Error(`the test reads ${path}, which it did not make`);
}

export function column(name: string, type: ColumnType, options: OptionValues = {}): ColumnRequest {
  return { name, type, options, span: span(FROM, 10, 20) };
}

export const image = (...shape: number[]): ColumnType => ({ kind: 'image', shape });
export const classes = (k: number): ColumnType => ({ kind: 'class', classes: k });
export const reals = (...shape: number[]): ColumnType => ({ kind: 'real', shape });

export function rowSplit(name: string, of: string, rows: number, seed = 1): SplitRequest {
  return { kind: 'split', name, of, amount: { kind: 'rows', rows }, seed, span: span(FROM, 30, 40) };
}

export function shareSplit(name: string, of: string, share: number, seed = 1): SplitRequest {
  return { kind: 'split', name, of, amount: { kind: 'share', share }, seed, span: span(FROM, 30, 40) };
}

export function request(
  reader: string,
  options: OptionValues,
  columns: readonly ColumnRequest[],
  derived: readonly DerivedRequest[] = [],
): DataRequest {
  return { name: 'd', reader, options, columns, seen: columns, derived, readerSpan: READER, span: span(FROM, 0, 50) };
}

/** An IDX file of unsigned bytes. */
export function idxBytes(sizes: readonly number[], data: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * sizes.length + data.length);
  bytes.set([0, 0, 8, sizes.length]);
  const view = new DataView(bytes.buffer);
  for (const [i, n] of sizes.entries()) view.setUint32(4 + 4 * i, n);
  bytes.set(data, 4 + 4 * sizes.length);
  return bytes;
}

/** Four files of 2 x 3 images: 4 for training, whose first byte is the row, and 2 for test. */
export function tinyMnist(): Record<string, Uint8Array> {
  const images = (n: number) => Array.from({ length: n }, (_, row) => [row, 0, 51, 102, 153, 255]).flat();
  return {
    'train-images-idx3-ubyte': idxBytes([4, 2, 3], images(4)),
    'train-labels-idx1-ubyte': idxBytes([4], [0, 1, 2, 1]),
    't10k-images-idx3-ubyte': idxBytes([2, 2, 3], images(2)),
    't10k-labels-idx1-ubyte': idxBytes([2], [2, 0]),
  };
}

export function inFolder(folder: string, files: Readonly<Record<string, Uint8Array>>): Record<string, Uint8Array> {
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`${folder}/${name}`, bytes]));
}

export function packed(files: Readonly<Record<string, Uint8Array>>): Record<string, Uint8Array> {
  return Object.fromEntries(
    Object.entries(files).map(([name, bytes]) => [`${name}.gz`, new Uint8Array(gzipSync(bytes))]),
  );
}

/** A problem in one line: code, place, message and hint. */
export function line(d: Diagnostic): string {
  const place = d.span === null ? '-' : `${d.span.start}`;
  return `${d.code} @${place} ${d.message}${d.hint === null ? '' : ` | ${d.hint}`}`;
}
