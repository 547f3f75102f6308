/** Whatever the files hold, readers answer with data or with problems that have code, place and message; they never throw. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DataRequest, FileAccess } from '../../src/base/data.ts';
import { DiagnosticError, diagnostic } from '../../src/base/diagnostic.ts';
import { readDataset, readFacts } from '../../src/data/index.ts';
import {
  classes,
  column,
  FROM,
  image,
  inFolder,
  line,
  memoryFiles,
  READER,
  reals,
  request,
  tinyMnist,
} from './files.ts';

async function answers(asked: DataRequest, files: FileAccess): Promise<void> {
  const { facts, diagnostics: early } = await readFacts(asked, files, FROM);
  const { dataset, diagnostics } = await readDataset(asked, files, FROM);
  expect(dataset === null).toBe(diagnostics.some((d) => d.severity === 'error'));
  for (const d of [...early, ...diagnostics]) {
    expect(d.code).toMatch(/^BP71\d\d$/);
    expect(d.span).not.toBeNull();
    expect(d.message).not.toMatch(/undefined|NaN rows|\[object|\n/);
  }
  if (dataset === null || facts === null) return;
  const rows = Object.fromEntries(Object.values(dataset.splits).map((s) => [s.name, s.rows]));
  expect(rows).toEqual(facts.rows);
}

describe('readers', () => {
  it('answer to any table', async () => {
    const cell = fc.constantFrom('1', '-2.5', '', 'x', '"', '""', '"a,b"', 'NaN', '1e400', ' 3 ', '\t', 'é', '0');
    const end = fc.constantFrom('\n', '\r\n', '\r', '\n\n', '');
    const row = fc.tuple(fc.array(cell, { maxLength: 4 }), end).map(([cells, stop]) => cells.join(',') + stop);
    const text = fc
      .tuple(fc.constantFrom('a,b\n', 'y\n', ''), fc.array(row, { maxLength: 6 }))
      .map(([h, rows]) => h + rows.join(''));
    const asked = fc.constantFrom(
      request('csv', { path: 't.csv' }, [column('a', reals(), { standardise: true }), column('b', classes(2))]),
      request('csv', { path: 't.csv' }, [column('x', reals(1)), column('y', reals())]),
    );
    await fc.assert(
      fc.asyncProperty(asked, text, (a, t) => answers(a, memoryFiles({ '/program/t.csv': t }))),
      { seed: 1, numRuns: 1000 },
    );
  });

  it('answer to any bytes in place of a file of images or labels, packed or not', async () => {
    const asked = request('idx', { path: 'mnist' }, [column('x', image(2, 3, 1)), column('y', classes(3))]);
    const whole = tinyMnist();
    const name = fc.constantFrom(...Object.keys(whole));
    const start = fc.constantFrom(
      [],
      [0, 0, 8, 1],
      [0, 0, 8, 3],
      [0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255],
      [0x1f, 0x8b, 8],
    );
    const bytes = fc.tuple(start, fc.uint8Array({ maxLength: 40 })).map(([s, rest]) => Uint8Array.of(...s, ...rest));
    await fc.assert(
      fc.asyncProperty(name, bytes, fc.boolean(), (file, content, gz) => {
        const { [file]: _, ...others } = whole;
        const key = gz ? `${file}.gz` : file;
        return answers(asked, memoryFiles(inFolder('/program/mnist', { ...others, [key]: content })));
      }),
      { seed: 2, numRuns: 400 },
    );
  });

  it('answer to NumPy archives with any bytes changed or cut off', async () => {
    const asked = request('npz', { path: 'a.npz' }, [column('x', reals(2)), column('y', classes(6))]);
    const whole = new Uint8Array(readFileSync(join(import.meta.dirname, 'fixtures/odd.npz')));
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    const length = fc.oneof(fc.constant(whole.length), fc.nat(whole.length));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 12 }), length, (changes, end) => {
        const bytes = whole.slice(0, end);
        for (const [at, byte] of changes) bytes[at] = byte;
        return answers(asked, memoryFiles({ '/program/a.npz': bytes }));
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  it('answer to any JSON text, and to any numbers in the tables of a fold', async () => {
    const asked = request('json', { path: 'd.json' }, [column('x', reals(2)), column('y', reals())]);
    const list = fc.array(fc.oneof(fc.double(), fc.array(fc.integer(), { maxLength: 3 }), fc.constant(null)));
    const text = fc.oneof(
      fc.json(),
      fc.record({ x: list, y: list }).map((v) => JSON.stringify(v)),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(text, (t) => answers(asked, memoryFiles({ '/program/d.json': t }))),
      { seed: 4, numRuns: 300 },
    );
    const fold = request('uci', { path: 'u', fold: 1 }, [column('x', reals(1)), column('y', reals())]);
    const numbers = fc.array(fc.constantFrom('0', '1', '2', '3.5', '-1', 'nan', 'x', ' ', '\n'), { maxLength: 8 });
    const tables = fc.tuple(numbers, numbers, numbers, numbers).map((all) => all.map((n) => n.join(' ')));
    const names = ['data.txt', 'index_features.txt', 'index_target.txt', 'index_test_0.txt'];
    await fc.assert(
      fc.asyncProperty(tables, (texts) =>
        answers(fold, memoryFiles(Object.fromEntries(texts.map((t, i) => [`/program/u/${names[i]}`, t])))),
      ),
      { seed: 5, numRuns: 300 },
    );
  });

  it('pass on what the host could not read, at the place of the reader', async () => {
    const asked = request('csv', { path: 't.csv' }, [column('y', reals())]);
    const locked: FileAccess = {
      ...memoryFiles({ '/program/t.csv': 'y\n1\n' }),
      read: () => Promise.reject(new DiagnosticError(diagnostic('BP7999', null, 'permission denied'))),
    };
    const { dataset, diagnostics } = await readDataset(asked, locked, FROM);
    expect(dataset).toBeNull();
    expect(diagnostics.map(line)).toEqual([`BP7999 @${READER.start} permission denied`]);
  });
});
