/** Graphs as JSON and back, and the hash of their structure. */
import type { Span } from '../base/span.ts';
import type { Graph, Value } from './ir.ts';

/** JSON has no NaN and infinities; constants carry them as text. */
function encodeValue(value: Value): unknown {
  const { attrs } = value;
  return 'value' in attrs && !Number.isFinite(attrs.value)
    ? { ...value, attrs: { value: String(attrs.value) } }
    : value;
}

function decodeValue(raw: Value & { attrs: { value?: unknown } }): Value {
  return typeof raw.attrs.value === 'string' ? { ...raw, attrs: { value: Number(raw.attrs.value) } } : raw;
}

export function graphToJson(graph: Graph): string {
  return JSON.stringify({
    kind: 'graph',
    values: graph.values.map(encodeValue),
    inputs: [...graph.inputs],
    outputs: [...graph.outputs],
  });
}

/** The reverse of `graphToJson`; verify the result before use. */
export function graphFromJson(text: string): Graph {
  const raw = JSON.parse(text) as {
    values: (Value & { attrs: { value?: unknown }; origin: Span | null })[];
    inputs: [string, number][];
    outputs: [string, number][];
  };
  return {
    kind: 'graph',
    values: raw.values.map(decodeValue),
    inputs: new Map(raw.inputs),
    outputs: new Map(raw.outputs),
  };
}

/** 64 bits (hex) over ops, attributes, types, inputs and outputs; labels and places in the text do not count. */
export function structuralHash(graph: Graph): string {
  const bare = graph.values.map((v) => encodeValue({ ...v, label: null, origin: null }));
  const text = JSON.stringify([bare, [...graph.inputs], [...graph.outputs]]);
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < text.length; i++) hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(i))) * 0x100000001b3n);
  return hash.toString(16).padStart(16, '0');
}
