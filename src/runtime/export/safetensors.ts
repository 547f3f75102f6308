/**
 * The safetensors format: 8 bytes of header length (little-endian), a JSON header, then raw little-endian row-major data.
 * The reader takes files as hostile input: every range is checked before a byte is looked at.
 */
import { DiagnosticError, diagnostic } from '../../base/diagnostic.ts';
import { type HostArray, type NumericArray, type Shape, sizeOf } from '../../base/host-array.ts';

export interface Tensors {
  readonly tensors: ReadonlyMap<string, HostArray>;
  readonly metadata: Readonly<Record<string, string>>;
}

const formats = {
  f32: { dtype: 'F32', bytes: 4 },
  i32: { dtype: 'I32', bytes: 4 },
  bool: { dtype: 'U8', bytes: 1 },
} as const;
type DTypeName = keyof typeof formats;

/** Tensors in the order of the map; `bool` is written as U8. The same input gives the same bytes. */
export function writeSafetensors({ tensors, metadata }: Tensors): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { type }] of tensors) {
    const { dtype, bytes } = formats[type.dtype];
    const end = offset + sizeOf(type.shape) * bytes;
    header[name] = { dtype, shape: type.shape, data_offsets: [offset, end] };
    offset = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(text.length / 8) * 8;
  const out = new Uint8Array(8 + padded + offset).fill(0x20, 8, 8 + padded);
  new DataView(out.buffer).setBigUint64(0, BigInt(padded), true);
  out.set(text, 8);
  let at = 8 + padded;
  for (const { type, data } of tensors.values()) {
    const bytes = bytesOf(type.dtype, data);
    out.set(bytes, at);
    at += bytes.length;
  }
  return out;
}

function bytesOf(dtype: DTypeName, data: NumericArray): Uint8Array {
  const exact =
    dtype === 'f32' ? Float32Array.from(data) : dtype === 'i32' ? Int32Array.from(data) : Uint8Array.from(data);
  return new Uint8Array(exact.buffer);
}

/** No header of a real file comes near this. */
const LARGEST_HEADER = 100_000_000;

/** Reads a whole file. Throws `DiagnosticError` BP7301 with what is wrong; `name` is how the file is called. */
export function readSafetensors(bytes: Uint8Array, name: string): Tensors {
  const header = readHeader(bytes, name);
  const start = 8 + header.length;
  const tensors = new Map<string, HostArray>();
  let metadata: Readonly<Record<string, string>> = {};
  for (const [key, entry] of Object.entries(header.entries)) {
    if (key === '__metadata__') metadata = stringsOf(entry, name);
    else tensors.set(key, tensorOf(entry, bytes.subarray(start), key, name));
  }
  return { tensors, metadata };
}

function broken(name: string, what: string): DiagnosticError {
  return new DiagnosticError(
    diagnostic('BP7301', null, `${name} is no safetensors file: ${what}.`, {
      hint: 'use a file that bprune or another safetensors writer made',
    }),
  );
}

function readHeader(
  bytes: Uint8Array,
  name: string,
): { readonly length: number; readonly entries: Record<string, unknown> } {
  if (bytes.length < 8) throw broken(name, `it has ${bytes.length} bytes, fewer than the 8 of the header's length`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > LARGEST_HEADER || 8 + length > bytes.length)
    throw broken(name, `its header claims ${length} bytes, the file has ${bytes.length}`);
  try {
    const entries: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length)),
    );
    if (typeof entries === 'object' && entries !== null && !Array.isArray(entries))
      return { length, entries: entries as Record<string, unknown> };
  } catch {
    throw broken(name, 'its header is not JSON');
  }
  throw broken(name, 'its header is not a table of tensors');
}

function stringsOf(entry: unknown, name: string): Readonly<Record<string, string>> {
  const ok = typeof entry === 'object' && entry !== null && Object.values(entry).every((v) => typeof v === 'string');
  if (!ok) throw broken(name, '`__metadata__` holds something other than texts');
  return entry as Readonly<Record<string, string>>;
}

function tensorOf(entry: unknown, data: Uint8Array, key: string, name: string): HostArray {
  const {
    dtype,
    shape,
    data_offsets: offsets,
  } = (entry ?? {}) as { dtype?: unknown; shape?: unknown; data_offsets?: unknown };
  const kind = (Object.keys(formats) as DTypeName[]).find((k) => formats[k].dtype === dtype);
  if (kind === undefined) throw broken(name, `\`${key}\` has the type ${String(dtype)}, not F32, I32 or U8`);
  if (!isWholeNumbers(shape)) throw broken(name, `\`${key}\` has no proper shape`);
  if (!isWholeNumbers(offsets) || offsets.length !== 2) throw broken(name, `\`${key}\` has no proper place`);
  const [begin, end] = [offsets[0]!, offsets[1]!];
  const fits = begin <= end && end <= data.length && end - begin === sizeOf(shape) * formats[kind].bytes;
  if (!fits) throw broken(name, `\`${key}\` claims the bytes ${begin} to ${end} of ${data.length}`);
  // A copy of its own, aligned: `slice` of a Node buffer would share the memory of its neighbours.
  const own = new Uint8Array(data.subarray(begin, end)).buffer;
  const values = kind === 'f32' ? new Float32Array(own) : kind === 'i32' ? new Int32Array(own) : new Uint8Array(own);
  return { type: { dtype: kind, shape: shape as Shape }, data: values };
}

function isWholeNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}
