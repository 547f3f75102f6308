/** The contract of a corruption: noise that `corrupt` puts into a column. */
import type { ColumnType, CorruptionSignature, OptionValues } from '../../base/catalogue.ts';
import type { Column } from '../../base/data.ts';
import type { Key } from '../../base/keys.ts';

export interface Corruption extends CorruptionSignature {
  /** New numbers for all rows of a split; `data` stays as it is. */
  apply(data: Column['data'], type: ColumnType, options: OptionValues, key: Key): Column['data'];
}
