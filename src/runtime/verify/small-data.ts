/** A program over fewer rows: the checker is told of them, so that `N`, batches and schedules are those of a small data set. */
import type { DataFacts, Dataset, Split } from '../../base/data.ts';
import { keyAt, rootKey } from '../../base/keys.ts';
import { permutation } from '../../base/sample.ts';

/** At most `rows` rows for training. */
export function fewerRows(rows: number): (facts: DataFacts) => DataFacts {
  return (facts) => ({ ...facts, rows: { ...facts.rows, train: Math.min(rows, facts.rows.train ?? rows) } });
}

/** `rows` training rows drawn by the seed, in the order of the data; no other split, and no changes of images, which no likelihood knows. */
export function fewerOf(dataset: Dataset, rows: number, seed: number): Dataset {
  const train = dataset.splits.train!;
  if (rows >= train.rows) return { ...dataset, augment: [], splits: { train } };
  const chosen = permutation(keyAt(rootKey(seed), 'verify', 'rows'), train.rows)
    .slice(0, rows)
    .sort();
  return { ...dataset, augment: [], splits: { train: taken(train, chosen) } };
}

function taken(split: Split, rows: Uint32Array): Split {
  const columns = Object.entries(split.columns).map(([name, column]) => {
    const width = column.data.length / split.rows;
    const data = column.data.slice(0, rows.length * width);
    rows.forEach((row, i) => void data.set(column.data.subarray(row * width, (row + 1) * width), i * width));
    return [name, { ...column, data }] as const;
  });
  return { ...split, rows: rows.length, columns: Object.fromEntries(columns) };
}
