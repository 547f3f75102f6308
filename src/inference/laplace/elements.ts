/** Numbers of several sites in one row, one site after the other, without what was pruned away. */
import { f32, type HostArray, sizeOf } from '../../base/host-array.ts';
import type { CheckedSite } from '../../language/check/checked.ts';
import type { StateArrays } from '../engine.ts';

/** The kept numbers of one site: their places in it, and that of the first of them in the row. */
export interface Part {
  readonly site: CheckedSite;
  readonly kept: Uint32Array;
  readonly offset: number;
}

export interface Elements {
  readonly parts: readonly Part[];
  readonly count: number;
}

export function elementsOf(sites: readonly CheckedSite[], masks: ReadonlyMap<string, Uint8Array>): Elements {
  const parts: Part[] = [];
  let count = 0;
  for (const site of sites) {
    const mask = masks.get(site.path);
    const all = Uint32Array.from({ length: sizeOf(site.shape) }, (_, i) => i);
    const kept = mask === undefined ? all : all.filter((i) => mask[i] !== 0);
    parts.push({ site, kept, offset: count });
    count += kept.length;
  }
  return { parts, count };
}

/** A row as arrays of whole sites, by the names that `nameOf` gives them; 0 where something was pruned. */
export function spreadOut(
  { parts }: Elements,
  row: Float64Array,
  nameOf: (site: CheckedSite) => string,
): Record<string, HostArray> {
  return Object.fromEntries(
    parts.map(({ site, kept, offset }) => {
      const data = new Float64Array(sizeOf(site.shape));
      kept.forEach((place, i) => void (data[place] = row[offset + i]!));
      return [nameOf(site), { type: f32(site.shape), data }];
    }),
  );
}

/** The row of what arrays of whole sites hold. */
export function gathered({ parts, count }: Elements, arrayOf: (site: CheckedSite) => ArrayLike<number>): Float64Array {
  const row = new Float64Array(count);
  for (const { site, kept, offset } of parts) {
    const data = arrayOf(site);
    kept.forEach((place, i) => void (row[offset + i] = data[place]!));
  }
  return row;
}

/** What of a state a program reads. */
export function readBy(state: StateArrays, names: readonly { readonly name: string }[]): StateArrays {
  return Object.fromEntries(names.map(({ name }) => [name, state[name]!]));
}
