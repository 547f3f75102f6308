/**
 * Dual averaging (Xiao 2010, eq. 8; the generalised form of Chao et al. 2020, eq. 4): all gradients are summed from the start point on,
 * v = w_0 - rate * (g_1 + ... + g_t), and the weights are the proximal map of the prior at v for a step of t * rate. What the prior holds
 * at 0 is there from the first step to the last, not only now and then as with `proximal(sgd(rate))`. A rate that changes weighs the
 * gradients of its time, and the prior as it is now.
 */
import type { Expr } from '../../base/expr.ts';
import { binary, expr, variable } from '../expressions.ts';
import type { Optimizer } from '../optimizer.ts';
import { rateOption } from './settings.ts';

export const dualAveraging: Optimizer = {
  name: 'dual_averaging',
  doc: 'all gradients summed, and the proximal step of the prior for as many: exact zeros that stay',
  takesPrior: true,
  options: [rateOption(1e-2)],
  slots: () => ['dual'],
  scalars: (rate) => ({
    'dual_averaging.rate': rate,
    'dual_averaging.all': binary(rate, '*', binary(variable('step'), '+', 1)),
    'dual_averaging.first': firstStep(),
  }),
  update(b, { parameter, gradient, slot, scalar, prox }) {
    // Slots begin at 0: the start point comes in with the first step.
    const before = b.add(slot('dual'), b.mul(parameter, scalar('dual_averaging.first')));
    const dual = b.sub(before, b.mul(gradient, scalar('dual_averaging.rate')));
    return { parameter: prox === null ? dual : prox(dual, scalar('dual_averaging.all')), slots: { dual } };
  },
};

/** 1 at the first step, then 0. */
function firstStep(): Expr {
  const first = binary(variable('step'), '==', 0);
  // biome-ignore lint/suspicious/noThenProperty: the tree uses the language's own words
  return { kind: 'conditional', condition: first, then: expr(1), else: expr(0), span: first.span };
}
