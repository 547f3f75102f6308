/** What inference leaves behind: a family for each site with its arrays, and which elements were pruned away. */
import { f32, type HostArray, type Shape } from '../base/host-array.ts';
import type { Key } from '../base/keys.ts';
import { fillNormal } from '../base/normal.ts';
import { drawOf, meanStatistic, type StatisticValues, statisticArrays } from './statistics.ts';

interface SiteBase {
  readonly path: string;
  readonly layer: string;
  readonly counts: 'weight' | 'bias';
  readonly shape: Shape;
  readonly mean: Float32Array;
  /** Zeros for `Delta`, and wherever `mask` is 0. */
  readonly sd: Float32Array;
  /** 1 = kept. Null when nothing of this site was ever pruned. */
  readonly mask: Uint8Array | null;
}

/**
 * The posterior of one site: `Normal` (mean and sd for each element), `Delta` (sd 0), or `Particles` (equally likely values of
 * the whole site; mean and sd are theirs).
 */
export type SitePosterior =
  | (SiteBase & { readonly family: 'Normal' | 'Delta' })
  | (SiteBase & { readonly family: 'Particles'; readonly particles: readonly Float32Array[] });

export interface Posterior {
  readonly kind: 'posterior';
  readonly sites: readonly SitePosterior[];
  /** Running statistics of layers, which no pruning changes. */
  readonly statistics: readonly StatisticValues[];
}

/** Values of all sites and statistics by path, ready to be the state of `Density.predict`. */
export type SiteValues = Readonly<Record<string, HostArray>>;

/** Every site at its mean. */
export function meanWeights(posterior: Posterior): SiteValues {
  const sites = posterior.sites.map((s): [string, HostArray] => [s.path, { type: f32(s.shape), data: s.mean }]);
  return Object.fromEntries([...sites, ...statisticArrays(posterior.statistics, meanStatistic)]);
}

/**
 * Draw number `draw` (from 0) of every site, each from its own key; of particles the one of that number, the same for all
 * sites, from the first again after the last. What was pruned is exactly 0 in every draw.
 */
export function drawWeights(posterior: Posterior, draw: number, keyOf: (site: string) => Key): SiteValues {
  const sites = posterior.sites.map((s): [string, HostArray] => [
    s.path,
    { type: f32(s.shape), data: drawSite(s, draw, keyOf(s.path)) },
  ]);
  return Object.fromEntries([...sites, ...statisticArrays(posterior.statistics, (s) => drawOf(s, draw))]);
}

export function drawSite(site: SitePosterior, draw: number, key: Key): Float32Array {
  if (site.family === 'Delta') return site.mean;
  if (site.family === 'Particles') return site.particles[draw % site.particles.length]!;
  const values = new Float32Array(site.mean.length);
  fillNormal(key, values);
  for (let i = 0; i < values.length; i++) {
    values[i] = site.mask?.[i] === 0 ? 0 : site.mean[i]! + site.sd[i]! * values[i]!;
  }
  return values;
}

/** How many draws differ: one of a point, as many as there are particles; null where there is no end. */
export function distinctDraws(posterior: Posterior): number | null {
  const counts = posterior.sites.map((s) =>
    s.family === 'Normal' ? Number.POSITIVE_INFINITY : s.family === 'Particles' ? s.particles.length : 1,
  );
  const most = Math.max(1, ...counts);
  return Number.isFinite(most) ? most : null;
}

/**
 * The posterior after pruning: 0 in mean, sd and particles on what goes, everything else unchanged. For independent elements this is
 * both the marginal of the rest and its conditional given zeros. What an earlier plan removed stays removed.
 */
export function restrict(posterior: Posterior, plan: { readonly keep: ReadonlyMap<string, Uint8Array> }): Posterior {
  const sites = posterior.sites.map((site) => {
    const keep = plan.keep.get(site.path);
    return keep === undefined ? site : masked(site, keep);
  });
  return { ...posterior, sites };
}

/** The site with 0 outside `keep`; masks accumulate. */
export function masked(site: SitePosterior, keep: Uint8Array): SitePosterior {
  if (keep.length !== site.mean.length) throw new Error(`internal: a mask of ${keep.length} for ${site.path}`);
  const mask = keep.map((kept, i) => (kept !== 0 && site.mask?.[i] !== 0 ? 1 : 0));
  const zeroed = (values: Float32Array) => values.map((v, i) => (mask[i] === 0 ? 0 : v));
  const moments = { mean: zeroed(site.mean), sd: zeroed(site.sd), mask };
  return site.family === 'Particles'
    ? { ...site, ...moments, particles: site.particles.map(zeroed) }
    : { ...site, ...moments };
}

/** The masks of a posterior by site path, as `infer` takes them over. */
export function masksOf(posterior: Posterior): ReadonlyMap<string, Uint8Array> {
  return new Map(posterior.sites.flatMap((s) => (s.mask === null ? [] : [[s.path, s.mask] as const])));
}
