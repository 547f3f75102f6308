/**
 * `HardConcrete(p)`: a logistic number, squeezed by a temperature, stretched to (low, high) around the unit interval and clipped to it
 * (Louizos, Welling & Kingma 2018, eq. 10 to 12): masses at 0 and 1, and a density between them.
 */
import type { GraphBuilder, Operand, Ref } from '../../graph/builder.ts';
import { argument, type Term } from '../distribution.ts';
import { alternative, distribution, drawOf, inside, learned, logOdds, param, within } from './record.ts';

interface Arguments {
  readonly logAlpha: Operand;
  readonly temperature: Operand;
  readonly low: Operand;
  readonly high: Operand;
}

function argumentsOf(term: Term): Arguments {
  const [logAlpha, temperature] = [argument(term, 'log_alpha'), argument(term, 'temperature')];
  return { logAlpha, temperature, low: argument(term, 'low'), high: argument(term, 'high') };
}

/** temperature * logit of the place of `x` between low and high, minus log alpha: logistic before it was clipped. */
function logistic(b: GraphBuilder, x: Operand, { logAlpha, temperature, low, high }: Arguments): Ref {
  const odds = b.sub(b.log(b.sub(x, low)), b.log(b.sub(high, x)));
  return b.sub(b.mul(odds, temperature), logAlpha);
}

export const hardConcrete = distribution({
  name: 'HardConcrete',
  doc: 'a gate between 0 and 1 that is often exactly 0 or 1',
  params: [
    learned(param('log_alpha', 'real', null, 'log odds of the middle')),
    param('temperature', 'positive', 2 / 3, 'how rarely it lies between 0 and 1'),
    param('low', 'real', -0.1, 'left end before clipping'),
    param('high', 'real', 1.1, 'right end before clipping'),
  ],
  alternatives: [alternative('p', 'log_alpha', 'open_unit', logOdds, 'sigmoid(log_alpha)', true)],
  increasing: ['low', 'high'],
  support: 'unit',
  ofValues: 'gates',
  roles: ['prior', 'guide'],
  /** Log of the mass at 0 and at 1; between them the log density. */
  logDensity(b, x, term) {
    const given = argumentsOf(term);
    const atZero = b.neg(b.softplus(b.neg(logistic(b, 0, given))));
    const atOne = b.neg(b.softplus(logistic(b, 1, given)));
    const between = b.and(b.greater(x, 0), b.less(x, 1));
    const y = inside(b, between, x, 0.5);
    const l = logistic(b, y, given);
    const left = b.sub(y, given.low);
    const slope = b.div(b.mul(b.sub(given.high, given.low), given.temperature), b.mul(left, b.sub(given.high, y)));
    const density = b.sub(b.log(slope), b.add(b.softplus(l), b.softplus(b.neg(l))));
    const ends = b.select(b.equal(x, 0), atZero, within(b, b.equal(x, 1), atOne));
    return b.select(between, density, ends);
  },
  draw: drawOf('HardConcrete'),
});
