/** The contract of an estimator for gates: a draw of latents of 0 and 1, and what the gradient by their log odds is. */
import type { GateEstimatorSignature, OptionValues } from '../base/catalogue.ts';
import type { GraphBuilder, Ref } from '../graph/builder.ts';

export interface GateDraw {
  /** Of the shape of the log odds. */
  readonly value: Ref;
  /** What stands for the slope of the draw by the log odds; null where the value has a slope of its own. */
  readonly slope: Ref | null;
}

export interface GateEstimator extends GateEstimatorSignature {
  /** Why the loss that it draws is not that under the guide; null where it is. */
  bias(options: OptionValues): string | null;
  /** What is wrong with its gradient of the loss that it draws; null where that is the loss's own. */
  gradientBias(options: OptionValues): string | null;
  /** `uniform`: fresh numbers between 0 and 1. */
  draw(b: GraphBuilder, logits: Ref, uniform: Ref, options: OptionValues): GateDraw;
}

/** Of hard draws, which have no slope of their own. */
export const BORROWED_SLOPE =
  'takes the slope of something smooth for that of a draw of 0 or 1: its gradient is biased';

/** Keeps the logarithms finite: single precision has no number nearer to 1. */
const EDGE = 6e-8;

/** Logistic noise: log odds plus it are above 0 with the probability of 1. */
export function logistic(b: GraphBuilder, uniform: Ref): Ref {
  const inside = b.min(b.max(uniform, EDGE), 1 - EDGE);
  return b.sub(b.log(inside), b.log(b.sub(1, inside)));
}
