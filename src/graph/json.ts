/** Graphs and step programs as JSON and back. */
import type { Span } from '../base/span.ts';
import type { Graph, Value } from './ir.ts';
import type { StepProgram } from './program.ts';

/** JSON has no NaN, no infinities and no negative zero; constants carry them as text. */
function encodeValue(value: Value): unknown {
  const { attrs } = value;
  if (!('value' in attrs)) return value;
  if (Object.is(attrs.value, -0)) return { ...value, attrs: { value: '-0' } };
  return Number.isFinite(attrs.value) ? value : { ...value, attrs: { value: String(attrs.value) } };
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

/** A program with its graph, for dumps and for what is kept on disk. */
export function programToJson(program: StepProgram): string {
  return JSON.stringify({ ...program, graph: JSON.parse(graphToJson(program.graph)) });
}

/** The reverse of `programToJson`; verify the result before use. */
export function programFromJson(text: string): StepProgram {
  const raw = JSON.parse(text) as StepProgram & { graph: unknown };
  return { ...raw, graph: graphFromJson(JSON.stringify(raw.graph)) };
}
