/**
 * A program that scales some of its batch itself: whoever feeds it copies numbers as they lie in memory, and the scale is
 * one product in the graph, where `simplify` may move it behind the first layer.
 */
import { GraphBuilder, type Ref } from '../builder.ts';
import type { OpAttrs, Value } from '../ir.ts';
import type { StepProgram } from '../program.ts';

/** What a stored number stands for: `number * scale + offset`. */
export interface InputScale {
  readonly scale: number;
  readonly offset: number;
}

/** `columns` names the parts of the batch (of type `f32`) that come as stored. */
export function withScaledInputs(program: StepProgram, columns: ReadonlyMap<string, InputScale>): StepProgram {
  if (!program.batch.some((spec) => columns.has(spec.name))) return program;
  const b = new GraphBuilder();
  const copies: Ref[] = [];
  for (const value of program.graph.values) {
    const copy = b.at(value.origin, () => copyOf(b, value, copies, columns));
    copies.push(value.label === null ? copy : b.label(copy, value.label, value.origin));
  }
  for (const [name, id] of program.graph.outputs) b.output(name, copies[id]!);
  return { ...program, graph: b.finish() };
}

function copyOf(b: GraphBuilder, value: Value, copies: readonly Ref[], columns: ReadonlyMap<string, InputScale>): Ref {
  const inputs = value.inputs.map((i) => copies[i]!);
  if (value.op !== 'input') return b.apply(value.op, inputs, value.attrs);
  const { name } = value.attrs as OpAttrs['input'];
  const input = b.input(name, value.type);
  const stored = name.startsWith('batch/') ? columns.get(name.slice('batch/'.length)) : undefined;
  return stored === undefined ? input : b.add(b.mul(input, stored.scale), stored.offset);
}
