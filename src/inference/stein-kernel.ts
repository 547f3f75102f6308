/**
 * The contract of a Stein kernel k. The direction of particle i (Liu & Wang 2016, eq. 8) is
 *   phi_i = 1/P [ sum_j k(x_j, x_i) s_j + sum_j grad_{x_j} k(x_j, x_i) ]      with the scores s_j = grad log p(x_j).
 * A kernel of distances and inner products has gradients that are combinations of the particles, so two matrices say it all:
 *   P phi = K s + R x,   K_ij = k(x_j, x_i),   sum_j R_ij x_j = sum_j grad_{x_j} k(x_j, x_i).
 */
import type { Named } from '../base/registry.ts';
import type { GraphBuilder, Ref } from '../graph/builder.ts';

/** How the particles lie to each other; every matrix is `[P, P]`. */
export interface ParticleGeometry {
  readonly particles: number;
  /** Inner products of the particles seen from their mean. */
  readonly products: Ref;
  readonly squaredDistances: Ref;
  readonly identity: Ref;
  /** h, a scalar above 0: squared distances are measured in it. Made where it is asked for. */
  readonly bandwidth: () => Ref;
}

export interface SteinMatrices {
  /** K: how much of each particle's score the others follow. */
  readonly attraction: Ref;
  /** R, applied to the particles seen from their mean. */
  readonly repulsion: Ref;
}

export interface SteinKernel extends Named {
  matrices(b: GraphBuilder, geometry: ParticleGeometry): SteinMatrices;
}
