/** The part of TensorFlow's file format that whole steps need (graph.proto, function.proto, saved_model.proto), and its encoder. */
import protobuf from 'protobufjs/light.js';
import type { DType, NumericArray, Shape } from '../../base/host-array.ts';

/** What may flow between nodes: numbers, or a handle of a variable. */
export type Element = DType | 'resource';

/** Numbers that `types.proto` gives to element types. */
const ELEMENT: Readonly<Record<Element, number>> = { f32: 1, i32: 3, bool: 10, resource: 20 };

/** An attribute in the form of its message; made by `attr`. */
export type Attribute = Readonly<Record<string, unknown>>;
export type Attributes = Readonly<Record<string, Attribute>>;

const shapeMessage = (shape: Shape) => ({ dim: shape.map((size) => ({ size })) });

export const attr = {
  type: (element: Element): Attribute => ({ type: ELEMENT[element] }),
  types: (elements: readonly Element[]): Attribute => ({ list: { type: elements.map((e) => ELEMENT[e]) } }),
  whole: (i: number): Attribute => ({ i }),
  wholes: (i: readonly number[]): Attribute => ({ list: { i } }),
  truth: (b: boolean): Attribute => ({ b }),
  word: (text: string): Attribute => ({ s: new TextEncoder().encode(text) }),
  /** -1 stands for a length that is known only when the graph runs. */
  shape: (shape: Shape): Attribute => ({ shape: shapeMessage(shape) }),
  shapes: (shapes: readonly Shape[]): Attribute => ({ list: { shape: shapes.map(shapeMessage) } }),
  tensor: (dtype: DType, shape: Shape, data: NumericArray): Attribute => ({
    tensor: {
      dtype: ELEMENT[dtype],
      tensorShape: shapeMessage(shape),
      tensorContent: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    },
  }),
  call: (name: string): Attribute => ({ func: { name } }),
};

export interface NodeDef {
  readonly name: string;
  readonly op: string;
  /** In a graph `node` or `node:1`, in a function an argument or `node:output:0`; `^node` to run after it. */
  readonly input: readonly string[];
  readonly attr: Attributes;
}

export interface Argument {
  readonly name: string;
  readonly element: Element;
}

export interface FunctionDef {
  readonly name: string;
  readonly inputs: readonly Argument[];
  readonly outputs: readonly (Argument & { readonly value: string })[];
  readonly nodes: readonly NodeDef[];
}

const many = (type: string, id: number) => ({ rule: 'repeated', type, id });
const one = (type: string, id: number) => ({ type, id });
const table = (type: string, id: number) => ({ keyType: 'string', type, id });

const root = protobuf.Root.fromJSON({
  nested: {
    SavedModel: { fields: { schemaVersion: one('int64', 1), metaGraphs: many('MetaGraph', 2) } },
    MetaGraph: { fields: { info: one('MetaInfo', 1), graph: one('Graph', 2) } },
    MetaInfo: { fields: { tags: many('string', 4), version: one('string', 5) } },
    Graph: { fields: { node: many('Node', 1), library: one('Library', 2), versions: one('Versions', 4) } },
    Versions: { fields: { producer: one('int32', 1) } },
    Library: { fields: { function: many('Function', 1) } },
    Function: {
      fields: {
        signature: one('Signature', 1),
        node: many('Node', 3),
        ret: table('string', 4),
      },
    },
    Signature: { fields: { name: one('string', 1), inputs: many('Argument', 2), outputs: many('Argument', 3) } },
    Argument: { fields: { name: one('string', 1), type: one('int32', 3) } },
    Node: {
      fields: {
        name: one('string', 1),
        op: one('string', 2),
        input: many('string', 3),
        attr: table('Attribute', 5),
      },
    },
    Attribute: {
      // Which of them is there counts even where its value is 0 or false.
      oneofs: { value: { oneof: ['list', 's', 'i', 'b', 'type', 'shape', 'tensor', 'func'] } },
      fields: {
        list: one('List', 1),
        s: one('bytes', 2),
        i: one('int64', 3),
        b: one('bool', 5),
        type: one('int32', 6),
        shape: one('Shape', 7),
        tensor: one('Tensor', 8),
        func: one('Call', 10),
      },
    },
    List: { fields: { i: many('int64', 3), type: many('int32', 6), shape: many('Shape', 7) } },
    Call: { fields: { name: one('string', 1) } },
    Shape: { fields: { dim: many('Dimension', 2) } },
    Dimension: { fields: { size: one('int64', 1) } },
    Tensor: { fields: { dtype: one('int32', 1), tensorShape: one('Shape', 2), tensorContent: one('bytes', 4) } },
  },
});

/** The tag under which a graph is found in its file. */
export const TAG = 'serve';

/** The version of the graph format that these definitions were written for; later libraries read it too. */
const PRODUCER = 1395;

export function encodeSavedModel(node: readonly NodeDef[], functions: readonly FunctionDef[]): Uint8Array {
  const graph = { node, library: { function: functions.map(functionMessage) }, versions: { producer: PRODUCER } };
  const message = { schemaVersion: 1, metaGraphs: [{ info: { tags: [TAG], version: '2.9.1' }, graph }] };
  return root.lookupType('SavedModel').encode(message).finish();
}

function functionMessage({ name, inputs, outputs, nodes }: FunctionDef): object {
  const argument = (a: Argument) => ({ name: a.name, type: ELEMENT[a.element] });
  return {
    signature: { name, inputs: inputs.map(argument), outputs: outputs.map(argument) },
    node: nodes,
    ret: Object.fromEntries(outputs.map((o) => [o.name, o.value])),
  };
}
