/** From a graph to ONNX nodes: each value through its row, in the order of axes that costs least. */
import type { Shape, TensorType } from '../../base/host-array.ts';
import type { Graph, OpAttrs, OpName, Value } from '../../graph/ir.ts';
import type { Order } from '../block.ts';
import type { specialFunctions } from '../expansions.ts';
import { arrays } from './arrays.ts';
import { type ConvolutionName, type ConvolutionRow, convolutions } from './convolutions.ts';
import { type ElementwiseName, elementwise } from './elementwise.ts';
import { channelsFirst, Laid, movedAxis } from './layout.ts';
import type { Lowering } from './lowering.ts';
import type { Nodes } from './nodes.ts';

/** Makes the value of a fed input: called once, with the order of axes in which it is read first. */
export type BindFed = (name: string, type: TensorType, order: Order) => string;

const elementwiseRows: Readonly<Partial<Record<OpName, unknown>>> = elementwise;
const convolutionRows: Readonly<Partial<Record<OpName, unknown>>> = convolutions;

/** Adds the nodes of a graph and gives the names of its outputs, all of them channels-last. State inputs keep their names. */
export function emitGraph(graph: Graph, nodes: Nodes, bind: BindFed): ReadonlyMap<string, string> {
  const laid: Laid[] = [];
  for (const value of graph.values) laid.push(emitValue(value, graph, laid, nodes, bind));
  return new Map([...graph.outputs].map(([name, id]) => [name, laid[id]!.given(nodes)]));
}

function emitValue(value: Value, graph: Graph, laid: readonly Laid[], nodes: Nodes, bind: BindFed): Laid {
  const { op, type } = value;
  const inputs = value.inputs.map((i) => laid[i]!);
  const types = value.inputs.map((i) => graph.values[i]!.type);
  if (op === 'input') {
    const { name } = value.attrs as OpAttrs['input'];
    if (name.startsWith('state/')) return new Laid(type.shape, { kind: 'lies', order: 'given', name });
    return new Laid(type.shape, { kind: 'made-once', make: (order) => bind(name, type, order) });
  }
  if (op === 'constant') {
    return new Laid([], { kind: 'lies', order: 'given', name: nodes.real((value.attrs as OpAttrs['constant']).value) });
  }
  if (op === 'broadcast' && type.shape.length === 4) return stretched(inputs[0]!, type.shape, nodes);
  const first = inputs.some((x) => x.isChannelsFirst);
  if (op in convolutionRows) return convolution(value as Value & { op: ConvolutionName }, inputs, types, nodes);
  if (first && op in elementwiseRows) {
    const names = inputs.map((x) => x.channelsFirst(nodes));
    const name = rowOf(op)(nodes, names, value.attrs as never, { ...type, shape: channelsFirst(type.shape) }, types);
    return new Laid(type.shape, { kind: 'lies', order: 'channels-first', name });
  }
  if (first && (op === 'sum' || op === 'reduce_max')) {
    const reduced = reducedChannelsFirst(value as Value & { op: 'sum' }, inputs[0]!, nodes);
    if (reduced !== null) return reduced;
  }
  const names = inputs.map((x) => x.given(nodes));
  return new Laid(type.shape, {
    kind: 'lies',
    order: 'given',
    name: rowOf(op)(nodes, names, value.attrs as never, type, types),
  });
}

type Expanded = keyof typeof specialFunctions;
type Row = (typeof arrays)[keyof typeof arrays] | (typeof elementwise)[ElementwiseName];

/** Every op but those that are bound, expanded before, or have a table of their own: an op without a row does not compile. */
const rows: Readonly<Record<Exclude<OpName, 'input' | 'constant' | ConvolutionName | Expanded>, Row>> = {
  ...arrays,
  ...elementwise,
};

function rowOf(op: OpName): Lowering<OpName> {
  return rows[op as ElementwiseName] as Lowering<OpName>;
}

/** A stretched value costs the same in both orders, so it is made in the one that is wanted. */
function stretched(x: Laid, shape: Shape, nodes: Nodes): Laid {
  const make = (order: Order) =>
    order === 'given'
      ? nodes.add('Expand', [x.given(nodes), nodes.wholes(shape)])
      : nodes.add('Expand', [x.channelsFirst(nodes), nodes.wholes(channelsFirst(shape))]);
  return new Laid(shape, { kind: 'made-in-each', make });
}

/** Null when the axes that stay would be in another order. */
function reducedChannelsFirst(value: Value & { op: 'sum' }, x: Laid, nodes: Nodes): Laid | null {
  const { axes, keep } = value.attrs as OpAttrs['sum'];
  const staysBeforeChannels = [1, 2].some((axis) => !axes.includes(axis));
  if (!keep && staysBeforeChannels && !axes.includes(3)) return null;
  const moved = axes.map(movedAxis).sort((a, b) => a - b);
  const name = rowOf(value.op)(nodes, [x.channelsFirst(nodes)], { axes: moved, keep } as never, value.type, []);
  return new Laid(value.type.shape, { kind: 'lies', order: keep ? 'channels-first' : 'given', name });
}

function convolution(
  value: Value & { op: ConvolutionName },
  inputs: readonly Laid[],
  types: readonly TensorType[],
  nodes: Nodes,
): Laid {
  const row = convolutions[value.op] as ConvolutionRow<OpName>;
  const name = row(nodes, inputs, value.attrs as never, value.type, types);
  const order = value.op === 'conv2d_filter_gradient' ? 'given' : 'channels-first';
  return new Laid(value.type.shape, { kind: 'lies', order, name });
}
