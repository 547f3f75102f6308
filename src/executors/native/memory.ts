/** One arena for all values of a step: those that are never needed at the same time stand in the same place. */

export interface Tenant<K> {
  readonly key: K;
  readonly bytes: number;
  /** The first and the last region that needs it. */
  readonly from: number;
  readonly to: number;
}

export interface Arena<K> {
  readonly bytes: number;
  readonly offsets: ReadonlyMap<K, number>;
}

/** Begin at a cache line. */
const ALIGNMENT = 64;

/** The largest first, each at the lowest free place. */
export function arena<K>(tenants: readonly Tenant<K>[]): Arena<K> {
  const placed: { readonly tenant: Tenant<K>; readonly start: number; readonly end: number }[] = [];
  const offsets = new Map<K, number>();
  let bytes = 0;
  for (const tenant of [...tenants].sort((a, b) => b.bytes - a.bytes)) {
    const size = Math.ceil(tenant.bytes / ALIGNMENT) * ALIGNMENT;
    const beside = placed
      .filter(({ tenant: other }) => other.from <= tenant.to && tenant.from <= other.to)
      .sort((a, b) => a.start - b.start);
    let start = 0;
    for (const other of beside) {
      if (other.start >= start + size) break;
      start = Math.max(start, other.end);
    }
    placed.push({ tenant, start, end: start + size });
    offsets.set(tenant.key, start);
    bytes = Math.max(bytes, start + size);
  }
  return { bytes, offsets };
}
