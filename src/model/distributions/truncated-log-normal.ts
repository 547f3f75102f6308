/**
 * `TruncatedLogNormal(mean, sd, low, high)`: log x is Normal(mean, sd) between log low and log high
 * (Neklyudov, Molchanov, Ashukha & Vetrov 2017, eq. 9).
 */
import { standardised } from '../../base/samplers/truncated.ts';
import type { GraphBuilder, Operand, Ref } from '../../graph/builder.ts';
import { interval } from '../bijectors/index.ts';
import { argument, logDensityOf, logOf, type Moments, type Term } from '../distribution.ts';
import { logNormal } from './log-normal.ts';
import { logMass } from './normal-interval.ts';
import { distribution, drawOf, learned, param, predictsMoments, within } from './record.ts';

/** The bounds of log x in standard deviations, `shift` of them further left. */
export function logBounds(b: GraphBuilder, term: Term, shift: Operand = 0): readonly [low: Operand, high: Operand] {
  const standard = (name: string) => {
    const bound = standardised<Ref, Ref>(
      b,
      logOf(b, argument(term, name)),
      argument(term, 'mean'),
      argument(term, 'sd'),
    );
    return typeof bound === 'number' && !Number.isFinite(bound) ? bound : b.sub(bound, shift);
  };
  return [standard('low'), standard('high')];
}

/** E x^k = exp(k mean + k^2 sd^2 / 2) times the mass that is left when the bounds move by k sd. */
function powerMean(b: GraphBuilder, term: Term, k: number): Ref {
  const sd = argument(term, 'sd');
  const whole = b.add(b.mul(argument(term, 'mean'), k), b.mul(b.square(sd), (k * k) / 2));
  const moved = logMass(b, ...logBounds(b, term, b.mul(sd, k)));
  return b.exp(b.add(whole, b.sub(moved, logMass(b, ...logBounds(b, term)))));
}

const moments: Moments = {
  mean: (b, term) => powerMean(b, term, 1),
  variance: (b, term) => b.sub(powerMean(b, term, 2), b.square(powerMean(b, term, 1))),
};

export const truncatedLogNormal = distribution({
  name: 'TruncatedLogNormal',
  doc: 'a number between two positive bounds whose logarithm is normal between theirs',
  params: [
    learned(param('mean', 'real', 0, 'mean of log x without the bounds')),
    learned(param('sd', 'positive', 1, 'standard deviation of log x without the bounds')),
    param('low', 'real', 0, 'lower bound; 0 when left out'),
    param('high', 'positive', Number.POSITIVE_INFINITY, 'upper bound; none when left out'),
  ],
  increasing: ['low', 'high'],
  support: 'interval',
  roles: ['prior', 'guide', 'likelihood'],
  predicts: 'real',
  ofValues: 'bounds',
  logDensity(b, x, term) {
    const log = b.sub(logDensityOf(b, x, { ...term, distribution: logNormal }), logMass(b, ...logBounds(b, term)));
    const between = b.and(b.greaterEqual(x, argument(term, 'low')), b.lessEqual(x, argument(term, 'high')));
    return within(b, between, log);
  },
  draw: drawOf('TruncatedLogNormal'),
  moments,
  bijector: (term) => interval(argument(term, 'low'), argument(term, 'high')),
  likelihood: predictsMoments(moments),
});
