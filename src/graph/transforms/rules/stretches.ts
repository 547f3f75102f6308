/** Ops on each number alone work on the small side of a broadcast; two-operand ops stretch their operands themselves. */
import { sameShape } from '../../../base/host-array.ts';
import type { OpName } from '../../ir.ts';
import { broadcastShapes } from '../../ops/broadcasting.ts';
import type { Rule } from '../simplify.ts';

const ALONE: ReadonlySet<OpName> = new Set<OpName>([
  ...(['neg', 'abs', 'sign', 'exp', 'log', 'log1p', 'sqrt', 'square', 'reciprocal', 'sigmoid'] as const),
  ...(['softplus', 'sin', 'cos', 'tanh', 'relu', 'step', 'floor', 'lgamma', 'digamma', 'not', 'cast'] as const),
  ...(['add', 'sub', 'mul', 'div', 'pow', 'max', 'min'] as const),
  ...(['greater', 'greater_equal', 'less', 'less_equal', 'equal', 'and', 'or', 'select'] as const),
]);

export const stretches: Rule = {
  name: 'stretches',
  doc: 'f(broadcast x) is broadcast f(x)',
  rewrite(a, { op, inputs, attrs }) {
    if (!ALONE.has(op)) return null;
    const small = inputs.map((x) => a.made(x, 'broadcast')?.inputs[0] ?? x);
    if (small.every((x, i) => x === inputs[i])) return null;
    const whole = inputs.map((x) => x.type.shape).reduce(broadcastShapes);
    const result = a.emit(op, small, attrs);
    return sameShape(result.type.shape, whole) ? result : a.emit('broadcast', [result], { shape: whole });
  },
};
