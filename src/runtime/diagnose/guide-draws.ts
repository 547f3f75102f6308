/**
 * Draws of a guide with their log density: independent normals, or one normal with few common directions (`model/low-rank`), whose
 * covariance D + F F' is never made: |D + F F'| = |D| |C| and r' (D + F F')^-1 r = r' D^-1 r - |L^-1 F' D^-1 r|^2, L L' = C = I + F' D^-1 F
 * (Woodbury 1950).
 */
import { f32, type HostArray } from '../../base/host-array.ts';
import { type Key, keyAt } from '../../base/keys.ts';
import { fillNormal } from '../../base/normal.ts';
import { cholesky } from '../../base/symmetric.ts';
import type { SiteValues } from '../../model/posterior.ts';
import type { StoredPosterior, StoredSite } from './stored-posterior.ts';

export interface GuideDraw {
  readonly values: SiteValues;
  readonly logDensity: number;
}

/** Families of which the log density is known, here of the real numbers that the file holds. */
const NORMAL = ['Normal', 'LogNormal'];

/** A site with a spread: what each element has for itself, and its part in the common directions. */
interface Spread {
  readonly own: Float32Array;
  readonly columns: readonly Float32Array[];
}

/** Null of a point; undefined of what has no density that is known. */
function spreadOf({ family, sd, part, mask }: StoredSite): Spread | null | undefined {
  if (family === 'Delta') return null;
  const spread = NORMAL.includes(family) ? { own: sd, columns: [] } : part;
  const flat = spread?.own.some((v, i) => v === 0 && mask?.[i] !== 0) === true;
  return spread === null || flat ? undefined : spread;
}

/** One function of a key for each draw; null for a posterior without a density, or without any spread. */
export function guideDraws(posterior: StoredPosterior): ((key: Key) => GuideDraw) | null {
  const spreads = posterior.sites.map(spreadOf);
  if (spreads.includes(undefined) || spreads.every((s) => s === null)) return null;
  const sites = posterior.sites.map((site, i) => ({ site, spread: spreads[i] ?? null }));
  const rank = Math.max(0, ...sites.map(({ spread }) => spread?.columns.length ?? 0));
  const capacity = capacityOf(sites, rank);
  const L = rank === 0 ? new Float64Array(0) : cholesky(capacity, rank);
  if (typeof L === 'number') return null;
  const logCapacity = Array.from({ length: rank }, (_, k) => 2 * Math.log(L[k * rank + k]!)).reduce((s, v) => s + v, 0);
  return (key) => {
    const values: Record<string, HostArray> = { ...posterior.statistics };
    const common = new Float32Array(rank);
    fillNormal(keyAt(key, 'columns'), common);
    const projected = new Float64Array(rank);
    let twice = logCapacity;
    for (const { site, spread } of sites) {
      const data = site.mean.slice();
      if (spread !== null) {
        const noise = new Float32Array(data.length);
        fillNormal(keyAt(key, site.path), noise);
        for (let i = 0; i < data.length; i++) {
          if (site.mask?.[i] === 0) continue;
          const d = spread.own[i]!;
          const moved = spread.columns.reduce((sum, column, k) => sum + column[i]! * common[k]!, d * noise[i]!);
          data[i] = site.mean[i]! + moved;
          twice += (moved / d) ** 2 + 2 * Math.log(d) + Math.log(2 * Math.PI);
          spread.columns.forEach((column, k) => void (projected[k]! += (column[i]! * moved) / (d * d)));
        }
      }
      values[site.path] = { type: f32(site.shape), data };
    }
    return { values, logDensity: -0.5 * (twice - squaredLength(L, projected)) };
  };
}

/** I + F' D^-1 F. */
function capacityOf(
  sites: readonly { readonly site: StoredSite; readonly spread: Spread | null }[],
  rank: number,
): Float64Array {
  const capacity = Float64Array.from({ length: rank * rank }, (_, i) => (i % (rank + 1) === 0 ? 1 : 0));
  for (const { site, spread } of sites) {
    spread?.columns.forEach((left, k) => {
      spread.columns.forEach((right, l) => {
        for (let i = 0; i < left.length; i++) {
          if (site.mask?.[i] !== 0) capacity[k * rank + l]! += (left[i]! * right[i]!) / spread.own[i]! ** 2;
        }
      });
    });
  }
  return capacity;
}

/** |L^-1 x|^2 by forward substitution. */
function squaredLength(L: Float64Array, x: Float64Array): number {
  const n = x.length;
  const solved = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let rest = x[i]!;
    for (let j = 0; j < i; j++) rest -= L[i * n + j]! * solved[j]!;
    solved[i] = rest / L[i * n + i]!;
  }
  return solved.reduce((sum, v) => sum + v * v, 0);
}
