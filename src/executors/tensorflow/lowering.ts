/** What a row of the TensorFlow table is. */
import type { TensorType } from '../../base/host-array.ts';
import type { OpAttrs, OpName } from '../../graph/ir.ts';
import type { Nodes } from './nodes.ts';

/** Adds the nodes of one value and gives its name. `types` are those of the inputs. */
export type Lowering<K extends OpName> = (
  nodes: Nodes,
  inputs: readonly string[],
  attrs: OpAttrs[K],
  type: TensorType,
  types: readonly TensorType[],
) => string;
