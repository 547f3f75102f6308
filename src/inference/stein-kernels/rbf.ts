/** The Gaussian kernel k(x, y) = exp(-|x - y|^2 / h) (Liu & Wang 2016, section 5). */
import type { SteinKernel } from '../stein-kernel.ts';
import { radial } from './radial.ts';

export const rbf: SteinKernel = {
  name: 'rbf',
  doc: 'Gaussian: exp(-distance^2 / bandwidth)',
  matrices(b, geometry) {
    const scale = b.neg(b.reciprocal(geometry.bandwidth()));
    const values = b.exp(b.mul(geometry.squaredDistances, scale));
    return radial(b, geometry, values, b.mul(values, scale));
  },
};
