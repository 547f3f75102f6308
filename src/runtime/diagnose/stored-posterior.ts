/** What diagnostics read of `posterior.safetensors`: the moments of each site, its draws where it is made of them, and masks. */
import { f32, type HostArray, type Shape } from '../../base/host-array.ts';
import type { LowRankPart } from '../../model/low-rank.ts';
import type { SiteValues } from '../../model/posterior.ts';
import { readSafetensors } from '../export/safetensors.ts';

export interface StoredSite {
  readonly path: string;
  readonly family: string;
  readonly shape: Shape;
  readonly mean: Float32Array;
  /** Zeros of a point. */
  readonly sd: Float32Array;
  /** 1 = kept; null where nothing of the site was ever pruned. */
  readonly mask: Uint8Array | null;
  /** Of one normal with few common directions; null of all others, and of mixtures of such normals. */
  readonly part: LowRankPart | null;
  /** Values of the whole site, one behind the other; null where the posterior is not made of draws. */
  readonly draws: Float32Array | null;
}

export interface StoredPosterior {
  readonly sites: readonly StoredSite[];
  /** The running statistics of layers at the mean. */
  readonly statistics: SiteValues;
  /** Draws of all sites, one after the other those of each chain; 0 where the posterior is not made of draws. */
  readonly draws: number;
  /** Null for draws in no order. */
  readonly chains: number | null;
}

const FAMILY = 'family:';

export function readPosterior(bytes: Uint8Array, name: string): StoredPosterior {
  const { tensors, metadata } = readSafetensors(bytes, name);
  const paths = Object.keys(metadata).flatMap((key) => (key.startsWith(FAMILY) ? [key.slice(FAMILY.length)] : []));
  const sites = paths.map((path): StoredSite => {
    const mean = tensors.get(`${path}.mean`)!;
    const floats = (tensor: HostArray | undefined) => (tensor === undefined ? null : Float32Array.from(tensor.data));
    const mask = tensors.get(`${path}.mask`);
    return {
      path,
      family: metadata[`${FAMILY}${path}`]!,
      shape: mean.type.shape,
      mean: floats(mean)!,
      sd: floats(tensors.get(`${path}.sd`)) ?? new Float32Array(mean.data.length),
      mask: mask === undefined ? null : Uint8Array.from(mask.data),
      part: partOf(tensors, path, mean.data.length),
      draws: floats(tensors.get(`${path}.particles`)),
    };
  });
  const statistics = [...tensors].filter(([key]) => /\.statistics\.[^.]+$/.test(key));
  const drawn = sites.find((site) => site.draws !== null);
  return {
    sites,
    statistics: Object.fromEntries(statistics),
    draws: drawn === undefined ? 0 : drawn.draws!.length / drawn.mean.length,
    chains: metadata.chains === undefined ? null : Number(metadata.chains),
  };
}

function partOf(tensors: ReadonlyMap<string, HostArray>, path: string, size: number): LowRankPart | null {
  const [mean, own, columns] = ['mean', 'own', 'columns'].map((name) => tensors.get(`${path}.parts.${name}`));
  if (mean === undefined || own === undefined || mean.data.length !== size) return null;
  const all = Float32Array.from(columns?.data ?? []);
  return {
    mean: Float32Array.from(mean.data),
    own: Float32Array.from(own.data),
    columns: Array.from({ length: all.length / size }, (_, k) => all.slice(k * size, (k + 1) * size)),
  };
}

/** All sites at draw number `draw`. */
export function drawnValues({ sites, statistics }: StoredPosterior, draw: number): SiteValues {
  const values = sites.map(({ path, shape, mean, draws }): [string, HostArray] => {
    const data = draws === null ? mean : draws.slice(draw * mean.length, (draw + 1) * mean.length);
    return [path, { type: f32(shape), data }];
  });
  return { ...statistics, ...Object.fromEntries(values) };
}
