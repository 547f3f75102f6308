/** What a row of an executor is that writes a graph in a library's own format: `N` collects its nodes. */
import type { TensorType } from '../base/host-array.ts';
import type { OpAttrs, OpName } from '../graph/ir.ts';

/** Adds the nodes of one value and gives the name of its result. `types` are those of the inputs. */
export type Lowering<N, K extends OpName> = (
  nodes: N,
  inputs: readonly string[],
  attrs: OpAttrs[K],
  type: TensorType,
  types: readonly TensorType[],
) => string;
