/**
 * Skewed Jensen-Shannon divergence (Lin 1991; Thiagarajan & Ghosh 2022): (1 - a) KL(q || M) + a KL(p || M) with M = a q + (1 - a) p,
 * estimated without bias by one draw of each: with D = log p - log q,
 *   log M - log q = log(a + (1 - a) e^D),  log M - log p = log(1 - a + a e^-D).
 * It is never above log 2 at a = 1 / 2, so no weight is pulled to its prior by more. At a = 0 it is KL(q || p), at a = 1 KL(p || q).
 */
import type { GraphBuilder, Ref } from '../../graph/builder.ts';
import { logDensityOf, type Term } from '../distribution.ts';
import { HALF_LOG_TWO_PI } from '../distributions/normal.ts';
import type { Divergence, SpreadView } from '../divergence.ts';

/** log p - log q at x. */
function logRatio(b: GraphBuilder, x: Ref, { mean, spread }: SpreadView, prior: Term): Ref {
  const standard = b.div(b.square(b.sub(x, mean)), spread.unmasked);
  const logGuide = b.sub(b.mul(b.add(standard, spread.logVariance), -0.5), HALF_LOG_TWO_PI);
  return b.sub(logDensityOf(b, x, prior), logGuide);
}

/** log(share + (1 - share) e^x) for a share between 0 and 1. */
function logMixed(b: GraphBuilder, x: Ref, share: number): Ref {
  if (share === 0) return x;
  return b.add(b.softplus(b.add(x, Math.log((1 - share) / share))), Math.log(share));
}

export const jsArithmetic: Divergence = {
  name: 'js_arithmetic',
  doc: 'skewed towards KL(guide || prior) at 0 and KL(prior || guide) at 1, by their mixture: bounded',
  argument: { min: 0, max: 1, example: 0.5 },
  guides: ['Normal'],
  priors: null,
  drawsPrior: true,
  elements(b, view, prior, draws, a) {
    const parts: Ref[] = [];
    if (a < 1) parts.push(b.mul(logMixed(b, logRatio(b, draws.guide(), view, prior), a), a - 1));
    if (a > 0) parts.push(b.mul(logMixed(b, b.neg(logRatio(b, draws.prior(), view, prior)), 1 - a), -a));
    return parts.reduce((sum, next) => b.add(sum, next));
  },
};
