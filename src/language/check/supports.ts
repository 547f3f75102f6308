/** Supports in words, and which of them a column can have. */
import type { ColumnType, DistributionParam, Support } from '../../base/catalogue.ts';

export const SUPPORT_NOUN: Readonly<Record<Support, string>> = {
  real: 'real numbers',
  positive: 'positive numbers',
  nonnegative: 'numbers from 0 on',
  unit: 'numbers from 0 to 1',
  interval: 'numbers between two bounds',
  binary: '0 and 1',
  nested: 'masks whose 1s come first',
  count: 'whole numbers from 0 on',
  class: 'classes',
  vector: 'rows of numbers',
  simplex: 'rows of shares',
};

/** What an argument must be. */
export const CONSTRAINT_NOUN: Readonly<Record<DistributionParam['constraint'], string>> = {
  real: 'a real number',
  positive: 'a positive number',
  unit: 'a number from 0 to 1',
  open_unit: 'a number between 0 and 1',
  whole: 'a whole number',
  vector: 'one number for each class',
  matrix: 'a matrix',
  distribution: 'a distribution',
  gate: 'a latent of 0 and 1',
};

const OF_REALS: readonly Support[] = ['real', 'positive', 'nonnegative', 'unit', 'interval', 'count'];

/** A column of numbers may be of any of these kinds; what it holds is looked at when it is read. */
export function supportsOf(type: ColumnType): readonly Support[] {
  if (type.kind === 'class') return type.classes === 2 ? ['class', 'binary'] : ['class'];
  return type.kind === 'real' ? OF_REALS : [];
}
