/** What is done with rows that were read: exact counts, the same bytes for the same seed, and nothing in a split that is not named. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CorruptRequest, DerivedRequest, Split } from '../../src/base/data.ts';
import type { Diagnostic } from '../../src/base/diagnostic.ts';
import { span } from '../../src/base/span.ts';
import { dependsOnRows, deriveSplits } from '../../src/data/derive.ts';
import { readDataset, readFacts } from '../../src/data/index.ts';
import { classes, column, FROM, image, inFolder, line, memoryFiles, request, rowSplit, tinyMnist } from './files.ts';

const HERE = span(FROM, 30, 40);
const K = 5;

/** Row i holds i, and is of class i mod 5. */
function numbered(name: string, rows: number): Split {
  const plain = { shape: [], scale: [1], offset: [0] };
  const x = { name: 'x', kind: 'real' as const, data: Float64Array.from({ length: rows }, (_, i) => i) };
  const y = { name: 'y', kind: 'class' as const, data: Uint8Array.from({ length: rows }, (_, i) => i % K) };
  return { name, rows, columns: { x: { ...x, ...plain }, y: { ...y, ...plain } } };
}

const noise = (share: number, on: readonly string[], seed = 1): CorruptRequest => ({
  ...{ kind: 'corrupt', column: 'y', type: { kind: 'class', classes: K }, corruption: 'uniform_label' },
  ...{ options: { share }, on, seed, span: HERE },
});
const ofClasses = (...list: number[]): DerivedRequest => ({ kind: 'classes', column: 'y', classes: list, span: HERE });
const rowsOnly = (rows: number, seed = 1): DerivedRequest => ({
  ...{ kind: 'rows', split: 'train', amount: { kind: 'rows', rows }, seed, span: HERE },
});

function derive(rows: number, ...requests: readonly DerivedRequest[]) {
  const problems: Diagnostic[] = [];
  const splits = deriveSplits([numbered('train', rows), numbered('test', rows)], requests, (d) => problems.push(d));
  return { splits, problems: problems.map(line) };
}

const labels = (split: Split) => [...split.columns.y!.data];
const numbers = (split: Split) => [...split.columns.x!.data];

describe('label noise', () => {
  it('makes exactly the share of labels wrong, in the named splits alone', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 0, max: 100 }),
        fc.nat(50),
        (n, percent, seed) => {
          const share = percent / 100;
          const { splits } = derive(n, noise(share, ['train'], seed));
          const clean = numbered('train', n);
          const wrong = labels(splits.train!).filter((k, i) => k !== labels(clean)[i]).length;
          expect(wrong).toBe(Math.floor(share * n + 0.5));
          expect(labels(splits.train!).every((k) => k >= 0 && k < K)).toBe(true);
          expect(numbers(splits.train!)).toEqual(numbers(clean));
          expect(splits.test).toEqual(numbered('test', n));
        },
      ),
      { seed: 1, numRuns: 100 },
    );
  });

  it('is the same for the same seed, and another one for another seed or split', () => {
    const at = (seed: number) => derive(400, noise(0.3, ['train', 'test'], seed)).splits;
    expect(at(1)).toEqual(at(1));
    expect(labels(at(1).train!)).not.toEqual(labels(at(2).train!));
    expect(labels(at(1).train!)).not.toEqual(labels(at(1).test!));
  });

  it('gives each other class equally often', () => {
    const n = 50_000;
    const counts = new Map<string, number>();
    labels(derive(n, noise(1, ['train'])).splits.train!).forEach((k, i) => {
      const key = `${i % K} ${k}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    });
    // Of 10,000 rows of a class, each of the four others gets a binomial count of mean 2,500; 4.5 standard deviations for 20 of them.
    expect(counts.size).toBe(K * (K - 1));
    const sd = Math.sqrt((n / K) * 0.25 * 0.75);
    for (const count of counts.values()) expect(Math.abs(count - n / K / 4)).toBeLessThan(4.5 * sd);
  });

  it('comes after what stands above it: a validation split that was taken before is clean', () => {
    const { splits } = derive(100, rowSplit('validation', 'train', 20), noise(1, ['train']));
    const right = (split: Split) => labels(split).filter((k, i) => k === numbers(split)[i]! % K).length;
    expect(right(splits.validation!)).toBe(20);
    expect(right(splits.train!)).toBe(0);
    const after = derive(100, noise(1, ['train']), rowSplit('validation', 'train', 20)).splits;
    expect(right(after.validation!)).toBe(0);
  });
});

describe('only', () => {
  it('leaves the rows of some classes in every split, numbered in the order of the list', () => {
    const { splits, problems } = derive(50, ofClasses(4, 1));
    expect(problems).toEqual([]);
    for (const split of [splits.train!, splits.test!]) {
      expect(split.rows).toBe(20);
      expect(labels(split)).toEqual(numbers(split).map((row) => (row % K === 4 ? 0 : 1)));
      expect(numbers(split)).toEqual([...numbers(split)].sort((a, b) => a - b));
    }
  });

  it('leaves so many rows of a split, those of fewer among those of more', () => {
    const few = numbers(derive(100, rowsOnly(10)).splits.train!);
    const more = numbers(derive(100, rowsOnly(30)).splits.train!);
    expect([few.length, more.length, derive(100, rowsOnly(10)).splits.test!.rows]).toEqual([10, 30, 100]);
    expect(more).toEqual(expect.arrayContaining(few));
    expect(numbers(derive(100, rowsOnly(10, 2)).splits.train!)).not.toEqual(few);
    expect(numbers(derive(100, rowsOnly(100)).splits.train!)).toEqual(numbers(numbered('train', 100)));
  });

  it('refuses to leave nothing, and more than there is', () => {
    expect(derive(4, ofClasses(4, 9)).problems).toEqual([
      'BP7144 @30 `train` would have no rows: none is of class 4 or 9 | name classes that the split has',
      'BP7144 @30 `test` would have no rows: none is of class 4 or 9 | name classes that the split has',
    ]);
    expect(derive(4, rowsOnly(5)).problems).toEqual([
      'BP7141 @30 `only` leaves 5 rows of `train`, which has 4 rows | keep at most 4',
    ]);
  });
});

describe('what is known before the run', () => {
  const files = memoryFiles(inFolder('/program/mnist', tinyMnist()));
  const columns = [column('x', image(2, 3, 1)), column('y', classes(3))];
  const asked = (...derived: readonly DerivedRequest[]) => request('idx', { path: 'mnist' }, columns, derived);

  it('agrees with what is read', async () => {
    for (const lines of [[ofClasses(2, 1)], [rowSplit('v', 'train', 1), ofClasses(0, 1, 2)], [rowsOnly(3)]]) {
      const { facts, diagnostics } = await readFacts(asked(...lines), files, FROM);
      const { dataset } = await readDataset(asked(...lines), files, FROM);
      expect(diagnostics).toEqual([]);
      expect(facts!.rows).toEqual(Object.fromEntries(Object.values(dataset!.splits).map((s) => [s.name, s.rows])));
    }
  });

  it('needs the rows only where classes are left out', () => {
    expect([dependsOnRows([rowsOnly(3)]), dependsOnRows([ofClasses(0, 1)])]).toEqual([false, true]);
  });

  it('says what is not there', async () => {
    const { diagnostics } = await readFacts(asked(noise(0.5, ['trian'])), files, FROM);
    expect(diagnostics.map(line)).toEqual([
      'BP7142 @30 `corrupt` changes rows of `trian`, which is no split of these data | did you mean `train`?',
    ]);
  });
});
