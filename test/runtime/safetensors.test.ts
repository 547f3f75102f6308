import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../src/base/diagnostic.ts';
import type { HostArray } from '../../src/base/host-array.ts';
import { readSafetensors, writeSafetensors } from '../../src/runtime/export/safetensors.ts';

const tensors = new Map<string, HostArray>([
  ['fc1.mask', { type: { dtype: 'bool', shape: [3] }, data: Uint8Array.of(1, 0, 1) }],
  ['fc1.weight', { type: { dtype: 'f32', shape: [2, 2] }, data: Float32Array.of(1.5, -2, 3e-30, 4) }],
  ['labels', { type: { dtype: 'i32', shape: [1] }, data: Int32Array.of(-7) }],
  ['nothing', { type: { dtype: 'f32', shape: [0, 4] }, data: new Float32Array(0) }],
]);

/** A file with the given header text and data. */
function file(header: string, data: number[] = [], length = new TextEncoder().encode(header).length): Uint8Array {
  const text = new TextEncoder().encode(header);
  const out = new Uint8Array(8 + text.length + data.length);
  new DataView(out.buffer).setBigUint64(0, BigInt(length), true);
  out.set(text, 8);
  out.set(data, 8 + text.length);
  return out;
}

describe('safetensors', () => {
  it('reads back what it wrote, unaligned data included', () => {
    const read = readSafetensors(writeSafetensors({ tensors, metadata: { a: 'b' } }), 'x');
    expect(read).toEqual({ tensors, metadata: { a: 'b' } });
  });
  it('reads from a Node buffer, which shares its memory with others', () => {
    const bytes = Buffer.from(writeSafetensors({ tensors, metadata: {} }));
    expect(bytes.buffer.byteLength).toBeGreaterThan(bytes.length);
    expect(readSafetensors(bytes, 'x').tensors).toEqual(tensors);
  });
  it('writes the layout of the format: padded header, offsets from its end, little-endian', () => {
    const bytes = writeSafetensors({ tensors, metadata: {} });
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    expect(header['fc1.weight']).toEqual({ dtype: 'F32', shape: [2, 2], data_offsets: [3, 19] });
    expect([...bytes.subarray(8 + length, 8 + length + 7)]).toEqual([1, 0, 1, 0, 0, 0xc0, 0x3f]);
  });
  it.each([
    ['too short', Uint8Array.of(1, 2, 3), /3 bytes/],
    ['header beyond the file', file('{}', [], 1000), /claims 1000 bytes/],
    ['header of absurd length', file('{}', [], 2 ** 52), /claims/],
    ['not JSON', file('{"a":'), /not JSON/],
    ['a list', file('[]'), /not a table/],
    ['unknown type', file('{"w":{"dtype":"F8","shape":[1],"data_offsets":[0,1]}}', [0]), /type F8/],
    [
      'negative shape',
      file('{"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}', [0, 0, 0, 0]),
      /no proper shape/,
    ],
    [
      'range beyond the data',
      file('{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', [0, 0, 0, 0]),
      /bytes 0 to 8 of 4/,
    ],
    [
      'range and shape disagree',
      file('{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}', new Array(8).fill(0)),
      /bytes 0 to 8/,
    ],
    ['metadata that is not text', file('{"__metadata__":{"a":1}}'), /other than texts/],
  ])('refuses a file with %s', (_, bytes, words) => {
    expect(() => readSafetensors(bytes, 'w.safetensors')).toThrow(DiagnosticError);
    expect(() => readSafetensors(bytes, 'w.safetensors')).toThrow(words);
    expect(() => readSafetensors(bytes, 'w.safetensors')).toThrow('BP7301');
  });
  it('never throws anything but a diagnostic, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.string(), (noise, header) => {
        for (const bytes of [noise, file(header, [...noise])]) {
          try {
            readSafetensors(bytes, 'x');
          } catch (error) {
            expect(error).toBeInstanceOf(DiagnosticError);
          }
        }
      }),
    );
  });
});
