/**
 * The full conditional of a latent of 0 and 1: how probable 1 is, given the data and all other sites. Of a latent that only priors
 * mention, the likelihood cancels, and what is left are the densities of its own prior and of the sites whose priors mention it
 * (George & McCulloch 1993, "Variable selection via Gibbs sampling", eq. 8 to 11):
 *   log odds = log p(z = 1) - log p(z = 0) + sum over those sites x of log p(x | z = 1) - log p(x | z = 0).
 */

import type { GraphBuilder, Ref } from '../graph/builder.ts';
import { unbroadcast } from '../graph/ops/broadcasting.ts';
import type { CheckedSite } from '../language/check/checked.ts';
import type { Density } from './density.ts';
import { logDensityOf } from './distribution.ts';
import { type LatentValues, latentValues, logDensityOfReal } from './latents.ts';
import { mentionedBy } from './mentions.ts';

/** The values that the others are given, in a graph. */
export interface GivenSites {
  /** The real numbers of a site. */
  readonly valueOf: (site: CheckedSite) => Ref;
  /** 1 where an element is kept; null where nothing of the site was pruned. What is gone says nothing. */
  readonly maskOf: (site: CheckedSite) => Ref | null;
}

/** The sites whose priors mention `site`. */
export function dependents({ sites }: Density, site: CheckedSite): readonly CheckedSite[] {
  return sites.filter((other) => mentionedBy(other.prior).has(site.path));
}

/**
 * Log odds of 1, of the shape of the site. Exact where each number of a dependent has a density of its own and mentions one number
 * of the site, and where neither the network nor the likelihood depends on it: the checker sees to that.
 */
export function conditionalLogOdds(b: GraphBuilder, density: Density, site: CheckedSite, given: GivenSites): Ref {
  const latentsAt = (state: 0 | 1) =>
    latentValues(b, density, (other) => (other.path === site.path ? b.full(site.shape, state) : given.valueOf(other)));
  const [zero, one] = [latentsAt(0), latentsAt(1)];
  const own = (latents: LatentValues) => logDensityOf(b, latents(site.path), density.prior(b, site, latents));
  const ofPrior = unbroadcast(b, b.sub(own(one), own(zero)), site.shape);
  return dependents(density, site).reduce((sum, other) => {
    const at = (latents: LatentValues) => logDensityOfReal(b, given.valueOf(other), density.prior(b, other, latents));
    const mask = given.maskOf(other);
    const ratio = b.sub(at(one), at(zero));
    return b.add(sum, unbroadcast(b, mask === null ? ratio : b.mul(ratio, mask), site.shape));
  }, ofPrior);
}
