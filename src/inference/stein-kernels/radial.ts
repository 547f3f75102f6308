/** Kernels of the squared distance, k(x, y) = f(|x - y|^2): grad_{x_j} k(x_j, x_i) = 2 f'(d_ij^2) (x_j - x_i). */
import type { GraphBuilder, Ref } from '../../graph/builder.ts';
import type { ParticleGeometry, SteinMatrices } from '../stein-kernel.ts';

/** K = f(d^2) and R = 2 (F - diag of the row sums of F), with `values` f and `slopes` F = f' at the squared distances. */
export function radial(b: GraphBuilder, { identity }: ParticleGeometry, values: Ref, slopes: Ref): SteinMatrices {
  const own = b.mul(identity, b.sum(slopes, [1], true));
  return { attraction: values, repulsion: b.mul(b.sub(slopes, own), 2) };
}
