/**
 * Adagrad (Duchi, Hazan & Singer 2011, diagonal case): steps divided by the root of the sum of squared gradients. With `decay`
 * below 1 the sum becomes a running mean that begins at the first square, as in the code of Liu & Wang 2016 (theirs is 0.9).
 */

import type { OptionValues } from '../../base/catalogue.ts';
import type { Expr } from '../../base/expr.ts';
import { binary, expr, variable } from '../expressions.ts';
import type { Optimizer } from '../optimizer.ts';

export const adagrad: Optimizer = {
  name: 'adagrad',
  doc: 'Adagrad: steps scaled by all gradients so far, or by those of late',
  options: [
    { name: 'rate', type: { kind: 'schedule', min: 0 }, default: 1e-2, required: false, doc: 'learning rate' },
    {
      name: 'decay',
      type: { kind: 'number', min: 0, max: 1 },
      default: 1,
      required: false,
      doc: 'memory of the squares; 1 sums them all',
    },
    {
      name: 'epsilon',
      type: { kind: 'number', min: 0, exclusiveMin: true },
      default: 1e-6,
      required: false,
      doc: 'added to the root, against division by 0',
    },
  ],
  slots: () => ['squares'],
  scalars: (rate, options) => ({ 'adagrad.rate': rate, 'adagrad.share': shareOfNew(decayOf(options)) }),
  update(b, { parameter, gradient, slot, scalar }, options) {
    const squares = b.add(b.mul(slot('squares'), decayOf(options)), b.mul(b.square(gradient), scalar('adagrad.share')));
    const direction = b.div(gradient, b.add(b.sqrt(squares), Number(options.epsilon ?? 1e-6)));
    return { parameter: b.sub(parameter, b.mul(direction, scalar('adagrad.rate'))), slots: { squares } };
  },
};

function decayOf(options: OptionValues): number {
  return Number(options.decay ?? 1);
}

/** What a new square counts: all of it in a sum and at the first step, else what the decay leaves. */
function shareOfNew(decay: number): Expr {
  if (decay === 1) return expr(1);
  const first = binary(variable('step'), '==', 0);
  // biome-ignore lint/suspicious/noThenProperty: the tree uses the language's own words
  return { kind: 'conditional', condition: first, then: expr(1), else: expr(1 - decay), span: first.span };
}
