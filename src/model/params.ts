/**
 * `param`s in a graph. They stand among the latents, as points: an open end of their range is reached by a bijector, as that of a
 * latent is, a closed one by projection after each step. They have no density, and so no Jacobian: the gradient that they follow is
 * that of the likelihood and of the priors which mention them (type-II maximum likelihood; MacKay 1992, "Bayesian interpolation", section 3).
 */
import type { GraphBuilder, Ref } from '../graph/builder.ts';
import type { CheckedParam, CheckedSite } from '../language/check/checked.ts';
import { type Bijector, interval } from './bijectors/index.ts';
import type { Term } from './distribution.ts';
import { distribution } from './distributions/record.ts';

export function isParam(site: CheckedSite): site is CheckedSite & { readonly param: CheckedParam } {
  return site.param !== undefined;
}

/** In the place of a prior: no density, and the map of its range. */
export function paramTerm(param: CheckedParam): Term {
  const bijector = bijectorOf(param);
  const record = distribution({
    name: 'param',
    doc: 'a number that is not random',
    params: [],
    support: 'real',
    roles: ['prior'],
    proper: false,
    logDensity: (b) => b.constant(0),
    bijector: () => bijector,
  });
  return { distribution: record, args: {}, components: [] };
}

function bijectorOf(param: CheckedParam): Bijector {
  const { low, high } = openEnds(param);
  return { ...interval(low, high), logDetJacobian: (b) => b.constant(0) };
}

/** A closed end is no end of the map: the numbers are projected onto it. */
function openEnds({ low, high, lowClosed, highClosed }: CheckedParam) {
  return {
    low: lowClosed ? Number.NEGATIVE_INFINITY : low,
    high: highClosed ? Number.POSITIVE_INFINITY : high,
  };
}

/** The real number that stands for a value: minus infinity for an open lower end, which no `param` reaches. */
export function realOfParam(param: CheckedParam, value: number): number {
  const { low, high } = openEnds(param);
  if (Number.isFinite(low) && Number.isFinite(high)) return Math.log((value - low) / (high - value));
  if (Number.isFinite(low)) return Math.log(value - low);
  return Number.isFinite(high) ? -Math.log(high - value) : value;
}

/** The value that a real number stands for, within the range. */
export function valueOfParam(param: CheckedParam, real: number): number {
  const { low, high } = openEnds(param);
  const within = (value: number) => Math.min(Math.max(value, param.low), param.high);
  if (Number.isFinite(low) && Number.isFinite(high)) return within(low + (high - low) / (1 + Math.exp(-real)));
  if (Number.isFinite(low)) return within(low + Math.exp(real));
  return within(Number.isFinite(high) ? high - Math.exp(-real) : real);
}

/** Real numbers after a step, no further than the closed ends of a `param`; those of random variables as they are. */
export function projected(b: GraphBuilder, { param }: CheckedSite, real: Ref): Ref {
  if (param === undefined) return real;
  const { lowClosed, highClosed } = param;
  const above = lowClosed ? b.max(real, realOfParam(param, param.low)) : real;
  return highClosed ? b.min(above, realOfParam(param, param.high)) : above;
}
