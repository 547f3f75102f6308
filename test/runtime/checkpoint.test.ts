import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../src/base/diagnostic.ts';
import type { Checkpoint } from '../../src/runtime/checkpoint/checkpoint.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/runtime/checkpoint/file.ts';
import { pack, unpack } from '../../src/runtime/checkpoint/tree.ts';

const leaf = fc.oneof(
  fc.double(),
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  fc.float32Array({ maxLength: 5 }),
  fc.float64Array({ maxLength: 5 }),
  fc.int32Array({ maxLength: 5 }),
  fc.uint8Array({ maxLength: 5 }),
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(fc.stringMatching(/^[a-z0-9_.]{1,6}$/), tie('tree'), { maxKeys: 4, noNullPrototype: true }),
    fc.array(fc.tuple(fc.string(), tie('tree')), { maxLength: 3 }).map((entries) => new Map(entries)),
  ),
}));

describe('plain data with arrays', () => {
  it('come back bit for bit, whatever they are', () => {
    fc.assert(
      fc.property(tree, (value) => {
        expect(unpack(pack(value))).toEqual(value);
      }),
      { numRuns: 500, seed: 3 },
    );
  });
  it('keep what JSON has no word for', () => {
    const value = { a: Number.NaN, b: -0, c: Number.POSITIVE_INFINITY, d: [Number.NEGATIVE_INFINITY] };
    expect(unpack(pack(value))).toEqual(value);
  });
});

const checkpoint = {
  about: { run: 'r', versions: { bprune: '1' } },
  progress: { state: { posterior: null }, named: new Map(), figures: new Map([['a.error', 0.5]]), results: [] },
  training: { done: 3, epoch: { rows: 5, nll: 0.1 }, last: { nll: 1, kl: null, loss: null }, state: {} },
  lengths: { metrics: 17, timings: 40 },
} as unknown as Checkpoint;

describe('a checkpoint file', () => {
  it('comes back', async () => {
    expect(await decodeCheckpoint(await encodeCheckpoint(checkpoint), 'c')).toEqual(checkpoint);
  });
  it('that is damaged anywhere is refused with one code, never with another error', async () => {
    const whole = await encodeCheckpoint({ ...checkpoint, training: { ...checkpoint.training!, state: someState } });
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: whole.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (at, flip, cut) => {
          const bytes = cut ? whole.slice(0, at) : whole.slice();
          if (!cut) bytes[at]! ^= flip;
          const found = await decodeCheckpoint(bytes, 'c').then(
            (decoded) => decoded,
            (error: unknown) => error,
          );
          // Spaces that pad the header say nothing; all else is covered by the checksum.
          if (found instanceof DiagnosticError) expect(found.diagnostics[0]!.code).toBe('BP7401');
          else expect(found).toEqual(await decodeCheckpoint(whole, 'c'));
        },
      ),
      { numRuns: 400, seed: 4 },
    );
  });
});

const someState = {
  'fc1.weight.mean': { type: { dtype: 'f32' as const, shape: [3] }, data: Float32Array.of(1, 2, 3) },
};
