/**
 * The linear kernel k(x, y) = 1 + (x - c)'(y - c) about the particles' mean c: its fixed points have the mean and the
 * covariance of a Gaussian target exactly, with more particles than dimensions (Liu & Wang 2018, theorem 3.3). It has no bandwidth.
 */
import type { SteinKernel } from '../stein-kernel.ts';

export const linear: SteinKernel = {
  name: 'linear',
  doc: '1 + inner product about the mean: matches mean and covariance; `bandwidth` does not matter',
  matrices: (b, { particles, products, identity }) => ({
    attraction: b.add(products, 1),
    repulsion: b.mul(identity, particles),
  }),
};
