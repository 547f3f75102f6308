/** `y = corrupt(y, uniform_label(20%), on = train, seed = 1)`: the column of the named splits, and of no other, is changed. */
import type { CorruptRequest } from '../base/data.ts';
import { registry } from '../base/registry.ts';
import { corruptKey } from '../base/streams.ts';
import type { Corruption } from './corruptions/corruption.ts';
import { uniformLabel } from './corruptions/uniform-label.ts';
import type { Splits } from './rows.ts';

/** What `corrupt` can do. A new one: one file in `corruptions/`, one line here. */
export const corruptions = registry<Corruption>([uniformLabel]);

/** Splits of `on` must be there. */
export function corruptSplits(
  splits: Splits,
  { column: name, corruption, type, options, on, seed }: CorruptRequest,
): Splits {
  const record = corruptions.get(corruption);
  if (record === undefined) throw new Error(`internal: corruption ${corruption} is not registered`);
  const changed = on.map((at) => {
    const split = splits[at]!;
    const column = split.columns[name]!;
    const data = record.apply(column.data, type, options, corruptKey(seed, at, name));
    return [at, { ...split, columns: { ...split.columns, [name]: { ...column, data } } }] as const;
  });
  return { ...splits, ...Object.fromEntries(changed) };
}
