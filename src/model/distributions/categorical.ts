/** `Categorical(logits)`: class k with probability exp(logits_k) / sum_j exp(logits_j). */
import { sizeOf } from '../../base/host-array.ts';
import type { Ref } from '../../graph/builder.ts';
import { argument, type Term } from '../distribution.ts';
import { alternative, distribution, logarithm, param } from './record.ts';

export const categorical = distribution({
  name: 'Categorical',
  doc: 'one of several classes',
  inverseLink: 'softmax',
  params: [param('logits', 'vector', null, 'unnormalised log probability of each class')],
  alternatives: [alternative('probabilities', 'logits', 'vector', logarithm, 'probability of each class')],
  support: 'class',
  roles: ['likelihood'],
  predicts: 'class',
  /** `x` holds class numbers from 0, `[rows]` of `i32`. */
  logDensity(b, x, term) {
    const logits = logitsOf(term);
    const [rows, classes] = logits.type.shape;
    if (rows !== sizeOf(x.type.shape) || classes === undefined)
      throw new Error('internal: logits do not fit the labels');
    return b.sum(b.mul(b.oneHot(x, classes), b.logSoftmax(logits)), [1]);
  },
  likelihood: { parameters: (b, term) => ({ probabilities: b.exp(b.logSoftmax(logitsOf(term))) }) },
});

function logitsOf(term: Term): Ref {
  const logits = argument(term, 'logits');
  if (typeof logits === 'number') throw new Error('internal: logits are a number');
  return logits;
}
