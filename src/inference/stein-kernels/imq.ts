/** The inverse multiquadric k(x, y) = (1 + |x - y|^2 / h)^(-1/2), whose tails reach farther (Gorham & Mackey 2017, section 4). */
import type { SteinKernel } from '../stein-kernel.ts';
import { radial } from './radial.ts';

export const imq: SteinKernel = {
  name: 'imq',
  doc: 'inverse multiquadric: (1 + distance^2 / bandwidth)^(-1/2), for many dimensions',
  matrices(b, geometry) {
    const scale = b.reciprocal(geometry.bandwidth());
    const base = b.add(b.mul(geometry.squaredDistances, scale), 1);
    const values = b.reciprocal(b.sqrt(base));
    return radial(b, geometry, values, b.mul(b.div(values, base), b.mul(scale, -0.5)));
  },
};
