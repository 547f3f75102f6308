/** What inference leaves behind: a family for each site with its arrays, and which elements were pruned away. */
import { f32, type HostArray, type Shape } from '../base/host-array.ts';
import type { Key } from '../base/keys.ts';
import { fillNormal } from '../base/normal.ts';

/** The posterior of one site. Families so far: `Normal` (mean and sd for each element) and `Delta` (sd 0). */
export interface SitePosterior {
  readonly path: string;
  readonly layer: string;
  readonly counts: 'weight' | 'bias';
  readonly shape: Shape;
  readonly family: 'Normal' | 'Delta';
  readonly mean: Float32Array;
  /** Zeros for `Delta`, and wherever `mask` is 0. */
  readonly sd: Float32Array;
  /** 1 = kept. Null when nothing of this site was ever pruned. */
  readonly mask: Uint8Array | null;
}

export interface Posterior {
  readonly kind: 'posterior';
  readonly sites: readonly SitePosterior[];
}

/** Values of all sites by path, ready to be the state of `Density.predict`. */
export type SiteValues = Readonly<Record<string, HostArray>>;

/** Every site at its mean. */
export function meanWeights(posterior: Posterior): SiteValues {
  return Object.fromEntries(posterior.sites.map((s) => [s.path, { type: f32(s.shape), data: s.mean }]));
}

/** One draw of every site, each from its own key. What was pruned is exactly 0 in every draw. */
export function drawWeights(posterior: Posterior, keyOf: (site: string) => Key): SiteValues {
  return Object.fromEntries(
    posterior.sites.map((s) => [s.path, { type: f32(s.shape), data: drawSite(s, keyOf(s.path)) }]),
  );
}

function drawSite(site: SitePosterior, key: Key): Float32Array {
  if (site.family === 'Delta') return site.mean;
  const values = new Float32Array(site.mean.length);
  fillNormal(key, values);
  for (let i = 0; i < values.length; i++) {
    values[i] = site.mask?.[i] === 0 ? 0 : site.mean[i]! + site.sd[i]! * values[i]!;
  }
  return values;
}

/**
 * The posterior after pruning: mean 0 and sd 0 on what goes, everything else unchanged. For independent elements this is
 * both the marginal of the rest and its conditional given zeros. What an earlier plan removed stays removed.
 */
export function restrict(posterior: Posterior, plan: { readonly keep: ReadonlyMap<string, Uint8Array> }): Posterior {
  const sites = posterior.sites.map((site) => {
    const keep = plan.keep.get(site.path);
    return keep === undefined ? site : masked(site, keep);
  });
  return { kind: 'posterior', sites };
}

/** The site with mean 0 and sd 0 outside `keep`; masks accumulate. */
export function masked(site: SitePosterior, keep: Uint8Array): SitePosterior {
  if (keep.length !== site.mean.length) throw new Error(`internal: a mask of ${keep.length} for ${site.path}`);
  const mask = keep.map((kept, i) => (kept !== 0 && site.mask?.[i] !== 0 ? 1 : 0));
  const zeroed = (values: Float32Array) => values.map((v, i) => (mask[i] === 0 ? 0 : v));
  return { ...site, mean: zeroed(site.mean), sd: zeroed(site.sd), mask };
}

/** The masks of a posterior by site path, as `infer` takes them over. */
export function masksOf(posterior: Posterior): ReadonlyMap<string, Uint8Array> {
  return new Map(posterior.sites.flatMap((s) => (s.mask === null ? [] : [[s.path, s.mask] as const])));
}
