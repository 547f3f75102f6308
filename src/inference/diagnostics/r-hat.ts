/**
 * R-hat: how much wider the draws of all chains together are than those of one; 1 where chains say the same
 * (Gelman & Rubin 1992). Rank-normalised and split, the larger one of bulk and tail (Vehtari et al. 2021, section 3 and 4).
 */
import { type Chains, folded, halves, meanOf, rankNormalised, varianceOf } from './chains.ts';

/** Above this, chains have not mixed (Vehtari et al. 2021, section 4.3). */
export const R_HAT_LIMIT = 1.01;

/** NaN where nothing varies, or where there are fewer than four draws in a chain. */
export function rHat(chains: Chains): number {
  if (chains.some((chain) => chain.length < 4)) return Number.NaN;
  const split = halves(chains);
  const bulk = plainRHat(rankNormalised(split));
  const tail = plainRHat(rankNormalised(folded(split)));
  // Draws that are all equally far from the median have no tail to compare.
  return Number.isNaN(tail) ? bulk : Math.max(bulk, tail);
}

/** Vehtari et al. 2021, eq. 1 to 4. */
function plainRHat(chains: Chains): number {
  const n = chains[0]!.length;
  const between = n * varianceOf(Float64Array.from(chains, meanOf));
  const within = meanOf(Float64Array.from(chains, varianceOf));
  return within === 0 ? Number.NaN : Math.sqrt((between / within + n - 1) / n);
}
