/** The reader of JSON objects of lists: what it reads, and each mistake that it can name. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ColumnRequest } from '../../src/base/data.ts';
import { readDataset, readFacts } from '../../src/data/index.ts';
import { jsonMistakeAt } from '../../src/data/readers/json-mistake.ts';
import { classes, column, FROM, line, memoryFiles, packed, reals, request } from './files.ts';

const json = (columns: readonly ColumnRequest[], options = {}) =>
  request('json', { path: 'd.json', ...options }, columns);
const files = (text: string) => memoryFiles({ '/program/d.json': text });
const X = column('x', reals(2), { column: 'X' });
const Y = column('y', reals());

const read = async (text: string, asked: ReturnType<typeof json>) => readDataset(asked, files(text), FROM);

/** What reading says; checking says the same. */
async function problems(text: string, ...columns: readonly ColumnRequest[]): Promise<readonly string[]> {
  const asked = json(columns.length === 0 ? [X, Y] : columns);
  const { dataset, diagnostics } = await read(text, asked);
  expect(dataset).toBeNull();
  expect((await readFacts(asked, files(text), FROM)).diagnostics).toEqual(diagnostics);
  return diagnostics.map(line);
}

describe('an object of lists', () => {
  it('gives columns by their names or those that are written, lists side by side among them', async () => {
    const text = '{"N": 3, "X": [[1, 2], [3, 4], [5, 6.5]], "y": [-1, 0, 1e2], "k": [2, 0, 1], "u": [7, 8, 9]}';
    const both = column('z', reals(2), { columns: ['u', 'y'] });
    const { dataset, diagnostics } = await read(text, json([X, Y, column('k', classes(3)), both]));
    expect(diagnostics).toEqual([]);
    const { rows, columns } = dataset!.splits.train!;
    expect(rows).toBe(3);
    expect(Array.from(columns.x!.data)).toEqual([1, 2, 3, 4, 5, 6.5]);
    expect(Array.from(columns.y!.data)).toEqual([-1, 0, 100]);
    expect(Array.from(columns.k!.data)).toEqual([2, 0, 1]);
    expect(Array.from(columns.z!.data)).toEqual([7, -1, 8, 0, 9, 100]);
  });

  it('is the same when packed; a second file is the test split', async () => {
    const text = '{"X": [[1, 2]], "y": [3]}';
    const bytes = new TextEncoder().encode(text);
    const there = memoryFiles({ '/program/d.json': text, ...packed({ '/program/d.json': bytes }) });
    const plain = await readDataset(json([X, Y]), there, FROM);
    const zipped = await readDataset(json([X, Y], { path: 'd.json.gz' }), there, FROM);
    expect(zipped.dataset!.fingerprint).toBe(plain.dataset!.fingerprint);
    const asked = json([X, Y], { test: 'd.json.gz' });
    expect((await readFacts(asked, there, FROM)).facts).toEqual({ rows: { train: 1, test: 1 } });
  });
});

describe('where a text stops being JSON', () => {
  it('is where the parser of the engine refuses it: any shorter beginning can still become JSON', () => {
    const parses = (text: string) => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    const scraps = fc.array(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"a"',
        '"\\u00e9"',
        '"\\x"',
        '-1.5e3',
        '01',
        '7',
        'true',
        'nul',
        ' \n',
        '+1',
        '"b',
      ),
      { maxLength: 8 },
    );
    const texts = fc.oneof(
      fc.json({ maxDepth: 3 }),
      scraps.map((parts) => parts.join('')),
      fc.string({ maxLength: 12 }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const at = jsonMistakeAt(text);
        expect(at).toBeLessThanOrEqual(text.length);
        // A text that is JSON ends where nothing is wrong yet.
        if (parses(text)) expect(at).toBe(text.length);
        // And a prefix of JSON stops being it nowhere before its end, but for a token that is cut through.
        if (parses(text))
          for (let cut = 0; cut < text.length; cut++)
            expect(text.slice(jsonMistakeAt(text.slice(0, cut)), cut)).toMatch(
              /^("[^"]*\\?.?|[-\w.+]*|"(\\.|[^"\\])*\\?)$/,
            );
      }),
      { seed: 1, numRuns: 400 },
    );
  });
});

