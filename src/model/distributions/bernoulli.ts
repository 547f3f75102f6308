/** `Bernoulli(p)`: 1 with probability p, else 0; log probability -log(1 + exp(-logits)) of 1 and -log(1 + exp(logits)) of 0. */
import { argument, type Moments } from '../distribution.ts';
import { alternative, distribution, drawOf, learned, logOdds, param } from './record.ts';

const moments: Moments = {
  mean: (b, term) => b.sigmoid(argument(term, 'logits')),
  variance(b, term) {
    const p = b.sigmoid(argument(term, 'logits'));
    return b.mul(p, b.sub(1, p));
  },
};

export const bernoulli = distribution({
  name: 'Bernoulli',
  doc: '1 or 0: a gate, or a class of two',
  inverseLink: 'sigmoid',
  params: [learned(param('logits', 'real', null, 'log odds of 1: log(p / (1 - p))'))],
  alternatives: [alternative('p', 'logits', 'open_unit', logOdds, 'probability of 1', true)],
  support: 'binary',
  roles: ['prior', 'guide', 'likelihood'],
  predicts: 'class',
  /** `x` holds 0 and 1, as real numbers or as classes. Right also where the log odds are infinite. */
  logDensity(b, x, term) {
    const sign = b.sub(1, b.mul(b.cast(x, 'f32'), 2));
    return b.neg(b.softplus(b.mul(sign, argument(term, 'logits'))));
  },
  draw: drawOf('Bernoulli'),
  moments,
  likelihood: {
    parameters(b, term, rows) {
      const logits = b.reshape(b.add(b.full([rows], 0), argument(term, 'logits')), [rows, 1]);
      return { probabilities: b.concat([b.sigmoid(b.neg(logits)), b.sigmoid(logits)], 1) };
    },
  },
});
