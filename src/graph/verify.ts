/** Checks what every graph promises; anything wrong here is a bug of bprune. */
import { invariant } from '../base/diagnostic.ts';
import { sameShape, type TensorType } from '../base/host-array.ts';
import type { Graph, OpAttrs } from './ir.ts';
import { opRecord } from './ops/index.ts';
import type { StepProgram } from './program.ts';

/** Topological order, types as inferred, inputs and outputs that exist. Throws on the first value that is wrong. */
export function verify(graph: Graph): void {
  graph.values.forEach((value, id) => {
    invariant(
      value.inputs.every((i) => i >= 0 && i < id),
      `%${id} ${value.op} uses a later value`,
    );
    if (value.op === 'input') {
      const { name } = value.attrs as OpAttrs['input'];
      invariant(graph.inputs.get(name) === id, `%${id} input \`${name}\` is not declared`);
      return;
    }
    const type = opRecord(value.op).infer(
      value.inputs.map((i) => graph.values[i]!.type),
      value.attrs,
    );
    invariant(
      type.dtype === value.type.dtype && sameShape(type.shape, value.type.shape),
      `%${id} ${value.op} has a type that its inputs do not give`,
    );
  });
  for (const [name, id] of graph.inputs) invariant(graph.values[id]?.op === 'input', `input \`${name}\` has no value`);
  for (const [name, id] of graph.outputs) invariant(graph.values[id] !== undefined, `output \`${name}\` has no value`);
}

/** The graph of a step has exactly the inputs and outputs that the program declares, with their types. */
export function verifyProgram(program: StepProgram): void {
  const { graph } = program;
  verify(graph);
  const scalar = { dtype: 'f32', shape: [] } as const;
  const inputs = new Map<string, TensorType>([
    ...program.state.map((s) => [`state/${s.name}`, s.type] as const),
    ...program.batch.map((s) => [`batch/${s.name}`, s.type] as const),
    ...program.noise.map((s) => [`noise/${s.name}`, s.type] as const),
    ...program.scalars.map((name) => [`scalar/${name}`, scalar] as const),
  ]);
  for (const [name, id] of graph.inputs) {
    const type = inputs.get(name);
    const own = graph.values[id]!.type;
    invariant(
      type !== undefined && type.dtype === own.dtype && sameShape(type.shape, own.shape),
      `graph input \`${name}\` is not declared so`,
    );
  }
  const outputs = new Map<string, TensorType>([
    ...program.state.map((s) => [`state/${s.name}`, s.type] as const),
    ...program.info.map((s) => [`info/${s.name}`, s.type] as const),
  ]);
  for (const [name, id] of graph.outputs) {
    const type = outputs.get(name);
    const own = graph.values[id]!.type;
    invariant(
      type !== undefined && type.dtype === own.dtype && sameShape(type.shape, own.shape),
      `graph output \`${name}\` is not declared so`,
    );
  }
  for (const s of program.info) invariant(graph.outputs.has(`info/${s.name}`), `info \`${s.name}\` has no output`);
}
