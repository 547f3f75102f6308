/** The reader of tables with fixed splits: what it reads, and each mistake that it can name. */
import { describe, expect, it } from 'vitest';
import { readDataset, readFacts } from '../../src/data/index.ts';
import { classes, column, FROM, line, memoryFiles, reals, request } from './files.ts';

const COLUMNS = [column('x', reals(2), { standardise: true }), column('y', reals())];
const uci = (options = {}, columns = COLUMNS) => request('uci', { path: 'u', fold: 1, ...options }, columns);

/** Five rows of two features around a target; the first fold tests rows 3 and 0, the second row 4. */
const WHOLE = {
  'data.txt': ' 1.0  10 2.5\n3.0\t20 4.5 \n5.0 30 6.5\r\n7 40 8.5\n9e0 50 -1\n\n',
  'index_features.txt': '0\n2\n',
  'index_target.txt': '1\n',
  'index_test_0.txt': '3\n0\n',
  'index_test_1.txt': '4.0e+00\n',
};
const files = (changed: Record<string, string> = {}) =>
  memoryFiles(
    Object.fromEntries(Object.entries({ ...WHOLE, ...changed }).map(([n, text]) => [`/program/u/${n}`, text])),
  );

/** What reading says; checking says the same. */
async function problems(changed: Record<string, string>, asked = uci()): Promise<readonly string[]> {
  const { dataset, diagnostics } = await readDataset(asked, files(changed), FROM);
  expect(dataset).toBeNull();
  expect((await readFacts(asked, files(changed), FROM)).diagnostics).toEqual(diagnostics);
  return diagnostics.map(line);
}

describe('a whole directory', () => {
  it('has the test rows of its fold in the order of the file, all others in that of the table', async () => {
    const { dataset, diagnostics } = await readDataset(uci(), files(), FROM);
    expect(diagnostics).toEqual([]);
    const { train, test } = dataset!.splits;
    expect(Array.from(train!.columns.x!.data)).toEqual([3, 4.5, 5, 6.5, 9, -1]);
    expect(Array.from(train!.columns.y!.data)).toEqual([20, 30, 50]);
    expect(Array.from(test!.columns.x!.data)).toEqual([7, 8.5, 1, 2.5]);
    expect(Array.from(test!.columns.y!.data)).toEqual([40, 10]);
    // Mean 17/3 and variance 14/3 x 4/3 of 3, 5 and 9: by the rows for training alone.
    expect(test!.columns.x!.scale[0]).toBeCloseTo(1 / Math.sqrt(56 / 9), 12);
    expect(test!.columns.x!.offset[0]).toBeCloseTo(-17 / 3 / Math.sqrt(56 / 9), 12);
  });

  it('has facts for each fold', async () => {
    expect((await readFacts(uci(), files(), FROM)).facts).toEqual({ rows: { train: 3, test: 2 } });
    expect((await readFacts(uci({ fold: 2 }), files(), FROM)).facts).toEqual({ rows: { train: 4, test: 1 } });
  });

  it('has another fingerprint for each fold', async () => {
    const prints = [];
    for (const fold of [1, 2]) prints.push((await readDataset(uci({ fold }), files(), FROM)).dataset!.fingerprint);
    expect(prints[0]).not.toBe(prints[1]);
  });
});

describe('mistakes', () => {
  it('names files that are missing, and folds that do not exist', async () => {
    expect(await problems({}, uci({ path: 'uu' }))).toEqual([
      'BP7101 @1 there is no directory `uu` | did you mean `u`?',
    ]);
    const { 'index_target.txt': _, ...rest } = WHOLE;
    const there = memoryFiles(Object.fromEntries(Object.entries(rest).map(([n, text]) => [`/program/u/${n}`, text])));
    expect((await readFacts(uci(), there, FROM)).diagnostics.map(line)).toEqual([
      'BP7101 @1 there is no file `index_target.txt` in `u` | name the directory that holds `data.txt`',
    ]);
    expect(await problems({}, uci({ fold: 3 }))).toEqual([
      'BP7132 @1 there is no fold 3 in `u`: it has 2 folds | choose `fold` from 1 to 2',
    ]);
    const none = memoryFiles({ '/program/u/data.txt': '1 2' });
    expect((await readFacts(uci(), none, FROM)).diagnostics.map(line)).toEqual([
      'BP7101 @1 there is no file `index_test_0.txt` in `u` | name the directory that holds `data.txt`',
    ]);
  });

  it('names lines that are no numbers', async () => {
    const table = (text: string) => problems({ 'data.txt': text });
    expect(await table('1 2 3\n4 5\n')).toEqual([
      'BP7124 @1 line 2 of `data.txt` has 2 numbers, but the first one has 3 | all rows must have equally many numbers, parted by blanks',
    ]);
    expect(await table('1 2 3\n\n4 five 6\n')).toEqual([
      'BP7125 @1 line 3 of `data.txt`: `five` is not a number | turn texts into numbers first',
    ]);
    expect(await table('1,2,3\n4,5,6\n')).toEqual([
      'BP7125 @1 line 1 of `data.txt`: `1,2,3` is not a number | numbers are parted by blanks, and decimals written with a point',
    ]);
    expect(await table('1 2 nan\n')).toEqual([
      'BP7126 @1 line 1 of `data.txt`: `nan` is no finite number in single precision | remove such rows, or put in a value that you can stand by',
    ]);
    expect(await table('\n')).toEqual(['BP7127 @1 `data.txt` is empty | there must be at least one row of numbers']);
  });

  it('names indices that do not fit the table', async () => {
    expect(await problems({ 'index_features.txt': '0\n3\n' })).toEqual([
      'BP7131 @1 `index_features.txt` names column 3, but `data.txt` has the columns 0 to 2 | the files must belong together: fetch them again',
    ]);
    expect(await problems({ 'index_test_0.txt': '1\n1\n' })).toEqual([
      'BP7131 @1 `index_test_0.txt` names row 1 twice | name each row once',
    ]);
    expect((await problems({ 'index_test_0.txt': '0.5' }))[0]).toMatch(/names row 0.5, but/);
    expect(await problems({ 'index_test_0.txt': '0\n1\n2\n3\n4\n' })).toEqual([
      'BP7127 @1 `index_test_0.txt` holds all 5 rows: none are left for training | a test split leaves rows out: fetch the files again',
    ]);
  });

  it('shows declared types beside features and targets', async () => {
    expect(await problems({}, uci({}, [column('x', reals(3)), column('y', reals())]))).toEqual([
      'BP7128 @10 `x` is declared as real[3], but the data have 2 features | write `real[2]`, and the same for the input of the network',
    ]);
    expect((await problems({ 'index_target.txt': '1\n2\n' }))[0]).toMatch(
      /declared as real, but the data have 2 targets/,
    );
    expect(await problems({}, uci({}, [column('y', classes(3))]))).toEqual([
      'BP7106 @10 row 1 of `data.txt` (from 0): 20 is no class of class[3] | the largest class is 50: write `class[51]`, and as many outputs of the network',
      'BP7106 @10 row 3 of `data.txt` (from 0): 40 is no class of class[3] | the largest class is 40: write `class[41]`, and as many outputs of the network',
    ]);
  });
});
