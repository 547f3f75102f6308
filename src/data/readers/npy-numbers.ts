/**
 * The number types of NumPy and the arrays that hold them here: bytes stay bytes, short integers become 32-bit ones, what would
 * lose digits in 32 bits becomes double precision.
 */
import type { NumericArray } from '../../base/host-array.ts';

export interface NumberType {
  readonly bytes: number;
  /** A view where the numbers are held as they are stored. */
  read(bytes: Uint8Array, bigEndian: boolean): NumericArray;
}

interface TypedArrayOf<A> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): A;
}

function numberType<A>(View: TypedArrayOf<A>, hold: (view: A) => NumericArray): NumberType {
  const bytes = View.BYTES_PER_ELEMENT;
  return {
    bytes,
    read(data, bigEndian) {
      const there = bigEndian !== BIG_ENDIAN_MACHINE && bytes > 1 ? swapped(data, bytes) : aligned(data, bytes);
      return hold(new View(there.buffer, there.byteOffset, there.length / bytes));
    },
  };
}

const BIG_ENDIAN_MACHINE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 0;

/** Typed arrays begin at multiples of their numbers' size. */
function aligned(data: Uint8Array, bytes: number): Uint8Array {
  return data.byteOffset % bytes === 0 ? data : data.slice();
}

function swapped(data: Uint8Array, bytes: number): Uint8Array {
  const out = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) out[i] = data[i - (i % bytes) + bytes - 1 - (i % bytes)]!;
  return out;
}

const same = <A extends NumericArray>(view: A) => view;
const toWhole = (view: Int8Array | Int16Array | Uint16Array) => Int32Array.from(view);
const toDouble = (view: Uint32Array) => Float64Array.from(view);
const fromLong = (view: BigInt64Array | BigUint64Array) => {
  const out = new Float64Array(view.length);
  for (let i = 0; i < out.length; i++) out[i] = Number(view[i]);
  return out;
};

/** Half precision (IEEE 754, binary16): a sign, 5 bits of exponent, 10 bits of fraction. */
function fromHalf(view: Uint16Array): Float32Array {
  halves ??= Float32Array.from({ length: 0x10000 }, (_, bits) => half(bits));
  const out = new Float32Array(view.length);
  for (let i = 0; i < out.length; i++) out[i] = halves[view[i]!]!;
  return out;
}

/** All of them, once a file has one. */
let halves: Float32Array | null = null;

function half(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * 2 ** -24 * fraction : sign * 2 ** (exponent - 25) * (1024 + fraction);
}

/** By NumPy's names without the byte order. */
export const numberTypes: Readonly<Record<string, NumberType>> = {
  b1: numberType(Uint8Array, same),
  u1: numberType(Uint8Array, same),
  i1: numberType(Int8Array, toWhole),
  i2: numberType(Int16Array, toWhole),
  u2: numberType(Uint16Array, toWhole),
  i4: numberType(Int32Array, same),
  u4: numberType(Uint32Array, toDouble),
  i8: numberType(BigInt64Array, fromLong),
  u8: numberType(BigUint64Array, fromLong),
  f2: numberType(Uint16Array, fromHalf),
  f4: numberType(Float32Array, same),
  f8: numberType(Float64Array, same),
};
