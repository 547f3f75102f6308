/** What closed forms with a log-normal guide are made of; `guide` shows mean and sd of the logarithm. */
import type { GraphBuilder, Ref } from '../../graph/builder.ts';
import type { Shown } from './form.ts';
import { HALF_LOG_TWO_PI_E } from './normal-flat.ts';

/** E x^k = exp(k m + k^2 s^2 / 2). */
export function powerMean(b: GraphBuilder, guide: Shown, k: number): Ref {
  return b.exp(b.add(b.mul(guide('mean'), k), b.mul(b.square(guide('sd')), (k * k) / 2)));
}

/** Of the normal that the logarithm is. The entropy of x itself is larger by m, which meets the log Jacobian in every divergence. */
export function entropyOfLog(b: GraphBuilder, guide: Shown): Ref {
  return b.add(b.log(guide('sd')), HALF_LOG_TWO_PI_E);
}
