/**
 * The `.npy` format: `\x93NUMPY`, a version, the length of the header, the header as a dictionary of Python, then the numbers
 * (NumPy Enhancement Proposal 1, "A simple file format for NumPy arrays").
 */
import { countOf } from '../../base/counts.ts';
import { diagnostic } from '../../base/diagnostic.ts';
import { type NumericArray, type Shape, sizeOf } from '../../base/host-array.ts';
import { guessFormat } from '../files.ts';
import { MOST_BYTES, type ReadContext, sayTooLarge } from '../reader.ts';
import { type NumberType, numberTypes } from './npy-numbers.ts';

export interface NpyHeader {
  /** As messages name it. */
  readonly name: string;
  readonly shape: Shape;
  readonly type: NumberType;
  readonly bigEndian: boolean;
  /** The first axis runs fastest. */
  readonly fortran: boolean;
  /** Bytes of the header: the numbers begin here. */
  readonly begin: number;
}

/** As many bytes as a header has, unless its array is of a very odd kind. */
export const HEADER_START = 4096;
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const AGAIN = 'the copy or download was cut off: fetch the file again';

/** The header at the start of `bytes`; null after a report. `size`: bytes of the whole file. */
export function parseNpyHeader(context: ReadContext, name: string, bytes: Uint8Array, size: number): NpyHeader | null {
  const say = (code: string, message: string, hint: string) => {
    context.report(diagnostic(code, context.request.readerSpan, message, { hint }));
    return null;
  };
  if (bytes.length < 10 || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    return say('BP7109', `\`${name}\` is no array of NumPy: it does not begin with \`\\x93NUMPY\``, guessFormat(bytes));
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const long = bytes[6]! > 1;
  if (bytes[6]! > 3)
    return say(
      'BP7109',
      `\`${name}\` is of version ${bytes[6]} of the format, which is not known`,
      'write it with `np.save`',
    );
  const begin = long ? 12 + view.getUint32(8, true) : 10 + view.getUint16(8, true);
  if (begin > size || begin > bytes.length)
    return say('BP7103', `\`${name}\` ends inside its header: ${countOf(size, 'byte')}`, AGAIN);
  const text = new TextDecoder().decode(bytes.subarray(long ? 12 : 10, begin));
  const fortran = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const axes = /'shape':\s*\(([\d\s,]*)\)/.exec(text)?.[1];
  const kind = /'descr':\s*('([<>|=]?)(\w+)'|\[)/.exec(text);
  if (fortran === undefined || axes === undefined || kind === null) {
    return say('BP7109', `the header of \`${name}\` cannot be understood: ${text.trim()}`, 'write it with `np.save`');
  }
  const type = numberTypes[kind[3] ?? ''];
  if (type === undefined) {
    const what = kind[3] === undefined ? 'records of several fields' : `numbers of type \`${kind[2]}${kind[3]}\``;
    return say(
      'BP7111',
      `\`${name}\` holds ${what}, which cannot be used`,
      'turn it into numbers first, for instance by `.astype("float32")`',
    );
  }
  const shape = axes.split(',').flatMap((n) => (n.trim() === '' ? [] : [Number(n)]));
  const header = { name, shape, type, bigEndian: kind[2] === '>', fortran: fortran === 'True', begin };
  const promised = sizeOf(shape) * type.bytes;
  if (promised > MOST_BYTES) return sayTooLarge(context, `\`${name}\``, promised);
  const expected = begin + promised;
  if (size === expected) return header;
  const message = `\`${name}\` has ${countOf(size, 'byte')}, but its header promises an array of shape (${shape.join(', ')}), which takes ${countOf(expected, 'byte')}`;
  return say('BP7103', message, size < expected ? AGAIN : 'something was appended to the file: write it again');
}

/** The numbers of a whole file, row by row. A view into `bytes` where their type and order allow. */
export function npyNumbers({ type, bigEndian, fortran, shape, begin }: NpyHeader, bytes: Uint8Array): NumericArray {
  const numbers = type.read(bytes.subarray(begin), bigEndian);
  return fortran && shape.length > 1 ? rowMajor(numbers, shape) : numbers;
}

/** From an order in which the first axis runs fastest to one in which the last does. */
function rowMajor(numbers: NumericArray, shape: Shape): NumericArray {
  const out = numbers.slice();
  const stride = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  const index = shape.map(() => 0);
  let from = 0;
  for (let at = 0; at < out.length; at++) {
    out[at] = numbers[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += stride[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= stride[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return out;
}
