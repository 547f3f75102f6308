/** What a row of this executor's tables is. */
import type { OpName } from '../../graph/ir.ts';
import type { Lowering as LoweringTo } from '../lowering.ts';
import type { Nodes } from './nodes.ts';

export type Lowering<K extends OpName> = LoweringTo<Nodes, K>;
