/**
 * The contract of an estimator for gates: draws of latents of 0 and 1, and what the gradient by their log odds is. Some take a slope
 * from elsewhere, each gate for itself; others look at the loss in several states of all gates in one step. Of nested masks (`Ordered`)
 * the gates are the steps from block to block.
 */
import type { GateEstimatorSignature, OptionValues } from '../base/catalogue.ts';
import type { Expr } from '../base/expr.ts';
import type { GraphBuilder, Ref } from '../graph/builder.ts';
import type { Timetable } from './course.ts';

export interface GateDraw {
  /** Of the shape of the log odds; of nested masks, once it is that of a site, of the site's. */
  readonly value: Ref;
  /** What the gradient goes on through in place of the value, which has no slope; null where that has one of its own. */
  readonly smooth: Ref | null;
}

interface Estimator extends GateEstimatorSignature {
  /** Why the loss that it draws is not that under the guide; null where it is. */
  bias(options: OptionValues): string | null;
  /** What is wrong with its gradient of the loss that it draws; null where that is the loss's own. */
  gradientBias(options: OptionValues): string | null;
}

/** One state of the gates in a step, and a slope for each gate. */
export interface SlopeEstimator extends Estimator {
  readonly kind: 'slope';
  /** `uniform`: fresh numbers between 0 and 1. */
  draw(b: GraphBuilder, logits: Ref, uniform: Ref, options: OptionValues): GateDraw;
  /**
   * One of several, of which exactly one is 1: `[n]`, from the logarithms of their probabilities and a fresh number for each. Left out
   * where such a choice is drawn as its single decisions.
   */
  choose?(b: GraphBuilder, logProbabilities: Ref, uniform: Ref, options: OptionValues): GateDraw;
}

/** What an estimator reads beside log odds and uniform numbers, as it declared them. */
export interface Memory {
  readonly slot: (name: string) => Ref;
  readonly scalar: (name: string) => Ref;
}

export interface Score {
  /** `[gates]`, of the loss by the log odds, beside what comes through the weights of the states. */
  readonly gradient: Ref;
  /** The declared slots after the step. */
  readonly slots: Readonly<Record<string, Ref>>;
}

export interface GateStates {
  /** `[states, gates]` of 0 and 1. */
  readonly values: Ref;
  /** `[states]` with the sum 1: what the loss of each counts. The gradient follows them to the log odds. */
  readonly weights: Ref;
  /** From the loss of each state, `[states]`; null where the weights say all of the gradient. */
  readonly score: ((losses: Ref) => Score) | null;
}

/** Several states of all gates that it is for: their numbers are one list of gates. Everything else that is random is the same in all. */
export interface StatesEstimator extends Estimator {
  readonly kind: 'states';
  states(gates: number, options: OptionValues): number;
  /** How many fresh numbers between 0 and 1 it needs for each gate. */
  uniforms(options: OptionValues): number;
  /** Names of the scalars that it remembers from step to step, 0 at first. */
  slots(options: OptionValues): readonly string[];
  /** What it needs to know at each step. */
  scalars(options: OptionValues): Readonly<Record<string, Expr | Timetable>>;
  /** `logits` `[gates]`, `uniform` `[uniforms, gates]`. */
  draw(b: GraphBuilder, logits: Ref, uniform: Ref | null, options: OptionValues, memory: Memory): GateStates;
}

export type GateEstimator = SlopeEstimator | StatesEstimator;

/** Of hard draws, which have no slope of their own. */
export const BORROWED_SLOPE =
  'takes the slope of something smooth for that of a draw of 0 or 1: its gradient is biased';

/** Of what lies between 0 and 1. */
export const RELAXED = 'draws numbers between 0 and 1, which the guide does not have';

/** Keeps the logarithms finite: single precision has no number nearer to 1. */
const EDGE = 6e-8;

/** Uniform numbers whose logarithm, and that of what is missing to 1, are finite. */
export function withinEdges(b: GraphBuilder, uniform: Ref): Ref {
  return b.min(b.max(uniform, EDGE), 1 - EDGE);
}

/** Logistic noise: log odds plus it are above 0 with the probability of 1. */
export function logistic(b: GraphBuilder, uniform: Ref): Ref {
  const inside = withinEdges(b, uniform);
  return b.sub(b.log(inside), b.log(b.sub(1, inside)));
}

/** The part of a states estimator that remembers nothing. */
export const FORGETFUL = { slots: () => [], scalars: () => ({}) } as const;

/** The same weight for each state. */
export function evenWeights(b: GraphBuilder, states: number): Ref {
  return b.full([states], 1 / states);
}