describe('mistakes', () => {
  it('names files that are missing or no objects', async () => {
    const gone = await readDataset(json([X], { path: 'e.json' }), files('{}'), FROM);
    expect(gone.diagnostics.map(line)).toEqual(['BP7101 @1 there is no file `e.json` | did you mean `d.json`?']);
    const folder = await readDataset(json([X], { path: '.' }), files('{}'), FROM);
    expect(folder.diagnostics.map(line)).toEqual([
      'BP7101 @1 `.` is a directory, not a JSON file | name the file in it',
    ]);
    expect(await problems('[[1, 2]]')).toEqual([
      'BP7119 @1 `d.json` holds a list, not an object of lists | write an object of lists: `{ "x": [[1, 2], [3, 4]], "y": [5, 6] }`',
    ]);
    const hint = 'texts and names stand in double quotes, and no comma behind the last element';
    expect(await problems('{"X": [[1, 2]],\n "y": [3,]}')).toEqual([
      `BP7119 @1 \`d.json\` is no JSON text: \`]\` in line 2 cannot stand there | ${hint}`,
    ]);
    expect(await problems('{"X": [[1, 2')).toEqual([
      `BP7119 @1 \`d.json\` is no JSON text: it ends too early | ${hint}`,
    ]);
    expect(await problems('{"X": [[1, 2]],\n "y": [NaN]}')).toEqual([
      'BP7119 @1 `d.json` is no JSON text: `NaN` in line 2 cannot stand there | JSON has no such numbers: remove these rows, or put in a value that you can stand by',
    ]);
  });

  it('names what is not there, and what is no list of numbers', async () => {
    expect(await problems('{"Xs": [[1, 2]], "y": [3]}')).toEqual([
      'BP7123 @10 `d.json` has no `X` | did you mean `Xs`?',
    ]);
    const y = (value: string) => problems(`{"X": [[1, 2]], "y": ${value}}`);
    expect(await y('[1, "2"]')).toEqual([
      'BP7120 @10 `y` in `d.json` is no list of numbers: `y[2]` is the text "2" | write numbers only; what is not known must be left out with its row',
    ]);
    expect((await y('[null]'))[0]).toMatch(/`y\[1\]` is `null`/);
    expect((await y('{"a": 1}'))[0]).toMatch(/`y` is an object/);
    expect((await y('[[1, 2], [3]]'))[0]).toBe(
      'BP7120 @10 `y` in `d.json` is no list of numbers: `y[2]` is a list of 1, where the first one has 2 | all rows must have equally many numbers',
    );
    expect((await y('[[1], 2]'))[0]).toMatch(/`y\[2\]` is `2` \| all rows must be lists$/);
    expect((await y('[1e999]'))[0]).toBe(
      'BP7126 @10 row 1 of `y` in `d.json`: Infinity is no finite number | remove such rows, or put in a value that you can stand by',
    );
  });

  it('shows declared types beside shapes, and columns of different length', async () => {
    expect(await problems('{"X": [[1, 2, 3]], "y": [3]}')).toEqual([
      'BP7113 @10 `x` is declared as real[2], but `X` in `d.json` is of shape [1, 3], rows first | write `real[3]`, or name another list with `column = "..."`',
    ]);
    expect((await problems('{"X": [[1, 2]], "y": 3}'))[0]).toMatch(/`y` in `d.json` is a single number \| name a list/);
    expect(await problems('{"X": [[1, 2]], "y": [3, 4]}')).toEqual([
      'BP7114 @1 `X` has 1 row, but `y` has 2 rows | the n-th rows of all columns belong together: write arrays of equal length',
    ]);
    expect(await problems('{"y": []}', Y)).toEqual([
      'BP7127 @1 `y` has no rows | there must be something to learn from: write at least one row',
    ]);
    expect((await problems('{"y": [0, 7]}', column('y', classes(2))))[0]).toMatch(
      /^BP7106 @10 row 2 of `y` in `d.json`: 7/,
    );
  });

  it('refuses lists side by side that do not make the column', async () => {
    const text = '{"a": [1, 2], "b": [1]}';
    expect(await problems(text, column('x', reals(3), { columns: ['a', 'b'] }))).toEqual([
      'BP7128 @10 `x` is declared as real[3], but `columns` names 2 | write `real[2]`, or name another number of columns',
    ]);
    expect((await problems(text, column('x', reals(2), { columns: ['a', 'b'] })))[0]).toMatch(
      /^BP7114 @10 `a` has 2 rows, but `b` 1/,
    );
    expect(await problems(text, column('x', reals(2), { columns: ['a', 'b'], column: 'a' }))).toEqual([
      'BP7129 @10 `x` has both `column` and `columns` | leave out one of them',
    ]);
  });
});
