/**
 * `uci("bostonHousing", fold = 1)`: regression data with fixed splits into training and test rows, as they go round since
 * Hernández-Lobato and Adams 2015, "Probabilistic backpropagation", in the files of Gal and Ghahramani 2016.
 */
import { countOf } from '../../base/counts.ts';
import type { Column, ColumnRequest, Split } from '../../base/data.ts';
import { diagnostic } from '../../base/diagnostic.ts';
import { type Folder, openFolder, reportAbsent } from '../folder.ts';
import { formatColumnType, pathOption, type ReadContext, type Reader } from '../reader.ts';
import { STANDARDISE } from '../standardise.ts';
import { numberColumn, rowShape } from './number-columns.ts';
import { type NumberTable, readNumberTable } from './number-table.ts';

export const uci: Reader = {
  name: 'uci',
  doc: 'A table with fixed splits: a directory with `data.txt` (numbers parted by blanks), `index_features.txt` and `index_target.txt` (numbers of columns, from 0), and `index_test_0.txt`, ... (numbers of the rows of each test split, from 0; all others are for training). A `real[d]` takes the features, a `real` or `class` the target. Splits: train, test.',
  options: [
    pathOption('the directory'),
    {
      name: 'fold',
      type: { kind: 'integer', min: 1 },
      default: 1,
      required: false,
      doc: 'which of the splits, from 1: `index_test_0.txt` is the first',
    },
  ],
  columnOptions: [STANDARDISE],
  columnTypes: ['real', 'class'],

  async facts(context) {
    const found = await readSplits(context);
    return found === null ? null : Object.fromEntries(found.splits.map((split) => [split.name, split.rows]));
  },

  async read(context) {
    return readSplits(context);
  },
};

async function readSplits(context: ReadContext) {
  const folder = await openFolder(context, 'name the directory that holds `data.txt`');
  const fold = folder === null ? null : foldFile(context, folder);
  if (folder === null || fold === null) return null;
  const names = ['data.txt', 'index_features.txt', 'index_target.txt'];
  const absent = names.filter((name) => !folder.names.includes(name));
  for (const name of absent) reportAbsent(context, folder, `\`${name}\``, 'name the directory that holds `data.txt`');
  if (absent.length > 0) return null;
  const tables: NumberTable[] = [];
  for (const name of [...names, fold]) {
    const table = await readNumberTable(context, folder.pathOf(name));
    if (table === null) return null;
    tables.push(table);
  }
  const [data, features, targets, test] = tables as [NumberTable, NumberTable, NumberTable, NumberTable];
  const indices = {
    features: numbersOf(context, features, data.width, 'column'),
    targets: numbersOf(context, targets, data.width, 'column'),
    test: numbersOf(context, test, data.rows, 'row'),
  };
  if (indices.features === null || indices.targets === null || indices.test === null) return null;
  const inTest = new Set(indices.test);
  const train = Array.from({ length: data.rows }, (_, row) => row).filter((row) => !inTest.has(row));
  if (train.length === 0) {
    const hint = 'a test split leaves rows out: fetch the files again';
    return say(
      context,
      'BP7127',
      `\`${fold}\` holds all ${countOf(data.rows, 'row')}: none are left for training`,
      hint,
    );
  }
  const columnsOf = (request: ColumnRequest) => (rowShape(request).length > 0 ? indices.features! : indices.targets!);
  if (!fitsColumns(context, columnsOf)) return null;
  const splits = [
    splitOf(context, 'train', data, train, columnsOf),
    splitOf(context, 'test', data, indices.test, columnsOf),
  ];
  return splits[0] === null || splits[1] === null
    ? null
    : { splits: splits as Split[], contents: tables.map((table) => table.bytes) };
}

/** The file with the test rows of the fold; null after a report. */
function foldFile(context: ReadContext, folder: Folder): string | null {
  const fold = Number(context.request.options.fold ?? 1);
  const name = `index_test_${fold - 1}.txt`;
  if (folder.names.includes(name)) return name;
  const count = folder.names.filter((n) => /^index_test_\d+\.txt$/.test(n)).length;
  if (count === 0) {
    reportAbsent(context, folder, `\`${name}\``, 'name the directory that holds `data.txt`');
    return null;
  }
  const message = `there is no fold ${fold} in \`${folder.written}\`: it has ${countOf(count, 'fold')}`;
  return say(context, 'BP7132', message, `choose \`fold\` from 1 to ${count}`);
}

/** Numbers of rows or columns, each of which must be there and be named once; null after a report. */
function numbersOf(
  context: ReadContext,
  table: NumberTable,
  count: number,
  noun: 'row' | 'column',
): readonly number[] | null {
  const numbers = Array.from(table.data);
  const wrong = numbers.find((n) => !Number.isInteger(n) || n < 0 || n >= count);
  if (wrong !== undefined) {
    const message = `\`${table.name}\` names ${noun} ${wrong}, but \`data.txt\` has the ${noun}s 0 to ${count - 1}`;
    return say(context, 'BP7131', message, 'the files must belong together: fetch them again');
  }
  if (new Set(numbers).size === numbers.length) return numbers;
  const twice = numbers.find((n, i) => numbers.indexOf(n) !== i);
  return say(context, 'BP7131', `\`${table.name}\` names ${noun} ${twice} twice`, `name each ${noun} once`);
}

function fitsColumns(context: ReadContext, columnsOf: (request: ColumnRequest) => readonly number[]): boolean {
  let fits = true;
  for (const request of context.request.columns) {
    const found = columnsOf(request).length;
    const [wanted = 1, ...rest] = rowShape(request);
    if (found === wanted && rest.length === 0) continue;
    fits = false;
    const isTarget = rowShape(request).length === 0;
    const what = isTarget ? countOf(found, 'target') : countOf(found, 'feature');
    const hint = isTarget
      ? 'a target is one number: `index_target.txt` must name one column'
      : `write \`real[${found}]\`, and the same for the input of the network`;
    const message = `\`${request.name}\` is declared as ${formatColumnType(request)}, but the data have ${what}`;
    context.report(diagnostic('BP7128', request.span, message, { hint }));
  }
  return fits;
}

function splitOf(
  context: ReadContext,
  name: string,
  table: NumberTable,
  rows: readonly number[],
  columnsOf: (request: ColumnRequest) => readonly number[],
): Split | null {
  const columns = context.request.columns.map((request) => {
    const at = columnsOf(request);
    const data = new Float64Array(rows.length * at.length);
    for (const [i, row] of rows.entries()) {
      for (const [j, column] of at.entries()) data[i * at.length + j] = table.data[row * table.width + column]!;
    }
    return numberColumn(context, request, data, (row) => `row ${rows[row]} of \`${table.name}\` (from 0)`);
  });
  const whole = columns.filter((c): c is Column => c !== null);
  if (whole.length < columns.length) return null;
  return { name, rows: rows.length, columns: Object.fromEntries(whole.map((c) => [c.name, c])) };
}

function say(context: ReadContext, code: string, message: string, hint: string): null {
  context.report(diagnostic(code, context.request.readerSpan, message, { hint }));
  return null;
}
