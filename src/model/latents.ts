/**
 * Latents in a graph. Guides, particles and optimizers see real numbers; the density is about the values that a bijector makes of them:
 * of positive ones their logarithms, of those between bounds their log odds. Parameters of the network are real already.
 */
import type { GraphBuilder, Ref } from '../graph/builder.ts';
import type { CheckedSite } from '../language/check/checked.ts';
import { type Bijector, identity, type ValueRange } from './bijectors/index.ts';
import type { Density } from './density.ts';
import { logDensityOf, type Term } from './distribution.ts';
import { recordOf } from './likelihood.ts';

/** The values of the latents by path, as priors and the likelihood read them. */
export type LatentValues = (path: string) => Ref;

export function isLatent({ parameter }: CheckedSite): boolean {
  return parameter.counts === 'latent';
}

/**
 * The values of all latents; `numbersOf` gives the real numbers that stand for one, or, of those that `areValues` names, the values
 * themselves. It is asked for each once, in the order of the sites.
 */
export function latentValues(
  b: GraphBuilder,
  density: Density,
  numbersOf: (site: CheckedSite) => Ref,
  areValues: (site: CheckedSite) => boolean = () => false,
): LatentValues {
  const values = new Map<string, Ref>();
  const known: LatentValues = (path) => {
    const value = values.get(path);
    if (value === undefined) throw new Error(`internal: ${path} is no latent, or comes later`);
    return value;
  };
  for (const site of density.sites.filter(isLatent)) {
    const numbers = numbersOf(site);
    const value = areValues(site) ? numbers : supportedValue(b, numbers, density.prior(b, site, known));
    values.set(site.path, b.label(value, `value of ${site.path}`, site.span));
  }
  return known;
}

/** What the real numbers stand for, under a prior. */
export function supportedValue(b: GraphBuilder, real: Ref, prior: Term): Ref {
  return bijectorOf(prior)?.forward(b, real) ?? real;
}

/** The real numbers that stand for a value, under a prior. */
export function realNumbers(b: GraphBuilder, value: Ref, prior: Term): Ref {
  return bijectorOf(prior)?.inverse(b, value) ?? value;
}

/** Log density of the real numbers: that of what they stand for, and the log Jacobian. */
export function logDensityOfReal(b: GraphBuilder, real: Ref, prior: Term): Ref {
  const bijector = bijectorOf(prior);
  if (bijector === null) return logDensityOf(b, real, prior);
  return b.add(logDensityOf(b, bijector.forward(b, real), prior), bijector.logDetJacobian(b, real));
}

/** Which values the real numbers of a site stand for. Guides of values need to know it before anything runs, and the checker sees to that. */
export function rangeOf(site: CheckedSite): ValueRange {
  const { path } = site;
  const prior = supportTerm(site);
  const { range } = prior.distribution.bijector?.(prior) ?? identity;
  if (range === null) throw new Error(`internal: the bounds of ${path} are not known`);
  return range;
}

/** The real numbers that stand for values of a site whose bounds are known before anything runs. */
export function realOfValue(b: GraphBuilder, site: CheckedSite, value: Ref): Ref {
  return realNumbers(b, value, supportTerm(site));
}

/** The prior as far as its support needs it: what depends on latents is left out. */
function supportTerm({ prior }: CheckedSite): Term {
  const args = Object.fromEntries(prior.args.map(({ name, value }) => [name, value ?? Number.NaN]));
  return { distribution: recordOf(prior), args, components: [] };
}

/** Null where the numbers stand for themselves. */
function bijectorOf(prior: Term): Bijector | null {
  const bijector = prior.distribution.bijector?.(prior) ?? identity;
  return bijector === identity ? null : bijector;
}
