import { describe, expect, it } from 'vitest';
import type { Column } from '../../../src/base/data.ts';
import { childKey, rootKey } from '../../../src/base/keys.ts';
import { fillNormal } from '../../../src/base/normal.ts';
import { gatherBatch } from '../../../src/data/batches.ts';
import { feedLoops } from '../../../src/executors/native/feed-loops.ts';
import { missing } from '../../../src/executors/native/load.ts';

const lack = await missing();

describe.skipIf(lack !== null)(`loops in C beside their scripts${lack === null ? '' : ` (skipped: ${lack})`}`, () => {
  // Lengths around pairs of elements, blocks of the counter and chunks; the tail beyond 3.65 comes once in 3,800 numbers.
  it.each([1, 2, 3, 511, 512, 513, 4095, 4096, 4097, 300_001])(
    'give the same %i normals to the bit',
    async (length) => {
      const { normals } = await feedLoops();
      for (const key of [rootKey(1), childKey(rootKey(0xffffffff), 'fc1.weight')]) {
        const [script, quick] = [new Float32Array(length), new Float32Array(length)];
        fillNormal(key, script);
        fillNormal(key, quick, normals);
        expect(Buffer.compare(Buffer.from(script.buffer), Buffer.from(quick.buffer))).toBe(0);
      }
    },
  );

  it('give the same images to the bit, into shared memory too', async () => {
    const { bytes } = await feedLoops();
    const data = Uint8Array.from({ length: 40 * 77 }, (_, i) => (i * 37) % 256);
    const column: Column = { name: 'x', kind: 'image', shape: [7, 11, 1], data, scale: [1 / 255], offset: [-0.5] };
    const split = { name: 'train', rows: 40, columns: { x: column } };
    const rows = Uint32Array.of(39, 0, 7, 7);
    const shared = new Float32Array(new SharedArrayBuffer(4 * 4 * 77));
    const script = gatherBatch(split, ['x'], rows).x!.data;
    const quick = gatherBatch(split, ['x'], rows, () => shared, bytes).x!.data;
    expect(quick).toBe(shared);
    expect([...quick]).toEqual([...script]);
  });
});
