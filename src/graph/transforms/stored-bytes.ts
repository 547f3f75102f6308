/**
 * A program that reads some of its batch as bytes: images lie in memory as such, so a batch of them is a quarter as large
 * and is copied without arithmetic; the graph makes numbers of them.
 */
import type { TensorType } from '../../base/host-array.ts';
import { GraphBuilder, type Ref } from '../builder.ts';
import type { OpAttrs, Value } from '../ir.ts';
import type { StepProgram } from '../program.ts';

/** What a byte stands for: `byte * scale + offset`. */
export interface ByteScale {
  readonly scale: number;
  readonly offset: number;
}

/** `columns` names the parts of the batch (of type `f32`) that come as bytes. */
export function withStoredBytes(program: StepProgram, columns: ReadonlyMap<string, ByteScale>): StepProgram {
  const asBytes = (name: string, type: TensorType): TensorType => (columns.has(name) ? { ...type, dtype: 'u8' } : type);
  if (!program.batch.some((spec) => columns.has(spec.name))) return program;
  const b = new GraphBuilder();
  const copies: Ref[] = [];
  for (const value of program.graph.values) {
    const copy = b.at(value.origin, () => copyOf(b, value, copies, columns));
    copies.push(value.label === null ? copy : b.label(copy, value.label, value.origin));
  }
  for (const [name, id] of program.graph.outputs) b.output(name, copies[id]!);
  return {
    ...program,
    graph: b.finish(),
    batch: program.batch.map(({ name, type }) => ({ name, type: asBytes(name, type) })),
  };
}

function copyOf(b: GraphBuilder, value: Value, copies: readonly Ref[], columns: ReadonlyMap<string, ByteScale>): Ref {
  const inputs = value.inputs.map((i) => copies[i]!);
  if (value.op !== 'input') return b.apply(value.op, inputs, value.attrs);
  const { name } = value.attrs as OpAttrs['input'];
  const bytes = name.startsWith('batch/') ? columns.get(name.slice('batch/'.length)) : undefined;
  if (bytes === undefined) return b.input(name, value.type);
  const number = b.cast(b.input(name, { ...value.type, dtype: 'u8' }), 'f32');
  return b.add(b.mul(number, bytes.scale), bytes.offset);
}
