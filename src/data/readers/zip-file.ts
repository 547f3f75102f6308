/**
 * Zip archives, as far as NumPy writes them: stored and deflated members, also with 64-bit sizes. Everything is read from the
 * directory at the end of the file, and only the members that somebody asks for (PKWARE, "APPNOTE.TXT", sections 4.3 and 4.5).
 */
import { diagnostic } from '../../base/diagnostic.ts';
import { baseName, gunzip, gunzipInto } from '../files.ts';
import { MOST_BYTES, type ReadContext, sayTooLarge } from '../reader.ts';

export interface ZipMember {
  readonly name: string;
  /** 0: stored, 8: deflated. */
  readonly method: number;
  readonly encrypted: boolean;
  readonly packed: number;
  /** Unpacked bytes. */
  readonly size: number;
  readonly crc: number;
  /** Where its local header stands. */
  readonly offset: number;
}

const END = 0x06054b50;
const END_LENGTH = 22;
const END64 = 0x06064b50;
const END64_LOCATOR = 0x07064b50;
const ENTRY = 0x02014b50;
const ENTRY_LENGTH = 46;
const LOCAL = 0x04034b50;
const LOCAL_LENGTH = 30;
/** What a 32-bit field holds where the number stands in a 64-bit one. */
const ELSEWHERE = 0xffffffff;
const AGAIN = 'the copy or download was cut off or damaged: fetch the file again';

/** The members in the order of the archive; null after a report. */
export async function readZipDirectory(context: ReadContext, path: string): Promise<readonly ZipMember[] | null> {
  const size = await context.files.size(path);
  // A comment of at most 65,535 bytes may stand behind the last record, the locator of the 64-bit one before it.
  const begin = Math.max(0, size - END_LENGTH - 0xffff - 20);
  const tail = viewOf(await context.files.readPart(path, begin, size - begin));
  let at = tail.byteLength - END_LENGTH;
  while (at >= 0 && tail.getUint32(at, true) !== END) at--;
  if (at < 0) return broken(context, path, 'its directory, which stands at the end, is missing');
  const place = await directoryPlace(context, path, tail, at);
  if (place === null || place.begin + place.length > size) return broken(context, path, 'its directory lies outside');
  const directory = viewOf(await context.files.readPart(path, place.begin, place.length));
  const members: ZipMember[] = [];
  for (let from = 0; from + ENTRY_LENGTH <= directory.byteLength; ) {
    const entry = parseEntry(directory, from);
    if (entry === null) return broken(context, path, 'its directory is damaged');
    members.push(entry.member);
    from = entry.next;
  }
  return members.length === place.count ? members : broken(context, path, 'its directory is cut off');
}

interface DirectoryPlace {
  readonly begin: number;
  readonly length: number;
  readonly count: number;
}

async function directoryPlace(
  { files }: ReadContext,
  path: string,
  tail: DataView,
  end: number,
): Promise<DirectoryPlace | null> {
  const [count, length, begin] = [
    tail.getUint16(end + 10, true),
    tail.getUint32(end + 12, true),
    tail.getUint32(end + 16, true),
  ];
  if (count !== 0xffff && length !== ELSEWHERE && begin !== ELSEWHERE) return { begin, length, count };
  if (end < 20 || tail.getUint32(end - 20, true) !== END64_LOCATOR) return { begin, length, count };
  const record = viewOf(await files.readPart(path, Number(tail.getBigUint64(end - 12, true)), 56));
  if (record.byteLength < 56 || record.getUint32(0, true) !== END64) return null;
  const [entries, bytes, from] = [32, 40, 48].map((at) => Number(record.getBigUint64(at, true)));
  return { begin: from!, length: bytes!, count: entries! };
}

