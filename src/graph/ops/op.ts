/** What each op says about itself: the type of its result, its gradient, and how to compute many copies of it at once. */
import type { TensorType } from '../../base/host-array.ts';
import type { GraphBuilder, Ref } from '../builder.ts';
import type { OpAttrs, OpName } from '../ir.ts';

export interface VjpContext<K extends OpName> {
  readonly b: GraphBuilder;
  readonly inputs: readonly Ref[];
  readonly output: Ref;
  readonly grad: Ref;
  readonly attrs: OpAttrs[K];
}

/** An operand of a batched op: `[copies, ...shape]`, one value for each copy, or `shape`, the same value for all. */
export interface BatchOperand {
  readonly ref: Ref;
  readonly batched: boolean;
}

export interface BatchContext<K extends OpName> {
  readonly b: GraphBuilder;
  readonly copies: number;
  /** At least one of them is batched: an op of shared values alone is computed once. */
  readonly inputs: readonly BatchOperand[];
  /** Of a single copy. */
  readonly attrs: OpAttrs[K];
}

/** All copies of the op at once: its value with the leading axis. */
export type BatchRule<K extends OpName> = (c: BatchContext<K>) => Ref;

/** Why an op has no batch rule. */
export interface BatchRefusal {
  readonly refused: string;
}

export interface OpRecord<K extends OpName> {
  readonly doc: string;
  /** The result's type; throws `invariant` errors on wrong inputs, since only bprune builds graphs. */
  infer(inputs: readonly TensorType[], attrs: OpAttrs[K]): TensorType;
  /** The gradient for each input, null where there is none; null for ops that have no gradient at all. */
  readonly vjp: ((c: VjpContext<K>) => readonly (Ref | null)[]) | null;
  readonly batch: BatchRule<K> | BatchRefusal;
}
