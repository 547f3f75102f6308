/** The reader of tables: columns, standardising, and each mistake that it can name. */
import { describe, expect, it } from 'vitest';
import { allRows, gatherBatch, readDataset, readFacts } from '../../src/data/index.ts';
import { classes, column, FROM, line, memoryFiles, reals, request, rowSplit, shareSplit } from './files.ts';

const TABLE = 'a,b,y\n1,10,0.5\n2,20,-1\n3,60,2e-1\n';
const COLUMNS = [column('x', reals(2), { columns: ['a', 'b'] }), column('y', reals())];

async function read(
  text: string,
  asked = request('csv', { path: 't.csv' }, COLUMNS),
  more: Record<string, string> = {},
) {
  return readDataset(asked, memoryFiles({ '/program/t.csv': text, ...more }), FROM);
}

async function problems(...args: Parameters<typeof read>): Promise<readonly string[]> {
  const { dataset, diagnostics } = await read(...args);
  expect(dataset).toBeNull();
  return diagnostics.map(line);
}

async function values(text: string, name: string, asked = request('csv', { path: 't.csv' }, COLUMNS)) {
  const { dataset, diagnostics } = await read(text, asked);
  expect(diagnostics).toEqual([]);
  const train = dataset!.splits.train!;
  return gatherBatch(train, [name], allRows(train))[name]!;
}

describe('tables', () => {
  it('puts named columns together, in the order of the names', async () => {
    expect(await values(TABLE, 'x')).toEqual({
      type: { dtype: 'f32', shape: [3, 2] },
      data: Float32Array.of(1, 10, 2, 20, 3, 60),
    });
    expect(await values(TABLE, 'y')).toEqual({
      type: { dtype: 'f32', shape: [3] },
      data: Float32Array.of(0.5, -1, 0.2),
    });
    const turned = request('csv', { path: 't.csv' }, [column('x', reals(2), { columns: ['b', 'a'] })]);
    expect((await values(TABLE, 'x', turned)).data).toEqual(Float32Array.of(10, 1, 20, 2, 60, 3));
  });

  it('takes all columns that no other line names', async () => {
    const asked = request('csv', { path: 't.csv' }, [
      column('x', reals(2)),
      column('target', reals(), { column: 'b' }),
    ]);
    expect((await values(TABLE, 'x', asked)).data).toEqual(Float32Array.of(1, 0.5, 2, -1, 3, Math.fround(0.2)));
  });

  it('reads what other programs write: byte order mark, CRLF, blanks, quotes, empty lines at the end', async () => {
    expect((await values('\ufeffa, b ,"y"\r\n 1 ,"10",0.5\r\n2,+20,-1.\r\n3,6e1,.2\r\n\r\n', 'x')).data).toEqual(
      Float32Array.of(1, 10, 2, 20, 3, 60),
    );
  });

  it('reads classes, and counts rows without more', async () => {
    const asked = request(
      'csv',
      { path: 't.csv' },
      [column('x', reals(1)), column('y', classes(3))],
      [shareSplit('test', 'train', 0.4)],
    );
    const text = 'v,y\n1,0\n2,2\n3,1\n4,2.0\n5,0\n';
    const { facts } = await readFacts(asked, memoryFiles({ '/program/t.csv': text }), FROM);
    expect(facts).toEqual({ rows: { train: 3, test: 2 } });
    const { dataset } = await read(text, asked);
    expect(dataset!.splits.train!.columns.y!.data).toBeInstanceOf(Int32Array);
    expect(dataset!.splits.test!.rows).toBe(2);
  });

  it('takes the split `test` from a second file', async () => {
    const asked = request('csv', { path: 't.csv', test: 'u.csv' }, COLUMNS);
    const { dataset } = await read(TABLE, asked, { '/program/u.csv': 'y,b,a\n7,8,9\n' });
    expect(dataset!.splits.test!.columns.x!.data).toEqual(Float64Array.of(9, 8));
  });

  it('standardises each feature by the training rows alone, after splits', async () => {
    const asked = request(
      'csv',
      { path: 't.csv' },
      [column('x', reals(2), { columns: ['a', 'b'], standardise: true }), column('y', reals())],
      [rowSplit('held', 'train', 40)],
    );
    const rows = Array.from({ length: 100 }, (_, i) => `${i},${1e6 + i * i},${i}`);
    const { dataset } = await read(`a,b,y\n${rows.join('\n')}\n`, asked);
    const { train, held } = dataset!.splits;
    const moments = (split: typeof train, feature: number) => {
      const all = Float64Array.from(gatherBatch(split!, ['x'], allRows(split!)).x!.data).filter(
        (_, i) => i % 2 === feature,
      );
      const mean = all.reduce((s, v) => s + v, 0) / all.length;
      return [mean, Math.sqrt(all.reduce((s, v) => s + (v - mean) ** 2, 0) / all.length)] as const;
    };
    for (const feature of [0, 1]) {
      const [mean, sd] = moments(train, feature);
      // Values of size 1 rounded to single precision, averaged: errors stay below its unit, 6e-8.
      expect(mean).toBeCloseTo(0, 7);
      expect(sd).toBeCloseTo(1, 6);
      expect(Math.abs(moments(held, feature)[0])).toBeGreaterThan(1e-3);
    }
    expect(held!.columns.x!.scale).toEqual(train!.columns.x!.scale);
    const [a, b] = [held!.columns.x!.data[0]!, held!.columns.x!.data[1]!];
    const first = gatherBatch(held!, ['x'], Uint32Array.of(0)).x!.data;
    const { scale, offset } = train!.columns.x!;
    expect(first).toEqual(Float32Array.of(a * scale[0]! + offset[0]!, b * scale[1]! + offset[1]!));
  });

  it('warns about a column that does not vary', async () => {
    const asked = request('csv', { path: 't.csv' }, [
      column('x', reals(2), { columns: ['a', 'b'], standardise: true }),
    ]);
    const { dataset, diagnostics } = await read('a,b\n1,0.1\n2,0.1\n4,0.1\n', asked);
    expect(diagnostics.map((d) => `${d.severity} ${line(d)}`)).toEqual([
      'warning BP7151 @10 `x` (feature 2 of 2) has the same value in every training row and cannot be standardised | leave it out: it can explain nothing',
    ]);
    expect(dataset!.splits.train!.columns.x!.offset[1]).toBeCloseTo(-0.1, 14);
  });
});