function parseEntry(view: DataView, at: number): { readonly member: ZipMember; readonly next: number } | null {
  if (view.getUint32(at, true) !== ENTRY) return null;
  const short = (offset: number) => view.getUint16(at + offset, true);
  const [nameLength, extraLength, commentLength] = [short(28), short(30), short(32)];
  const next = at + ENTRY_LENGTH + nameLength + extraLength + commentLength;
  if (next > view.byteLength) return null;
  const text = new Uint8Array(view.buffer, view.byteOffset + at + ENTRY_LENGTH, nameLength);
  const fields = [24, 20, 42].map((offset) => view.getUint32(at + offset, true));
  const [size, packed, offset] = longNumbers(view, at + ENTRY_LENGTH + nameLength, extraLength, fields);
  const member: ZipMember = {
    name: new TextDecoder().decode(text),
    method: short(10),
    encrypted: (short(8) & 1) === 1,
    crc: view.getUint32(at + 16, true),
    ...{ size: size!, packed: packed!, offset: offset! },
  };
  return { member, next };
}

/** The extra field 0001 holds, in this order, those of the numbers that did not fit into 32 bits. */
function longNumbers(view: DataView, begin: number, length: number, fields: readonly number[]): readonly number[] {
  for (let at = begin; at + 4 <= begin + length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    let from = at + 4;
    const last = Math.min(from + view.getUint16(at + 2, true), begin + length);
    return fields.map((field) => {
      if (field !== ELSEWHERE || from + 8 > last) return field;
      from += 8;
      return Number(view.getBigUint64(from - 8, true));
    });
  }
  return fields;
}

/** The unpacked bytes of a member, or at least the first `length` of them; null after a report. */
export async function readMember(
  context: ReadContext,
  path: string,
  member: ZipMember,
  length = Number.POSITIVE_INFINITY,
): Promise<Uint8Array | null> {
  const { name, method, size } = member;
  const say = (what: string, hint = AGAIN) => broken(context, path, `\`${name}\` in it ${what}`, hint);
  if (member.encrypted) return say('is encrypted', 'write the archive without a password');
  if (method !== 0 && method !== 8) {
    return say(`is packed by method ${method}`, 'write it with `np.savez` or `np.savez_compressed`');
  }
  const whole = length >= size;
  if (whole && size > MOST_BYTES) return sayTooLarge(context, `\`${name}\` in \`${baseName(path)}\``, size);
  const local = viewOf(await context.files.readPart(path, member.offset, LOCAL_LENGTH));
  if (local.byteLength < LOCAL_LENGTH || local.getUint32(0, true) !== LOCAL) return say('is not where it should be');
  const begin = member.offset + LOCAL_LENGTH + local.getUint16(26, true) + local.getUint16(28, true);
  const wanted = method === 0 && !whole ? Math.min(length, member.packed) : member.packed;
  const bytes = await context.files.readPart(path, begin, wanted);
  if (bytes.length < wanted) return say('is cut off');
  if (method === 8) return inflate(bytes, member, whole, length).catch(() => say('is damaged'));
  if (!whole) return bytes;
  return bytes.length === size && crc32(bytes) === member.crc ? bytes : say('is damaged');
}

/** Dressed as a gzip stream, whose end says what the bytes must sum up to: browsers unpack those, and look at the sum. */
async function inflate(bytes: Uint8Array, member: ZipMember, whole: boolean, length: number): Promise<Uint8Array> {
  const head = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);
  const end = new DataView(new ArrayBuffer(8));
  end.setUint32(0, member.crc, true);
  end.setUint32(4, member.size % 2 ** 32, true);
  const parts = [head, bytes, new Uint8Array(end.buffer)];
  return whole ? gunzipInto(parts, new Uint8Array(member.size)) : gunzip(parts, length);
}

function broken(context: ReadContext, path: string, what: string, hint = AGAIN): null {
  const message = `the archive \`${baseName(path)}\` cannot be read: ${what}`;
  const notes = [`the file is \`${path}\``];
  context.report(diagnostic('BP7110', context.request.readerSpan, message, { notes, hint }));
  return null;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = TABLE[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
