/** Splits: which rows go where, and what cannot be taken. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Split, SplitRequest } from '../../src/base/data.ts';
import type { Diagnostic } from '../../src/base/diagnostic.ts';
import { countDerived, deriveSplits } from '../../src/data/derive.ts';
import { line, rowSplit, shareSplit } from './files.ts';

/** Row i holds the numbers 2 i and 2 i + 1, and is of class i mod 7. */
function numbered(name: string, rows: number): Split {
  const plain = { scale: [1], offset: [0] };
  const x = {
    name: 'x',
    kind: 'real' as const,
    shape: [2],
    data: Float64Array.from({ length: 2 * rows }, (_, i) => i),
  };
  const y = { name: 'y', kind: 'class' as const, shape: [], data: Uint8Array.from({ length: rows }, (_, i) => i % 7) };
  return { name, rows, columns: { x: { ...x, ...plain }, y: { ...y, ...plain } } };
}

function take(rows: number, ...requests: readonly SplitRequest[]) {
  const problems: Diagnostic[] = [];
  const splits = deriveSplits([numbered('train', rows)], requests, (d) => problems.push(d));
  return { splits, problems: problems.map(line) };
}

/** The row numbers that a split holds, checking that its columns agree. */
function rowsOf(split: Split): number[] {
  const x = split.columns.x!.data;
  const y = split.columns.y!.data;
  return Array.from({ length: split.rows }, (_, i) => {
    const row = x[2 * i]! / 2;
    expect(x[2 * i + 1]).toBe(2 * row + 1);
    expect(y[i]).toBe(row % 7);
    return row;
  });
}

describe('taking rows', () => {
  it('parts the rows: each in exactly one split, in the old order, in the numbers that facts promise', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 300 }), fc.double({ min: 0.1, max: 0.6, noNaN: true }), (rows, share) => {
        const requests = [shareSplit('a', 'train', share), rowSplit('b', 'train', 1), shareSplit('c', 'a', 0.5)];
        const { splits } = take(rows, ...requests);
        const parts = Object.values(splits).map(rowsOf);
        for (const part of parts) expect(part).toEqual([...part].sort((a, b) => a - b));
        expect(parts.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, i) => i));
        const counts = countDerived({ train: rows }, requests, () => {});
        expect(Object.fromEntries(Object.values(splits).map((s) => [s.name, s.rows]))).toEqual(counts);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('rounds a share to the nearest row', () => {
    const counts = (share: number) => countDerived({ train: 10 }, [shareSplit('v', 'train', share)], () => {}).v;
    expect([0.24, 0.25, 0.26].map(counts)).toEqual([2, 3, 3]);
  });

  it('depends on name and seed, and is otherwise the same each time', () => {
    const rows = (name: string, seed: number) => rowsOf(take(100, rowSplit(name, 'train', 20, seed)).splits[name]!);
    expect(rows('v', 1)).toEqual(rows('v', 1));
    expect(rows('v', 1)).not.toEqual(rows('v', 2));
    expect(rows('v', 1)).not.toEqual(rows('w', 1));
  });

  it('takes each row equally often', () => {
    const taken = new Float64Array(10);
    const seeds = 2000;
    for (let seed = 0; seed < seeds; seed++) {
      for (const row of rowsOf(take(10, rowSplit('v', 'train', 3, seed)).splits.v!)) taken[row]! += 1;
    }
    // Each count is binomial(2000, 0.3); 4.5 of its standard deviations for ten of them.
    const sd = Math.sqrt(seeds * 0.3 * 0.7);
    for (const count of taken) expect(Math.abs(count - seeds * 0.3)).toBeLessThan(4.5 * sd);
  });
});

describe('mistakes', () => {
  it('names what cannot be taken, and leaves the rest as it is', () => {
    const cases: [SplitRequest, string][] = [
      [rowSplit('v', 'train', 11), 'BP7141 @30 `v` takes 11 rows out of `train`, which has 10 rows | take at most 9'],
      [rowSplit('v', 'train', 10), 'BP7141 @30 `v` takes 10 rows out of `train`, which has 10 rows | take at most 9'],
      [
        shareSplit('v', 'train', 1.5),
        'BP7141 @30 `v` takes 15 rows (150 %) out of `train`, which has 10 rows | take at most 9',
      ],
      [
        rowSplit('v', 'trian', 1),
        'BP7142 @30 `v` is split off from `trian`, which is no split of these data | did you mean `train`?',
      ],
      [
        rowSplit('v', 'test', 1),
        'BP7142 @30 `v` is split off from `test`, which is no split of these data | there is `train`',
      ],
      [rowSplit('train', 'train', 1), 'BP7143 @30 there is already a split `train` | give the new split another name'],
      [shareSplit('v', 'train', 0.01), 'BP7144 @30 `v` would have no rows: `train` has 10 rows | take at least 1'],
    ];
    for (const [request, expected] of cases) {
      const { splits, problems } = take(10, request);
      expect(problems).toEqual([expected]);
      expect(Object.keys(splits)).toEqual(['train']);
      expect(splits.train!.rows).toBe(10);
    }
  });
});
