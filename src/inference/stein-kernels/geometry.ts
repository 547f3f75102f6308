/** How particles lie to each other, from inner products alone: differences of all pairs would be P times the particles. */
import type { GraphBuilder, Ref } from '../../graph/builder.ts';
import type { ParticleGeometry } from '../stein-kernel.ts';
import { counting, medianBandwidth } from './bandwidth.ts';

/**
 * The geometry of particles that are given tensor by tensor, each `[P, size]` and seen from its mean: without the mean, what
 * the particles have in common is not squared first and then subtracted, which would take the digits of small distances.
 */
export function geometryOf(b: GraphBuilder, centred: readonly Ref[], bandwidth: 'median' | number): ParticleGeometry {
  const particles = centred[0]!.type.shape[0]!;
  const products = centred.map((x) => b.matmul(x, x, { transposeB: true })).reduce((total, part) => b.add(total, part));
  const identity = b.oneHot(b.cast(counting(b, particles), 'i32'), particles);
  const norms = b.sum(b.mul(products, identity), [1], true);
  const sums = b.add(norms, b.transpose(norms));
  const squaredDistances = b.relu(b.sub(sums, b.mul(products, 2)));
  return {
    particles,
    products,
    squaredDistances,
    identity,
    bandwidth: () => (bandwidth === 'median' ? medianBandwidth(b, squaredDistances) : b.constant(bandwidth)),
  };
}
