/** The contract of a distribution, and the form in which its arguments reach it: a `Term`. */
import type { DistributionSignature } from '../base/catalogue.ts';
import type { GraphBuilder, Operand, Ref } from '../graph/builder.ts';

/** A distribution with its arguments put in: numbers where they are known, graph values where they are not. */
export interface Term {
  readonly distribution: Distribution;
  readonly args: Readonly<Record<string, Operand>>;
  /** Of a mixture; weights sum to 1. */
  readonly components: readonly { readonly weight: number; readonly term: Term }[];
}

/** What a distribution does as the likelihood of a column. */
export interface LikelihoodRole {
  /** What predictions report, by name: `probabilities` `[rows, classes]`, `mean` and `sd` `[rows]`. */
  parameters(b: GraphBuilder, term: Term, rows: number): Readonly<Record<string, Ref>>;
}

export interface Distribution extends DistributionSignature {
  /** Natural log of the density (or probability) at each element of `x`; natural log of an unnormalised one where improper. */
  logDensity(b: GraphBuilder, x: Ref, term: Term): Ref;
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
  return term.distribution.logDensity(b, x, term);
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
