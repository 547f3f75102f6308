/** The part of ONNX's file format that training graphs need (onnx.proto3, IR version 8), and its encoder. */
import protobuf from 'protobufjs/light.js';

/** Numbers that `onnx.proto3` gives to element types. */
export const ELEMENT = { f32: 1, i32: 6, i64: 7, bool: 9 } as const;
export type Element = keyof typeof ELEMENT;

export interface TensorProto {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dataType: number;
  readonly floatData?: readonly number[];
  readonly int32Data?: readonly number[];
  readonly int64Data?: readonly number[];
}

/** A whole number, a real one, whole numbers, or a graph. */
export type Attribute =
  | number
  | readonly number[]
  | { readonly real: number }
  | { readonly word: string }
  | { readonly graph: GraphProto };

export interface NodeProto {
  readonly opType: string;
  readonly name: string;
  readonly domain: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A dimension is a number, or a name for one that is known when the graph runs. */
export interface ValueProto {
  readonly name: string;
  readonly element: Element;
  readonly shape: readonly (number | string)[];
}

export interface GraphProto {
  readonly name: string;
  readonly node: readonly NodeProto[];
  readonly initializer: readonly TensorProto[];
  readonly input: readonly ValueProto[];
  readonly output: readonly ValueProto[];
}

const ATTRIBUTE_TYPE = { real: 1, whole: 2, word: 3, graph: 5, wholes: 7 } as const;

const many = (type: string, id: number) => ({ rule: 'repeated', type, id });
const one = (type: string, id: number) => ({ type, id });

const root = protobuf.Root.fromJSON({
  nested: {
    Model: {
      fields: {
        irVersion: one('int64', 1),
        producerName: one('string', 2),
        graph: one('Graph', 7),
        opsetImport: many('OperatorSet', 8),
      },
    },
    OperatorSet: { fields: { domain: one('string', 1), version: one('int64', 2) } },
    Graph: {
      fields: {
        node: many('Node', 1),
        name: one('string', 2),
        initializer: many('Tensor', 5),
        input: many('ValueInfo', 11),
        output: many('ValueInfo', 12),
      },
    },
    Node: {
      fields: {
        input: many('string', 1),
        output: many('string', 2),
        name: one('string', 3),
        opType: one('string', 4),
        attribute: many('Attribute', 5),
        domain: one('string', 7),
      },
    },
    Attribute: {
      fields: {
        name: one('string', 1),
        f: one('float', 2),
        i: one('int64', 3),
        s: one('bytes', 4),
        g: one('Graph', 6),
        ints: many('int64', 8),
        type: one('int32', 20),
      },
    },
    Tensor: {
      fields: {
        dims: many('int64', 1),
        dataType: one('int32', 2),
        floatData: many('float', 4),
        int32Data: many('int32', 5),
        int64Data: many('int64', 7),
        name: one('string', 8),
      },
    },
    ValueInfo: { fields: { name: one('string', 1), type: one('Type', 2) } },
    Type: { fields: { tensorType: one('TensorType', 1) } },
    TensorType: { fields: { elemType: one('int32', 1), shape: one('Shape', 2) } },
    Shape: { fields: { dim: many('Dimension', 1) } },
    Dimension: { fields: { dimValue: one('int64', 1), dimParam: one('string', 2) } },
  },
});

/** Opset 17 of the standard, and version 1 of ONNX Runtime's own operators (transposed batched products). */
export function encodeModel(graph: GraphProto): Uint8Array {
  const model = root.lookupType('Model');
  const message = {
    irVersion: 8,
    producerName: 'bprune',
    graph: graphMessage(graph),
    opsetImport: [
      { domain: '', version: 17 },
      { domain: 'com.microsoft', version: 1 },
    ],
  };
  return model.encode(message).finish();
}

function graphMessage(graph: GraphProto): object {
  return {
    name: graph.name,
    initializer: graph.initializer,
    input: graph.input.map(valueMessage),
    output: graph.output.map(valueMessage),
    node: graph.node.map(({ attributes, ...node }) => ({
      ...node,
      attribute: Object.entries(attributes).map(([name, value]) => attributeMessage(name, value)),
    })),
  };
}

function valueMessage({ name, element, shape }: ValueProto): object {
  const dim = shape.map((n) => (typeof n === 'number' ? { dimValue: n } : { dimParam: n }));
  return { name, type: { tensorType: { elemType: ELEMENT[element], shape: { dim } } } };
}

function attributeMessage(name: string, value: Attribute): object {
  if (typeof value === 'number') return { name, type: ATTRIBUTE_TYPE.whole, i: value };
  if (isList(value)) return { name, type: ATTRIBUTE_TYPE.wholes, ints: value };
  if ('real' in value) return { name, type: ATTRIBUTE_TYPE.real, f: value.real };
  if ('word' in value) return { name, type: ATTRIBUTE_TYPE.word, s: new TextEncoder().encode(value.word) };
  return { name, type: ATTRIBUTE_TYPE.graph, g: graphMessage(value.graph) };
}

function isList(value: Attribute): value is readonly number[] {
  return Array.isArray(value);
}
