/** `TruncatedNormal(mean, sd, low, high)`: Normal(mean, sd) between two bounds, divided by its mass there. */
import { standardised } from '../../base/samplers/truncated.ts';
import type { GraphBuilder, Operand, Ref } from '../../graph/builder.ts';
import { interval } from '../bijectors/index.ts';
import { argument, logDensityOf, type Moments, type Term } from '../distribution.ts';
import { normal } from './normal.ts';
import { edge, logMass } from './normal-interval.ts';
import { distribution, drawOf, learned, param, predictsMoments, within } from './record.ts';

function boundsOf(b: GraphBuilder, term: Term): readonly [low: Operand, high: Operand] {
  const standard = (name: string) =>
    standardised<Ref, Ref>(b, argument(term, name), argument(term, 'mean'), argument(term, 'sd'));
  return [standard('low'), standard('high')];
}

/** Johnson, Kotz & Balakrishnan 1994, section 13.10.1. */
const moments: Moments = {
  mean(b, term) {
    const [low, high] = boundsOf(b, term);
    const log = logMass(b, low, high);
    const shift = b.sub(edge(b, low, log, 0), edge(b, high, log, 0));
    return b.add(argument(term, 'mean'), b.mul(argument(term, 'sd'), shift));
  },
  variance(b, term) {
    const [low, high] = boundsOf(b, term);
    const log = logMass(b, low, high);
    const shift = b.sub(edge(b, low, log, 0), edge(b, high, log, 0));
    const bend = b.sub(edge(b, low, log, 1), edge(b, high, log, 1));
    return b.mul(b.square(argument(term, 'sd')), b.sub(b.add(1, bend), b.square(shift)));
  },
};

export const truncatedNormal = distribution({
  name: 'TruncatedNormal',
  doc: 'normal distribution between two bounds',
  params: [
    learned(param('mean', 'real', 0, 'mean without the bounds')),
    learned(param('sd', 'positive', 1, 'standard deviation without the bounds')),
    param('low', 'real', Number.NEGATIVE_INFINITY, 'lower bound; none when left out'),
    param('high', 'real', Number.POSITIVE_INFINITY, 'upper bound; none when left out'),
  ],
  increasing: ['low', 'high'],
  support: 'interval',
  roles: ['prior', 'guide', 'likelihood'],
  predicts: 'real',
  logDensity(b, x, term) {
    const log = b.sub(logDensityOf(b, x, { ...term, distribution: normal }), logMass(b, ...boundsOf(b, term)));
    const between = b.and(b.greaterEqual(x, argument(term, 'low')), b.lessEqual(x, argument(term, 'high')));
    return within(b, between, log);
  },
  draw: drawOf('TruncatedNormal'),
  moments,
  bijector: (term) => interval(argument(term, 'low'), argument(term, 'high')),
  /** The parabola's minimum, or the bound that is nearer. */
  prox: (b, x, step, term) =>
    b.min(b.max(normal.prox!(b, x, step, term), argument(term, 'low')), argument(term, 'high')),
  likelihood: predictsMoments(moments),
});
