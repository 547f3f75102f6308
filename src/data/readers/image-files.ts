/** The files of an image column: their sizes against the declaration, and their numbers as one array. */
import { countOf } from '../../base/counts.ts';
import type { ColumnRequest } from '../../base/data.ts';
import { diagnostic } from '../../base/diagnostic.ts';
import { sizeOf } from '../../base/host-array.ts';
import { guessFormat } from '../files.ts';
import { formatColumnType, type ReadContext } from '../reader.ts';
import { HEADER_BYTES, type ImageHeader, readImageHeader } from './image-header.ts';
import { unpackImage, withChannels } from './image-pixels.ts';
import { resized } from './image-resize.ts';

/** A file by its name in messages and its path. */
export interface ImageFile {
  readonly name: string;
  readonly path: string;
}

/** What the declaration asks for: `[height, width]` that images are brought to; null where files must have the declared size. */
export interface Wanted {
  readonly size: readonly [number, number] | null;
}

type ImageColumn = ColumnRequest & { readonly type: { readonly kind: 'image' } };

export function imageColumns(context: ReadContext): readonly ImageColumn[] {
  return context.request.columns.filter((c): c is ImageColumn => c.type.kind === 'image');
}

/** Null after a report. */
export function wantedOf(context: ReadContext): Wanted | null {
  const { options, readerSpan } = context.request;
  const size = Array.isArray(options.size) ? options.size.map(Number) : null;
  if (size !== null && size.length !== 2) {
    const message = `\`size\` has ${countOf(size.length, 'number')}`;
    context.report(diagnostic('BP7105', readerSpan, message, { hint: 'write `size = [height, width]`' }));
    return null;
  }
  for (const column of imageColumns(context)) {
    const [height, width, channels] = column.type.shape;
    const declared = `\`${column.name}\` is declared as ${formatColumnType(column)}`;
    if (channels !== 1 && channels !== 3) {
      const hint = 'write 1 channel for grey, or 3 for red, green and blue';
      context.report(diagnostic('BP7105', column.span, `${declared}, but images have 1 or 3 channels`, { hint }));
      return null;
    }
    if (size !== null && (size[0] !== height || size[1] !== width)) {
      const labels = [{ span: readerSpan, message: `\`size = [${size.join(', ')}]\`` }];
      const hint = `write \`image[${size.join(', ')}, ${channels}]\`, and the same for the input of the network`;
      const message = `${declared}, but images are brought to ${size.join(' x ')}`;
      context.report(diagnostic('BP7105', column.span, message, { labels, hint }));
      return null;
    }
  }
  return { size: size === null ? null : [size[0]!, size[1]!] };
}

/** True when the file has the declared size, or will get it; else after a report. Looks at the first bytes. */
export async function startFits(context: ReadContext, file: ImageFile, wanted: Wanted): Promise<boolean> {
  const start = await context.files.readPart(file.path, 0, HEADER_BYTES);
  const header = readImageHeader(start) ?? readImageHeader(await context.files.read(file.path));
  if (header !== null) return wanted.size !== null || sizeFits(context, file, header);
  sayBroken(context, [{ file, reason: NEITHER }], guessFormat(start));
  return false;
}

function sizeFits(context: ReadContext, { name }: ImageFile, { height, width }: ImageHeader): boolean {
  const column = imageColumns(context).find(({ type }) => type.shape[0] !== height || type.shape[1] !== width);
  if (column === undefined) return true;
  const [h, w, channels] = column.type.shape;
  const message = `\`${column.name}\` is declared as ${formatColumnType(column)}, but \`${name}\` is ${height} pixels high and ${width} wide`;
  context.report(
    diagnostic('BP7105', column.span, message, {
      labels: [{ span: context.request.readerSpan, message: 'the files are named here' }],
      hint: `write \`image[${height}, ${width}, ${channels}]\` if all are of that size, or \`size = [${h}, ${w}]\` behind the path, which brings all to one`,
    }),
  );
  return false;
}

interface Broken {
  readonly file: ImageFile;
  readonly reason: string;
}

const NEITHER = 'it is neither PNG nor JPEG';
const MOST_SHOWN = 5;

function sayBroken(context: ReadContext, broken: readonly Broken[], hint: string): void {
  const [first, ...others] = broken;
  const shown = others.slice(0, MOST_SHOWN).map(({ file, reason }) => `nor can \`${file.name}\`: ${reason}`);
  const more = others.length > MOST_SHOWN ? [`and ${others.length - MOST_SHOWN} more`] : [];
  const message = `\`${first!.file.name}\` cannot be read: ${first!.reason}`;
  context.report(diagnostic('BP7117', context.request.readerSpan, message, { notes: [...shown, ...more], hint }));
}

/** All images of a column, `[files, height, width, channels]` in bytes; null after a report. Every file that is broken is named. */
export async function readImages(
  context: ReadContext,
  files: readonly ImageFile[],
  { type }: ImageColumn,
  wanted: Wanted,
): Promise<Uint8Array | null> {
  const [height, width, channels] = type.shape as readonly [number, number, number];
  const each = sizeOf(type.shape);
  const all = new Uint8Array(files.length * each);
  const broken: Broken[] = [];
  for (const [i, file] of files.entries()) {
    const bytes = await context.files.read(file.path);
    const header = readImageHeader(bytes);
    if (header === null) {
      broken.push({ file, reason: NEITHER });
      continue;
    }
    if (wanted.size === null && !sizeFits(context, file, header)) return null;
    try {
      const pixels = unpackImage(bytes, header);
      const data = withChannels(pixels, channels === 1 ? 1 : 3);
      all.set(resized({ ...pixels, channels, data }, height, width).data, i * each);
    } catch (error) {
      broken.push({ file, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  if (broken.length === 0) return all;
  sayBroken(context, broken, 'fetch or save the file again, or take it out of the folder');
  return null;
}
