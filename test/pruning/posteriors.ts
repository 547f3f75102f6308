/** Posteriors for tests of pruning, from plain numbers. */
import type { HostArray } from '../../src/base/host-array.ts';
import type { Posterior, SitePosterior } from '../../src/model/posterior.ts';

/** `fc1.weight` with means, sds (1 unless given) and what was pruned before. */
export function site(
  path: string,
  mean: readonly number[],
  sd: readonly number[] | null = null,
  mask: readonly number[] | null = null,
): SitePosterior {
  const [layer = '', role] = path.split('.');
  return {
    path,
    layer,
    counts: role === 'bias' ? 'bias' : 'weight',
    shape: [mean.length],
    family: 'Normal',
    mean: Float32Array.from(mean),
    sd: Float32Array.from(sd ?? mean.map(() => 1)),
    mask: mask === null ? null : Uint8Array.from(mask),
  };
}

export function posterior(...sites: readonly SitePosterior[]): Posterior {
  return { kind: 'posterior', sites, statistics: [] };
}

export function scores(values: Readonly<Record<string, readonly number[]>>): ReadonlyMap<string, HostArray> {
  return new Map(
    Object.entries(values).map(([path, v]) => [
      path,
      { type: { dtype: 'f32' as const, shape: [v.length] }, data: Float32Array.from(v) },
    ]),
  );
}

export function flags(values: Readonly<Record<string, readonly number[]>>): ReadonlyMap<string, HostArray> {
  return new Map(
    Object.entries(values).map(([path, v]) => [
      path,
      { type: { dtype: 'bool' as const, shape: [v.length] }, data: Uint8Array.from(v) },
    ]),
  );
}
