/** An ordered set of records known by name. Built from an explicit list, never by import side effects. */

export interface Named {
  readonly name: string;
  readonly doc: string;
}

export interface Registry<T extends Named> extends Iterable<T> {
  readonly names: readonly string[];
  get(name: string): T | undefined;
  has(name: string): boolean;
}

/** Builds a registry; a name that stands twice throws. */
export function registry<T extends Named>(records: readonly T[]): Registry<T> {
  const byName = new Map<string, T>();
  for (const record of records) {
    if (byName.has(record.name)) throw new Error(`\`${record.name}\` is registered twice`);
    byName.set(record.name, record);
  }
  return {
    names: [...byName.keys()],
    get: (name) => byName.get(name),
    has: (name) => byName.has(name),
    [Symbol.iterator]: () => byName.values(),
  };
}
