/**
 * From scores to plans. What was pruned before stays pruned and is never counted again: shares are shares of what is still
 * there. Equal scores go in the order of sites and elements, so that a plan depends on nothing else.
 */
import type { HostArray, NumericArray } from '../base/host-array.ts';
import type { Posterior, SitePosterior } from '../model/posterior.ts';
import type { Criterion, PrunePlan } from './criterion.ts';

/** Scores by one criterion, by site path. */
export interface Scores {
  readonly criterion: Criterion;
  readonly values: ReadonlyMap<string, HostArray>;
}

/** Removes what is flagged (nonzero), by site path. */
export function planWhere(flags: ReadonlyMap<string, HostArray>, posterior: Posterior): PrunePlan {
  const keep = new Map<string, Uint8Array>();
  for (const [path, flag] of flags) {
    const site = siteOf(posterior, path, flag.data);
    keep.set(
      path,
      keptBefore(site).map((kept, i) => (kept !== 0 && flag.data[i] === 0 ? 1 : 0)),
    );
  }
  return { kind: 'prune-plan', keep };
}

/**
 * Removes the least needed `share` of the elements still kept: exactly floor(share x kept + 0.5) of them, out of one pool of
 * all scored sites, or of each layer's own sites when `perLayer`. A score of NaN is kept longest.
 */
export function planLowest(scores: Scores, posterior: Posterior, share: number, perLayer: boolean): PrunePlan {
  const members = [...scores.values].map(([path, score]): Member => {
    const site = siteOf(posterior, path, score.data);
    return { path, layer: site.layer, needs: needs(score.data, scores.criterion), keep: keptBefore(site) };
  });
  const pools = perLayer ? byLayer(members) : [members];
  for (const pool of pools) removeLowest(pool, share);
  return { kind: 'prune-plan', keep: new Map(members.map((m) => [m.path, m.keep])) };
}

function byLayer(members: readonly Member[]): readonly (readonly Member[])[] {
  const pools = new Map<string, Member[]>();
  for (const member of members) pools.set(member.layer, [...(pools.get(member.layer) ?? []), member]);
  return [...pools.values()];
}

/** One scored site; `keep` is what a plan writes to. */
interface Member {
  readonly path: string;
  readonly layer: string;
  readonly needs: Uint32Array;
  readonly keep: Uint8Array;
}

function siteOf(posterior: Posterior, path: string, values: NumericArray): SitePosterior {
  const site = posterior.sites.find((s) => s.path === path);
  if (site === undefined) throw new Error(`internal: ${path} is scored but has no posterior`);
  if (site.mean.length !== values.length) throw new Error(`internal: ${values.length} scores for ${path}`);
  return site;
}

/** A fresh array: 1 where the site still has its element. */
function keptBefore(site: SitePosterior): Uint8Array {
  return site.mask === null ? new Uint8Array(site.mean.length).fill(1) : site.mask.slice();
}

/** Whole numbers in the order of need, lowest first: the bits of a float32, turned so that they sort as the float does. */
function needs(scores: NumericArray, criterion: Criterion): Uint32Array {
  const sign = criterion.highMeans === 'keep' ? 1 : -1;
  // + 0 makes -0 a 0: they are equal scores.
  const floats = Float32Array.from(scores, (score) => sign * score + 0);
  const bits = new Uint32Array(floats.buffer);
  for (let i = 0; i < bits.length; i++) {
    if (Number.isNaN(floats[i]!)) bits[i] = 0xffffffff;
    else bits[i] = (bits[i]! & 0x80000000) === 0 ? bits[i]! | 0x80000000 : ~bits[i]!;
  }
  return bits;
}

function removeLowest(pool: readonly Member[], share: number): void {
  const kept = pool.reduce((sum, m) => sum + m.keep.reduce((count, bit) => count + bit, 0), 0);
  const count = Math.min(kept, Math.floor(share * kept + 0.5));
  if (count === 0) return;
  const { threshold, below } = selectThreshold(pool, count);
  let equal = count - below;
  for (const { needs: need, keep } of pool) {
    for (let i = 0; i < need.length; i++) {
      if (keep[i] === 0 || need[i]! > threshold) continue;
      if (need[i] === threshold && equal-- <= 0) continue;
      keep[i] = 0;
    }
  }
}

/** The need of the `count`-th lowest kept element, and how many are strictly below it: two counting passes of 16 bits each. */
function selectThreshold(
  pool: readonly Member[],
  count: number,
): { readonly threshold: number; readonly below: number } {
  const high = countDigits(pool, (need) => need >>> 16, null);
  const first = digitAt(high, count);
  const low = countDigits(pool, (need) => need & 0xffff, first.digit);
  const second = digitAt(low, count - first.below);
  return { threshold: first.digit * 0x10000 + second.digit, below: first.below + second.below };
}

/** How often each 16-bit digit occurs among kept elements, of those with the upper digit `prefix` if it is given. */
function countDigits(pool: readonly Member[], digit: (need: number) => number, prefix: number | null): Uint32Array {
  const counts = new Uint32Array(0x10000);
  for (const { needs: need, keep } of pool) {
    for (let i = 0; i < need.length; i++) {
      if (keep[i] === 0 || (prefix !== null && need[i]! >>> 16 !== prefix)) continue;
      const d = digit(need[i]!);
      counts[d] = counts[d]! + 1;
    }
  }
  return counts;
}

/** The digit of the `count`-th element in order, and how many have a smaller digit. */
function digitAt(counts: Uint32Array, count: number): { readonly digit: number; readonly below: number } {
  let below = 0;
  for (let digit = 0; digit < counts.length; digit++) {
    if (below + counts[digit]! >= count) return { digit, below };
    below += counts[digit]!;
  }
  throw new Error('internal: a pool has fewer elements than it lost');
}
