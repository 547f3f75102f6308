/** What batch rules have in common: where the leading axis of the copies stands, and who has one. */
import type { GraphBuilder, Ref } from '../builder.ts';
import type { OpAttrs, OpName } from '../ir.ts';
import type { BatchContext, BatchOperand, BatchRule } from './op.ts';

/** `[copies, ...shape]`, whatever the operand was: a shared one is repeated. */
export function repeated(b: GraphBuilder, operand: BatchOperand, copies: number): Ref {
  return operand.batched ? operand.ref : b.broadcast(operand.ref, [copies, ...operand.ref.type.shape]);
}

/** The shape of one copy. */
export function ownShape({ ref, batched }: BatchOperand): readonly number[] {
  return batched ? ref.type.shape.slice(1) : ref.type.shape;
}

/**
 * Operands of an op that broadcasts from the right: batched ones get axes of 1 behind the leading one, so that it stands in
 * front of the longest operand. Shared ones stay as they are.
 */
export function aligned(b: GraphBuilder, operands: readonly BatchOperand[]): Ref[] {
  const rank = Math.max(...operands.map((o) => ownShape(o).length));
  return operands.map((operand) => (operand.batched ? stretchable(b, operand.ref, rank) : operand.ref));
}

/** `[copies, ...shape]` as `[copies, 1, ..., ...shape]` of `rank` axes behind the first. */
export function stretchable(b: GraphBuilder, x: Ref, rank: number): Ref {
  const [copies, ...own] = x.type.shape;
  return b.reshape(x, [copies!, ...new Array<number>(rank - own.length).fill(1), ...own]);
}

/** The rule of ops that work element by element, with broadcasting where they have several operands. */
export function elementByElement<K extends OpName>(op: K): BatchRule<K> {
  return ({ b, inputs, attrs }: BatchContext<K>) => b.apply(op, aligned(b, inputs), attrs);
}

/** The rule of reductions: the same axes, one further to the right. */
export function reduction<K extends 'sum' | 'reduce_max'>(op: K): BatchRule<K> {
  return ({ b, inputs, attrs }) =>
    b.apply(op, [inputs[0]!.ref], { axes: attrs.axes.map((axis) => axis + 1), keep: attrs.keep } as OpAttrs[K]);
}
