/** What inference leaves behind: a family for each site with its arrays, and which elements were pruned away. */
import type { Shape } from '../base/host-array.ts';

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
