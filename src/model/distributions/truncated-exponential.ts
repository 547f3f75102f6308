/** `TruncatedExponential(rate, low, high)`: density proportional to exp(-rate x) between two bounds, w apart. */
import type { GraphBuilder, Ref } from '../../graph/builder.ts';
import { interval } from '../bijectors/index.ts';
import { argument, type Moments, type Term } from '../distribution.ts';
import { distribution, drawOf, param, predictsMoments, within } from './record.ts';

function width(b: GraphBuilder, term: Term): Ref {
  return b.sub(argument(term, 'high'), argument(term, 'low'));
}

const moments: Moments = {
  /** low + 1 / rate - w / (e^(rate w) - 1). */
  mean(b, term) {
    const rate = argument(term, 'rate');
    const w = width(b, term);
    return b.add(argument(term, 'low'), b.sub(b.div(1, rate), b.div(w, b.expm1(b.mul(w, rate)))));
  },
  /** 1 / rate^2 - w^2 / ((e^(rate w) - 1)(1 - e^(-rate w))). */
  variance(b, term) {
    const rate = argument(term, 'rate');
    const w = width(b, term);
    const scaled = b.mul(w, rate);
    const missing = b.div(b.square(w), b.mul(b.expm1(scaled), b.neg(b.expm1(b.neg(scaled)))));
    return b.sub(b.div(1, b.square(rate)), missing);
  },
};

export const truncatedExponential = distribution({
  name: 'TruncatedExponential',
  doc: 'exponential distribution between two bounds',
  params: [
    param('rate', 'positive', 1, 'rate'),
    param('low', 'real', 0, 'lower bound'),
    param('high', 'real', 1, 'upper bound'),
  ],
  increasing: ['low', 'high'],
  support: 'interval',
  roles: ['prior', 'likelihood'],
  predicts: 'real',
  logDensity(b, x, term) {
    const [rate, low, high] = [argument(term, 'rate'), argument(term, 'low'), argument(term, 'high')];
    const mass = b.neg(b.expm1(b.neg(b.mul(width(b, term), rate))));
    const log = b.sub(b.log(b.div(rate, mass)), b.mul(b.sub(x, low), rate));
    return within(b, b.and(b.greaterEqual(x, low), b.lessEqual(x, high)), log);
  },
  draw: drawOf('TruncatedExponential'),
  moments,
  bijector: (term) => interval(argument(term, 'low'), argument(term, 'high')),
  prox: (b, x, step, term) =>
    b.min(b.max(b.sub(x, b.mul(step, argument(term, 'rate'))), argument(term, 'low')), argument(term, 'high')),
  likelihood: predictsMoments(moments),
});
