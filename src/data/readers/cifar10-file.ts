/**
 * The binary format of CIFAR-10: records without a header, each a label byte and 3,072 bytes of an image of 32 x 32 pixels:
 * all its red, then all its green, then all its blue numbers, row by row.
 */
import { countOf } from '../../base/counts.ts';
import { diagnostic } from '../../base/diagnostic.ts';
import { type Shape, sizeOf } from '../../base/host-array.ts';
import { baseName } from '../files.ts';
import type { ReadContext } from '../reader.ts';

export const IMAGE_SHAPE: Shape = [32, 32, 3];
export const CLASSES = 10;
const CHANNELS = 3;
const PIXELS = 32 * 32;
const IMAGE = sizeOf(IMAGE_SHAPE);
const RECORD = 1 + IMAGE;

/** The number of records by the length of the file, whose first label is looked at; null after a report. */
export async function countRecords(context: ReadContext, path: string): Promise<number | null> {
  const size = await context.files.size(path);
  return isWhole(context, path, size, await context.files.readPart(path, 0, 1)) ? size / RECORD : null;
}

/** The records of all files in their order, as one; null after a report. */
export async function readRecords(context: ReadContext, paths: readonly string[]): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = [];
  for (const path of paths) {
    const bytes = await context.files.read(path);
    if (!isWhole(context, path, bytes.length, labelsOf(bytes))) return null;
    parts.push(bytes);
  }
  if (parts.length === 1) return parts[0]!;
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function labelsOf(records: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: Math.floor(records.length / RECORD) }, (_, i) => records[i * RECORD]!);
}

/** The images with the three numbers of a pixel beside each other: `[rows, 32, 32, 3]`. */
export function imagesOf(records: Uint8Array): Uint8Array {
  const rows = records.length / RECORD;
  const images = new Uint8Array(rows * IMAGE);
  for (let row = 0; row < rows; row++) {
    for (let channel = 0; channel < CHANNELS; channel++) {
      const plane = row * RECORD + 1 + channel * PIXELS;
      let to = row * IMAGE + channel;
      for (let pixel = 0; pixel < PIXELS; pixel++, to += CHANNELS) images[to] = records[plane + pixel]!;
    }
  }
  return images;
}

/** A file has no header that could be wrong: its length and its labels tell whether it is one of these. */
function isWhole(context: ReadContext, path: string, size: number, labels: Uint8Array): boolean {
  const place = context.request.readerSpan;
  const name = baseName(path);
  const notes = [`the file is \`${path}\``];
  if (size === 0) {
    const hint = 'fetch the file again';
    context.report(diagnostic('BP7127', place, `\`${name}\` holds no images`, { notes, hint }));
    return false;
  }
  const rest = size % RECORD;
  const stray = labels.findIndex((label) => label >= CLASSES);
  if (rest === 0 && stray < 0) return true;
  const message =
    stray < 0
      ? `\`${name}\` has ${countOf(size, 'byte')}: ${countOf((size - rest) / RECORD, 'record')} of ${countOf(RECORD, 'byte')} and ${countOf(rest, 'byte')} more`
      : `\`${name}\` is no file of CIFAR-10: record ${stray + 1} begins with ${labels[stray]}, not with a class from 0 to ${CLASSES - 1}`;
  const hint =
    stray < 0
      ? 'the copy or download was cut off: fetch the file again'
      : 'fetch the binary version of CIFAR-10, or check that the file is the one you mean';
  context.report(diagnostic('BP7108', place, message, { notes, hint }));
  return false;
}
