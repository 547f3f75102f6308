/**
 * Gibbs sampling of latents of 0 and 1 (Geman & Geman 1984; of the indicators of spike and slab, George & McCulloch 1993): each is 1
 * with its full conditional probability, sigmoid(log odds / T). Given the other sites they are independent of each other, so all
 * are drawn at once. By u uniform, z = 1 where T log(u / (1 - u)) < log odds, which holds at T = 0 too; u has 23 bits, so probabilities are right to 2^-24.
 */
import { conditionalLogOdds } from '../../model/full-conditional.ts';
import type { MoveKernel } from '../move-kernel.ts';

export const gibbs: MoveKernel = {
  name: 'gibbs',
  doc: 'draws each number of a latent from its full conditional, given the weights and all else',
  support: 'binary',
  noise: 'uniform',
  next(b, { density, site, temperature, noise, ...given }) {
    const logOdds = conditionalLogOdds(b, density, site, given);
    const threshold = b.mul(b.sub(b.log(noise), b.log1p(b.neg(noise))), temperature);
    return b.cast(b.less(threshold, logOdds), 'f32');
  },
};
