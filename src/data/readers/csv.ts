/** `csv("file.csv")`: tables of numbers with a first row of names. */
import type { Column, Split } from '../../base/data.ts';
import { pathOption, type ReadContext, type Reader, textOption } from '../reader.ts';
import { STANDARDISE } from '../standardise.ts';
import { readColumn, resolveColumns } from './csv-columns.ts';
import { readTable, type Table } from './csv-table.ts';

export const csv: Reader = {
  name: 'csv',
  doc: 'Numbers and classes from a table with a first row of names, cells separated by commas (also as `.gz`). Splits: train, and test when a second file is given or a split is declared.',
  options: [
    pathOption('the file'),
    { name: 'test', type: { kind: 'string' }, default: null, required: false, doc: 'a second file: the split `test`' },
  ],
  columnOptions: [
    {
      name: 'column',
      type: { kind: 'string' },
      default: null,
      required: false,
      doc: 'the column of the file; its own name if left out',
    },
    {
      name: 'columns',
      type: { kind: 'strings' },
      default: null,
      required: false,
      doc: 'the columns of the file that make a `real[d]`; all that no other line takes if left out',
    },
    STANDARDISE,
  ],
  columnTypes: ['real', 'class'],

  async facts(context) {
    const tables = await readTables(context);
    return tables === null ? null : Object.fromEntries(tables.map(({ split }) => [split.name, split.rows]));
  },

  async read(context) {
    const tables = await readTables(context);
    return tables === null
      ? null
      : { splits: tables.map(({ split }) => split), contents: tables.map(({ table }) => table.bytes) };
  },
};

interface ReadSplit {
  readonly table: Table;
  readonly split: Split;
}

/** One pass does it all: a table has no header that would tell its rows apart from their content. */
async function readTables(context: ReadContext): Promise<readonly ReadSplit[] | null> {
  const { options } = context.request;
  const train = await readSplit(context, 'train', textOption(options, 'path') ?? '');
  const second = textOption(options, 'test');
  if (train === null || second === null) return train === null ? null : [train];
  const test = await readSplit(context, 'test', second);
  return test === null ? null : [train, test];
}

async function readSplit(context: ReadContext, name: string, written: string): Promise<ReadSplit | null> {
  const table = await readTable(context, written);
  const sources = table === null ? null : resolveColumns(context, table.name, table.header);
  if (table === null || sources === null) return null;
  const columns = sources.map((source) => readColumn(context, source, table));
  const whole = columns.filter((c): c is Column => c !== null);
  if (whole.length < columns.length) return null;
  return {
    table,
    split: { name, rows: table.rows.length, columns: Object.fromEntries(whole.map((c) => [c.name, c])) },
  };
}
