/** Convolutions and pooling, which ONNX Runtime has channels-first. */
import type { TensorType } from '../../base/host-array.ts';
import type { OpAttrs, OpName } from '../../graph/ir.ts';
import type { Laid } from './layout.ts';
import type { Nodes } from './nodes.ts';

export type ConvolutionName = Extract<OpName, never>;

/** As a `Lowering`, with operands in any order of axes. */
export type ConvolutionRow<K extends OpName> = (
  nodes: Nodes,
  inputs: readonly Laid[],
  attrs: OpAttrs[K],
  type: TensorType,
  types: readonly TensorType[],
) => Laid;

export const convolutions: { readonly [K in ConvolutionName]: ConvolutionRow<K> } = {};
