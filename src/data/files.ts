/** Finding and opening files for readers: messages about what is missing, and gzip through the web's own stream. */
import { type Diagnostic, diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/span.ts';
import { nearest } from '../base/suggest.ts';
import type { ReadContext } from './reader.ts';

/** The absolute path of what is written, or null after a report that says what was looked for and what is there. */
export async function locateWritten(context: ReadContext, written: string, what: string): Promise<string | null> {
  const found = await context.files.locate(written, context.from);
  if (found !== null) return found;
  context.report(await missing(context, written, what));
  return null;
}

async function missing(context: ReadContext, written: string, what: string): Promise<Diagnostic> {
  const place = context.request.readerSpan;
  const npm = /^npm:((?:@[^/]+\/)?[^/]+)/.exec(written);
  if (npm !== null && (await context.files.locate(npm[0], context.from)) === null) {
    return diagnostic('BP7101', place, `the npm package \`${npm[1]}\` is not installed`, {
      hint: `\`npm install ${npm[1]}\` puts it there`,
    });
  }
  const suggestion = await neighbour(context, written);
  return diagnostic('BP7101', place, `there is no ${what} \`${written}\``, {
    notes: npm === null ? [`looked for it from \`${context.from}\`: paths are relative to the program`] : [],
    hint:
      suggestion === null ? 'write the path as seen from the folder of the program' : `did you mean \`${suggestion}\`?`,
  });
}

/** The path with its last part replaced by the nearest name that is there. */
async function neighbour({ files, from }: ReadContext, written: string): Promise<string | null> {
  const cut = written.replace(/\/+$/, '').lastIndexOf('/');
  const parent = cut < 0 ? '.' : written.slice(0, cut);
  const folder = parent === '' ? null : await files.locate(parent, from);
  if (folder === null || !(await files.isDirectory(folder))) return null;
  const name = nearest(written.slice(cut + 1).replace(/\/+$/, ''), await files.list(folder));
  return name === null ? null : `${written.slice(0, cut + 1)}${name}`;
}

/** The whole content, unpacked when the name ends in `.gz`; null after a report. */
export async function readUnpacked(context: ReadContext, path: string, place: Span): Promise<Uint8Array | null> {
  const bytes = await context.files.read(path);
  return path.endsWith('.gz') ? unpack(context, path, place, bytes, Number.POSITIVE_INFINITY) : bytes;
}

/** At least the first `length` bytes where there are so many; null after a report. */
export async function readStart(
  context: ReadContext,
  path: string,
  place: Span,
  length: number,
): Promise<Uint8Array | null> {
  if (!path.endsWith('.gz')) return context.files.readPart(path, 0, length);
  return unpack(context, path, place, await context.files.read(path), length);
}

async function unpack(
  context: ReadContext,
  path: string,
  place: Span,
  bytes: Uint8Array,
  length: number,
): Promise<Uint8Array | null> {
  try {
    return await gunzip([bytes], length);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    context.report(
      diagnostic('BP7107', place, `\`${baseName(path)}\` cannot be unpacked: ${reason}`, {
        notes: [`the file is \`${path}\``],
        hint: 'download it again, or unpack it by hand and leave out `.gz`',
      }),
    );
    return null;
  }
}

/** Unpacks a gzip stream, at least as far as `length` bytes. Throws what the stream throws when it is broken. */
export async function gunzip(parts: readonly Uint8Array[], length: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  await unpacked(parts, (chunk) => {
    chunks.push(chunk);
    size += chunk.length;
    return size < length;
  });
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** Unpacks a gzip stream of exactly as many bytes as `out` has room for; throws when there are more or fewer. */
export async function gunzipInto(parts: readonly Uint8Array[], out: Uint8Array): Promise<Uint8Array> {
  let size = 0;
  await unpacked(parts, (chunk) => {
    if (size + chunk.length <= out.length) out.set(chunk, size);
    size += chunk.length;
    return size <= out.length;
  });
  if (size !== out.length) throw new Error('the packed bytes are of another length than promised');
  return out;
}

/** Until the stream ends, or `take` has enough. */
async function unpacked(parts: readonly Uint8Array[], take: (chunk: Uint8Array) => boolean): Promise<void> {
  const packed = new Blob(parts as Uint8Array<ArrayBuffer>[]);
  const reader = packed.stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  for (let more = true; more; ) {
    const { done, value } = await reader.read();
    more = !done && take(value);
  }
  await reader.cancel();
}

/** What a file with these first bytes probably is, as a hint. */
export function guessFormat(bytes: Uint8Array): string {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'this is a gzip file: give its name the ending `.gz`';
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return 'this is a zip archive: unpack it first';
  if (bytes[0] === 0x3c) return 'this is a web page, probably the answer to a failed download: fetch the file again';
  return 'fetch the file again, or check that it is the one you mean';
}

/** The last part of a path, for messages. */
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
