/** What the structures of a Laplace approximation are made from. */
import type { Density } from '../../model/density.ts';
import { meanWeights, type Posterior } from '../../model/posterior.ts';
import type { OpenPass, StateArrays } from '../engine.ts';

export interface LaplaceRequest {
  readonly density: Density;
  readonly masks: ReadonlyMap<string, Uint8Array>;
  /** Points of all sites. */
  readonly point: Posterior;
  readonly settings: { readonly newton: number; readonly exact: boolean };
  readonly open: OpenPass;
}

/** What the passes read of the point: all sites and statistics by path. */
export function stateAt(point: Posterior): StateArrays {
  return Object.fromEntries(
    Object.entries(meanWeights(point)).map(([path, { type, data }]) => [path, { type, data: Float64Array.from(data) }]),
  );
}
