/** What each op says about itself: the type of its result and its gradient. */
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

export interface OpRecord<K extends OpName> {
  readonly doc: string;
  /** The result's type; throws `invariant` errors on wrong inputs, since only bprune builds graphs. */
  infer(inputs: readonly TensorType[], attrs: OpAttrs[K]): TensorType;
  /** The gradient for each input, null where there is none; null for ops that have no gradient at all. */
  readonly vjp: ((c: VjpContext<K>) => readonly (Ref | null)[]) | null;
}
