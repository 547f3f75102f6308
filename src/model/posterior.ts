/** What inference leaves behind: a family for each site with its arrays, and which elements were pruned away. */
import type { ParameterSpec } from '../base/catalogue.ts';
import { f32, type HostArray, type Shape } from '../base/host-array.ts';
import type { Key } from '../base/keys.ts';
import { fillNormal, fillUniform } from '../base/normal.ts';
import { changedParts, drawLowRank, type LowRankPart } from './low-rank.ts';
import { drawMatrixNormal, type MatrixNormalPart } from './matrix-normal.ts';
import { drawOf, meanStatistic, type StatisticValues, statisticArrays } from './statistics.ts';
import { drawReals, type ValueDraws, type ValueFamily } from './value-draws.ts';

interface SiteBase {
  readonly path: string;
  readonly layer: string;
  readonly counts: ParameterSpec['counts'];
  readonly shape: Shape;
  readonly mean: Float32Array;
  /** Zeros for `Delta`, and wherever `mask` is 0. */
  readonly sd: Float32Array;
  /** 1 = kept. Null when nothing of this site was ever pruned. */
  readonly mask: Uint8Array | null;
}

/**
 * The posterior of one site: `Normal` (mean and sd for each element), `LogNormal` (those of the logarithm), `Bernoulli`
 * (the mean is the probability of 1), `Ordered` (so too, and what is open comes first), `Delta` (sd 0), `Particles`
 * (equally likely values of the whole site), `TruncatedLogNormal` and `HardConcrete` (of values; `model/value-draws`), `LowRankNormal` (normals with few common directions, equally likely), or
 * `KroneckerNormal` (matrix-variate normal); mean and sd are then theirs. Of a latent, all numbers are the real ones that stand for it (`model/latents`).
 */
export type SitePosterior =
  | (SiteBase & { readonly family: 'Normal' | 'LogNormal' | 'Bernoulli' | 'Ordered' | 'Delta' })
  | (SiteBase & { readonly family: ValueFamily; readonly values: ValueDraws })
  | (SiteBase & { readonly family: 'Particles'; readonly particles: readonly Float32Array[] })
  | (SiteBase & { readonly family: 'LowRankNormal'; readonly parts: readonly LowRankPart[] })
  | (SiteBase & { readonly family: 'KroneckerNormal'; readonly part: MatrixNormalPart });

export interface Posterior {
  readonly kind: 'posterior';
  readonly sites: readonly SitePosterior[];
  /** Running statistics of layers, which no pruning changes. */
  readonly statistics: readonly StatisticValues[];
  /** Of particles that were drawn one after the other: from how many chains, those of each together and in their order. */
  readonly chains?: number;
  /** Its draws predict by the network's tangent at its mean and not by the network itself (`model/linearised`). */
  readonly linearised?: true;
}

/** Values of all sites and statistics by path, ready to be the state of `Density.predict`. */
export type SiteValues = Readonly<Record<string, HostArray>>;

/** Every site at its mean. */
export function meanWeights(posterior: Posterior): SiteValues {
  const sites = posterior.sites.map((s): [string, HostArray] => [s.path, { type: f32(s.shape), data: s.mean }]);
  return Object.fromEntries([...sites, ...statisticArrays(posterior.statistics, meanStatistic)]);
}

/** Beside the sites: what a draw of all of them has in common. No site is called so, since all have a dot in their path. */
const COMMON = 'common';

/**
 * Draw number `draw` (from 0) of every site, each from its own key; of particles the one of that number, the same for all
 * sites, from the first again after the last. What was pruned is exactly 0 in every draw.
 */
export function drawWeights(posterior: Posterior, draw: number, keyOf: (site: string) => Key): SiteValues {
  const sites = posterior.sites.map((s): [string, HostArray] => [
    s.path,
    { type: f32(s.shape), data: drawSite(s, draw, keyOf(s.path), keyOf(COMMON)) },
  ]);
  return Object.fromEntries([...sites, ...statisticArrays(posterior.statistics, (s) => drawOf(s, draw))]);
}

/** `common` is a key that all sites of the draw share. */
export function drawSite(site: SitePosterior, draw: number, key: Key, common: Key): Float32Array {
  if (site.family === 'Delta') return site.mean;
  if (site.family === 'Particles') return site.particles[draw % site.particles.length]!;
  if (site.family === 'LowRankNormal') return drawLowRank(site.parts, draw, key, common);
  if (site.family === 'KroneckerNormal') {
    const { mean, mask } = site;
    return drawMatrixNormal(site.part, common).map((v, i) => (mask?.[i] === 0 ? 0 : mean[i]! + v));
  }
  if (site.family === 'TruncatedLogNormal' || site.family === 'HardConcrete')
    return drawReals(site.family, site.values, site.mean.length, key);
  const values = new Float32Array(site.mean.length);
  if (site.family === 'Bernoulli') {
    fillUniform(key, values);
    return values.map((u, i) => (u < site.mean[i]! ? 1 : 0));
  }
  if (site.family === 'Ordered') {
    const one = new Float32Array(1);
    fillUniform(key, one);
    return site.mean.map((open) => (one[0]! < open ? 1 : 0));
  }
  fillNormal(key, values);
  for (let i = 0; i < values.length; i++) {
    values[i] = site.mask?.[i] === 0 ? 0 : site.mean[i]! + site.sd[i]! * values[i]!;
  }
  return values;
}

/** How many draws differ: one of a point, as many as there are particles; null where there is no end. */
export function distinctDraws(posterior: Posterior): number | null {
  const counts = posterior.sites.map((s) =>
    s.family === 'Delta' ? 1 : s.family === 'Particles' ? s.particles.length : Number.POSITIVE_INFINITY,
  );
  const most = Math.max(1, ...counts);
  return Number.isFinite(most) ? most : null;
}

/**
 * The posterior after pruning: 0 in mean, sd, particles and columns on what goes, everything else unchanged: the marginal of the
 * rest. For independent elements it is also the conditional given zeros. What an earlier plan removed stays removed.
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
  if (site.family === 'Particles') return { ...site, ...moments, particles: site.particles.map(zeroed) };
  if (site.family === 'LowRankNormal') return { ...site, ...moments, parts: changedParts(site.parts, zeroed) };
  return { ...site, ...moments };
}

/**
 * True where the running statistics of layers belong to no draw: whatever training kept of them is that of other weights, and
 * they have to be taken from training rows for every set of weights that predicts (Maddox et al. 2019, section 3.3). A tangent
 * is taken at the weights that were trained, whose statistics they are.
 */
export function statisticsAreForeign({ sites, statistics, linearised }: Posterior): boolean {
  return linearised !== true && statistics.length > 0 && sites.some((site) => site.family === 'LowRankNormal');
}

/** The masks of a posterior by site path, as `infer` takes them over. */
export function masksOf(posterior: Posterior): ReadonlyMap<string, Uint8Array> {
  return new Map(posterior.sites.flatMap((s) => (s.mask === null ? [] : [[s.path, s.mask] as const])));
}
