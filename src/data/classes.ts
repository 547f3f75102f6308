/** `y = only(y, [0, 6])`: rows of other classes leave every split, and those that stay are numbered in the order of the list. */
import type { ClassesRequest, Column, Split } from '../base/data.ts';
import { diagnostic } from '../base/diagnostic.ts';
import type { Report } from './reader.ts';
import { rowsWhere, type Splits } from './rows.ts';

/** A split of which no row would be left is reported and stays as it is. */
export function onlyClasses(splits: Splits, request: ClassesRequest, report: Report): Splits {
  return Object.fromEntries(
    Object.values(splits).map((split) => [split.name, onlyIn(split, request, report)] as const),
  );
}

function onlyIn(split: Split, { column: name, classes, span }: ClassesRequest, report: Report): Split {
  const numbers = new Map(classes.map((k, i) => [k, i]));
  const labels = split.columns[name]!.data;
  const flags = Uint8Array.from({ length: split.rows }, (_, row) => (numbers.has(labels[row]!) ? 1 : 0));
  if (!flags.includes(1)) {
    const message = `\`${split.name}\` would have no rows: none is of class ${classes.join(' or ')}`;
    report(diagnostic('BP7144', span, message, { hint: 'name classes that the split has' }));
    return split;
  }
  const kept = rowsWhere(split, flags, 1, split.name);
  return { ...kept, columns: { ...kept.columns, [name]: renumbered(kept.columns[name]!, numbers) } };
}

function renumbered(column: Column, numbers: ReadonlyMap<number, number>): Column {
  const data = column.data.slice();
  for (let row = 0; row < data.length; row++) data[row] = numbers.get(data[row]!)!;
  return { ...column, data };
}
