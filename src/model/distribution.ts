/** The contract of a distribution, and the form in which its arguments reach it: a `Term`. */
import type { DistributionSignature } from '../base/catalogue.ts';
import type { Shape } from '../base/host-array.ts';
import type { GraphBuilder, Operand, Ref } from '../graph/builder.ts';
import type { NoiseKind } from '../graph/program.ts';
import type { Bijector } from './bijectors/index.ts';

/** A distribution with its arguments put in: numbers where they are known, graph values where they are not. */
export interface Term {
  readonly distribution: Distribution;
  readonly args: Readonly<Record<string, Operand>>;
  /** Of a non-centred site: what multiplies numbers of this distribution. */
  readonly scale?: Operand;
  /** Of a mixture; weights sum to 1. */
  readonly components: readonly { readonly weight: number; readonly term: Term }[];
}

/** Fresh noise of a shape; each call is another array. */
export type Noise = (kind: NoiseKind, shape: Shape) => Ref;

export interface Draw {
  /** The gradient of a draw by the arguments, at fixed noise, is that of its distribution. */
  readonly reparameterised: boolean;
  /** One draw of `shape`. */
  emit(b: GraphBuilder, term: Term, shape: Shape, noise: Noise): Ref;
}

/** Infinite or NaN for arguments at which there is none. */
export interface Moments {
  mean(b: GraphBuilder, term: Term): Operand;
  variance(b: GraphBuilder, term: Term): Operand;
}

/** argmin over z of -log p(z) + (z - x)^2 / (2 step): what a proximal step of the optimizer does with the prior. */
export type Prox = (b: GraphBuilder, x: Ref, step: Operand, term: Term) => Ref;

/** A latent of a hierarchy: `fc1.weight.scale` for every weight, every group, or once for the site. */
export interface HiddenLatent {
  readonly name: string;
  readonly per: 'element' | 'group' | 'site';
  /** Its distribution in the language, over the parameters of the record and latents above. */
  readonly distribution: string;
  readonly doc: string;
}

/** A distribution as a hierarchy: latents, and the distribution of the value given them, in the words of the language. */
export interface Expansion {
  readonly latents: readonly HiddenLatent[];
  readonly given: string;
}

/** What a distribution does as the likelihood of a column. */
export interface LikelihoodRole {
  /** What predictions report, by name: `probabilities` `[rows, classes]`, `mean` and `sd` `[rows]`. */
  parameters(b: GraphBuilder, term: Term, rows: number): Readonly<Record<string, Ref>>;
}

export interface Distribution extends DistributionSignature {
  /**
   * Natural log of the density (or probability) of each event in `x`; natural log of an unnormalised one where improper.
   * Minus infinity outside the support. Null where the language cannot say the arguments yet, or there is no density.
   */
  readonly logDensity: ((b: GraphBuilder, x: Ref, term: Term) => Ref) | null;
  /** Null for improper densities, and for those that only the host draws (`data/readers/simulate`). */
  readonly draw: Draw | null;
  readonly moments: Moments | null;
  /** From the real numbers onto the support; null where it is discrete. */
  readonly bijector: ((term: Term) => Bijector) | null;
  readonly prox: Prox | null;
  readonly expansion: Expansion | null;
  /** Of a distribution whose values are a gate times what a slab gives; the site's own numbers are then those of the slab. */
  readonly gated: ((term: Term) => { readonly gate: Operand; readonly slab: Term }) | null;
  /** What it is as the latent of a plate, over all numbers of the plate; left out where each number has its own draw of it. */
  readonly ofPlate?: Distribution;
  /** Null when it cannot stand as a likelihood. */
  readonly likelihood: LikelihoodRole | null;
}

/** An argument that the record declares; a missing one is a bug of the checker. */
export function argument(term: Term, name: string): Operand {
  const value = term.args[name];
  if (value === undefined) throw new Error(`internal: ${term.distribution.name} has no argument \`${name}\``);
  return value;
}

/** Log density of `x` under a term. */
export function logDensityOf(b: GraphBuilder, x: Ref, term: Term): Ref {
  const { logDensity, name } = term.distribution;
  if (logDensity === null) throw new Error(`internal: ${name} has no density`);
  return logDensity(b, x, term);
}

/** `x - shift`, without an op when the shift is the number 0. */
export function centred(b: GraphBuilder, x: Ref, shift: Operand): Ref {
  return shift === 0 ? x : b.sub(x, shift);
}

/** `log a` on the host when `a` is a number. */
export function logOf(b: GraphBuilder, a: Operand): Operand {
  return typeof a === 'number' ? Math.log(a) : b.log(a);
}

/** `a - b` on the host when both are numbers. */
export function minus(b: GraphBuilder, left: Operand, right: Operand): Operand {
  return typeof left === 'number' && typeof right === 'number' ? left - right : b.sub(left, right);
}

/** `((x - location) / scale)^2`, by a multiplication when the scale is a number. */
export function squaredDistance(b: GraphBuilder, x: Ref, location: Operand, scale: Operand): Ref {
  const d = centred(b, x, location);
  return typeof scale === 'number' ? b.mul(b.square(d), 1 / (scale * scale)) : b.square(b.div(d, scale));
}
