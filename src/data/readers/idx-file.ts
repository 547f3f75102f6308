/**
 * The IDX format of the MNIST files: two zero bytes, a byte for the type of the numbers, a byte for the number of axes, the
 * sizes of the axes as big-endian 32-bit numbers, then the numbers in row-major order (LeCun, Cortes, Burges, "The MNIST database").
 */
import { countOf } from '../../base/counts.ts';
import { diagnostic } from '../../base/diagnostic.ts';
import { sizeOf } from '../../base/host-array.ts';
import { baseName, guessFormat, readStart, readUnpacked } from '../files.ts';
import type { ReadContext } from '../reader.ts';

/** Header of a file of unsigned bytes. */
export interface IdxHeader {
  readonly path: string;
  /** Bytes of the header: the numbers begin here. */
  readonly begin: number;
  /** Sizes of the axes; the first one counts rows. */
  readonly sizes: readonly number[];
}

export interface IdxFile extends IdxHeader {
  /** The whole file, header included. */
  readonly bytes: Uint8Array;
  /** The numbers alone, a view into `bytes`. */
  readonly data: Uint8Array;
}

const MAX_AXES = 4;
const UNSIGNED_BYTE = 8;

/** What a file of images or labels must look like. */
export interface IdxKind {
  readonly noun: 'image' | 'label';
  /** Numbers of axes that it may have. */
  readonly axes: readonly number[];
}

/** Reads the header and holds the length of an uncompressed file against it; null after a report. */
export async function readIdxHeader(context: ReadContext, path: string, kind: IdxKind): Promise<IdxHeader | null> {
  const place = context.request.readerSpan;
  const start = await readStart(context, path, place, 4 + 4 * MAX_AXES);
  const header = start === null ? null : parseHeader(context, path, start, kind);
  if (header === null || path.endsWith('.gz')) return header;
  return hasLength(context, header, await context.files.size(path), kind) ? header : null;
}

/** Reads the whole file; null after a report. */
export async function readIdxFile(context: ReadContext, path: string, kind: IdxKind): Promise<IdxFile | null> {
  const bytes = await readUnpacked(context, path, context.request.readerSpan);
  const header = bytes === null ? null : parseHeader(context, path, bytes, kind);
  if (bytes === null || header === null || !hasLength(context, header, bytes.length, kind)) return null;
  return { ...header, bytes, data: bytes.subarray(header.begin) };
}

function parseHeader(context: ReadContext, path: string, bytes: Uint8Array, kind: IdxKind): IdxHeader | null {
  const place = context.request.readerSpan;
  const axes = bytes[3] ?? 0;
  const fits = bytes[0] === 0 && bytes[1] === 0 && bytes[2] === UNSIGNED_BYTE && kind.axes.includes(axes);
  if (bytes.length >= 4 && !fits) {
    const wanted = kind.axes.map((n) => `00 00 08 0${n}`).join(' or ');
    const message = `\`${baseName(path)}\` is no IDX file of ${kind.noun}s: it begins with ${hex(bytes.subarray(0, 4))}, not ${wanted}`;
    context.report(diagnostic('BP7102', place, message, { notes: [`the file is \`${path}\``], hint: guess(bytes) }));
    return null;
  }
  const begin = 4 + 4 * axes;
  if (bytes.length < 4 || bytes.length < begin) {
    const message = `\`${baseName(path)}\` ends inside its header: ${countOf(bytes.length, 'byte')}`;
    context.report(diagnostic('BP7103', place, message, { notes: [`the file is \`${path}\``], hint: AGAIN }));
    return null;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { path, begin, sizes: Array.from({ length: axes }, (_, i) => view.getUint32(4 + 4 * i)) };
}

const AGAIN = 'the copy or download was cut off: fetch the file again';

function hasLength(context: ReadContext, header: IdxHeader, found: number, kind: IdxKind): boolean {
  const expected = header.begin + sizeOf(header.sizes);
  if (found === expected) return true;
  const promise = `its header promises ${countOf(header.sizes[0]!, kind.noun)} (${countOf(expected, 'byte')})`;
  const message = `\`${baseName(header.path)}\` has ${countOf(found, 'byte')}, but ${promise}`;
  const hint = found < expected ? AGAIN : 'something was appended to the file: fetch it again';
  context.report(
    diagnostic('BP7103', context.request.readerSpan, message, { notes: [`the file is \`${header.path}\``], hint }),
  );
  return false;
}

/** What a file with these first bytes probably is. */
function guess(bytes: Uint8Array): string {
  if (bytes[0] === 0 && bytes[1] === 0 && bytes[2] === UNSIGNED_BYTE) {
    return 'images and labels may be exchanged: images have 3 axes, labels 1';
  }
  return guessFormat(bytes);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