describe('mistakes', () => {
  const cases: [string, string, string, Parameters<typeof request>[2]?][] = [
    [
      'a missing target column',
      TABLE,
      'BP7123 @10 `t.csv` has no column `Y` | did you mean `y`?',
      [column('Y', reals())],
    ],
    [
      'a missing column with nothing near it',
      TABLE,
      'BP7123 @10 `t.csv` has no column `price` | name one of them with `column = "..."`',
      [column('t', reals(), { column: 'price' })],
    ],
    [
      'a misspelt column beside one that takes what is left, of which nothing can be said then',
      TABLE,
      'BP7123 @10 `t.csv` has no column `yy` | did you mean `y`?',
      [column('x', reals(2)), column('t', reals(), { column: 'yy' })],
    ],
    [
      'cells that are separated by something else',
      TABLE.replaceAll(',', ';'),
      'BP7123 @10 `t.csv` has no column `price` | cells are separated by commas: the first line has none',
      [column('t', reals(), { column: 'price' })],
    ],
    [
      'a text cell',
      'a,b,y\n1,2,3\n\n4,five,6\n7,eight,9\n',
      'BP7125 @10 row 2 (line 4) of `t.csv`, column `b`: `five` is not a number | turn texts into numbers first, or leave the column out by naming the others in `columns`',
    ],
    [
      'a decimal comma',
      'a,b,y\n1,"2,5",3\n',
      'BP7125 @10 row 1 (line 2) of `t.csv`, column `b`: `2,5` is not a number | write decimals with a point',
    ],
    [
      'a hexadecimal number',
      'a,b,y\n1,0x10,3\n',
      'BP7125 @10 row 1 (line 2) of `t.csv`, column `b`: `0x10` is not a number | turn texts into numbers first, or leave the column out by naming the others in `columns`',
    ],
    [
      'a ragged row',
      'a,b,y\n1,2,3\n4,5\n6,7,8,9\n',
      'BP7124 @1 row 2 (line 3) of `t.csv` has 2 cells, but there are 3 columns | a comma inside a cell needs double quotes around the cell; decimals are written with a point',
    ],
    [
      'an empty cell',
      'a,b,y\n1,,3\n',
      'BP7126 @10 row 1 (line 2) of `t.csv`, column `b`: the cell is empty | remove such rows, or put in a value that you can stand by',
    ],
    [
      'NaN',
      'a,b,y\n1,2,NaN\n',
      'BP7126 @10 row 1 (line 2) of `t.csv`, column `y`: `NaN` is no finite number | remove such rows, or put in a value that you can stand by',
    ],
    [
      'an infinity',
      'a,b,y\n-inf,2,3\n',
      'BP7126 @10 row 1 (line 2) of `t.csv`, column `a`: `-inf` is no finite number | remove such rows, or put in a value that you can stand by',
    ],
    [
      'a number beyond single precision',
      'a,b,y\n1,2,-3.5e38\n',
      'BP7126 @10 row 1 (line 2) of `t.csv`, column `y`: `-3.5e38` is no finite number in single precision | remove such rows, or put in a value that you can stand by',
    ],
    [
      'a number beyond float64',
      'a,b,y\n1,2,1e999\n',
      'BP7126 @10 row 1 (line 2) of `t.csv`, column `y`: `1e999` is no finite number | remove such rows, or put in a value that you can stand by',
    ],
    [
      'a class out of range',
      'y\n1\n2\n3\n',
      'BP7106 @10 row 3 (line 4) of `t.csv`, column `y`: 3 is no class of class[3] | number the classes from 0, or declare more of them, and as many outputs of the network',
      [column('y', classes(3))],
    ],
    [
      'half a class',
      'y\n1\n1.5\n',
      'BP7106 @10 row 2 (line 3) of `t.csv`, column `y`: 1.5 is no class of class[3] | classes are whole numbers from 0; a column of quantities is `real`',
      [column('y', classes(3))],
    ],
    [
      'no rows',
      'a,b,y\n',
      'BP7127 @1 `t.csv` has the names of 3 columns but no rows | put at least one row of numbers below the names',
    ],
    ['an empty file', '', 'BP7127 @1 `t.csv` is empty | its first row must name its columns'],
    [
      'no names',
      '1,2,3\n4,5,6\n',
      'BP7122 @1 the first row of `t.csv` holds numbers, not the names of its columns | put a first row of names above it, such as `x1,x2,y`',
    ],
    [
      'a name that stands twice',
      'a,b,a\n1,2,3\n',
      'BP7122 @1 `t.csv` has two columns called `a` | give each column its own name',
    ],
    [
      'more columns named than declared',
      TABLE,
      'BP7128 @10 `x` is declared as real[1], but it is made of 2 columns | write `real[2]`, or name another number of columns',
      [column('x', reals(1), { columns: ['a', 'b'] })],
    ],
    [
      'fewer columns left than declared',
      TABLE,
      'BP7128 @10 `x` is declared as real[5], but it is made of 2 columns | write `real[2]`, or choose with `columns = ["...", "..."]`',
      [column('x', reals(5)), column('y', reals())],
    ],
    [
      'no column left',
      'y\n1\n',
      'BP7128 @10 `x` is declared as real[1], but no column is left for it | name its columns with `columns = ["...", "..."]`',
      [column('x', reals(1)), column('y', reals())],
    ],
    [
      'both ways to name columns',
      TABLE,
      'BP7129 @10 `x` has both `column` and `columns` | leave out one of them',
      [column('x', reals(1), { column: 'a', columns: ['a'] })],
    ],
  ];
  for (const [name, text, expected, columns = COLUMNS] of cases) {
    it(`names ${name}`, async () => {
      expect(await problems(text, request('csv', { path: 't.csv' }, columns))).toEqual([expected]);
    });
  }

  it('names a file that is not there, and a directory in its place', async () => {
    expect(await problems(TABLE, request('csv', { path: 'tt.csv' }, COLUMNS))).toEqual([
      'BP7101 @1 there is no file `tt.csv` | did you mean `t.csv`?',
    ]);
    expect(await problems(TABLE, request('csv', { path: 'd' }, COLUMNS), { '/program/d/e': '' })).toEqual([
      'BP7101 @1 `d` is a directory, not a CSV file',
    ]);
  });

  it('says where a quotation mark is wrong', async () => {
    const hint = 'quotation marks stand around a whole cell, and are doubled inside it';
    expect(await problems('a,b,y\n1,"2,3\n4,5,6\n')).toEqual([
      `BP7121 @1 \`t.csv\`, row that begins in line 2: a quotation mark is never closed | ${hint}`,
    ]);
    for (const cell of ['2"2', '"2"2']) {
      expect(await problems(`a,b,y\n1,2,3\n1,${cell},3\n`)).toEqual([
        `BP7121 @1 \`t.csv\`, row that begins in line 3: a quotation mark stands in the middle of a cell | ${hint}`,
      ]);
    }
  });

  it('counts further bad cells in a note instead of naming each', async () => {
    const { diagnostics } = await read('a,b,y\n1,x,3\n4,y,6\nz,8,9\n');
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]!.notes).toEqual(['3 cells of `x` cannot be used; this is the first']);
  });
});
