/** Batches against the definition, value by value, and that they are made fast enough to be no part of a step's time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Column, Split } from '../../src/base/data.ts';
import { sizeOf } from '../../src/base/host-array.ts';
import { gatherBatch } from '../../src/data/index.ts';

function split(column: Column, rows: number): Split {
  return { name: 'train', rows, columns: { [column.name]: column } };
}

describe('batches', () => {
  it('hold value x scale + offset of each chosen row', () => {
    const numbers = fc.constantFrom('bytes', 'floats', 'ints');
    const perElement = fc.boolean();
    const shape = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 });
    const picks = fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(numbers, perElement, shape, picks, (kind, each, of, rows) => {
        const width = sizeOf(of);
        const source = Array.from({ length: 9 * width }, (_, i) => (i * 37) % 256);
        const data =
          kind === 'bytes'
            ? Uint8Array.from(source)
            : kind === 'ints'
              ? Int32Array.from(source)
              : Float64Array.from(source);
        const affine = (k: number) => Array.from({ length: each ? width : 1 }, (_, j) => k / (j + 3));
        const column: Column = { name: 'x', kind: 'real', shape: of, data, scale: affine(1), offset: affine(-2) };
        const { x } = gatherBatch(split(column, 9), ['x'], Uint32Array.from(rows));
        expect(x!.type).toEqual({ dtype: 'f32', shape: [rows.length, ...of] });
        const expected = rows.flatMap((row) =>
          Array.from({ length: width }, (_, j) => {
            const k = each ? j : 0;
            return Math.fround(source[row * width + j]! * column.scale[k]! + column.offset[k]!);
          }),
        );
        expect(Array.from(x!.data)).toEqual(expected);
      }),
      { seed: 1 },
    );
  });

  it('are made anew each time', () => {
    const column: Column = {
      name: 'y',
      kind: 'class',
      shape: [],
      data: Uint8Array.of(3, 1, 2),
      scale: [1],
      offset: [0],
    };
    const make = () => gatherBatch(split(column, 3), ['y'], Uint32Array.of(2, 0)).y!;
    expect(make()).toEqual({ type: { dtype: 'i32', shape: [2] }, data: Int32Array.of(2, 3) });
    expect(make().data).not.toBe(make().data);
  });

  it('of 100 MNIST-sized images take well under 5 ms', () => {
    const rows = 5000;
    const data = new Uint8Array(rows * 784).fill(7);
    const column: Column = { name: 'x', kind: 'image', shape: [28, 28, 1], data, scale: [1 / 255], offset: [0] };
    const whole = split(column, rows);
    const order = Uint32Array.from({ length: 100 }, (_, i) => (i * 47) % rows);
    const times = Array.from({ length: 50 }, () => {
      const start = performance.now();
      gatherBatch(whole, ['x'], order);
      return performance.now() - start;
    });
    // About 0.1 ms; the bound only catches a loop that boxes its numbers.
    expect(times.sort((a, b) => a - b)[25]).toBeLessThan(5);
  });
});
