/** Checks what every graph and every step program promises; anything wrong here is a bug of bprune. */
import { invariant } from '../base/diagnostic.ts';
import { formatShape, sameShape, type TensorType } from '../base/host-array.ts';
import type { Graph, OpAttrs, Value } from './ir.ts';
import { opRecord, ops } from './ops/index.ts';
import type { StepProgram } from './program.ts';

function sameType(a: TensorType, b: TensorType): boolean {
  return a.dtype === b.dtype && sameShape(a.shape, b.shape);
}

function show(type: TensorType): string {
  return `${type.dtype} ${formatShape(type.shape)}`;
}

/** `%12 mul (fc1.weight.mean)`: how an error names a value. */
function nameOf(value: Value, id: number): string {
  return `%${id} ${value.op}${value.label === null ? '' : ` (${value.label})`}`;
}

/** Topological order, types as inferred, inputs and outputs that exist. Throws on the first value that is wrong. */
export function verify(graph: Graph): void {
  graph.values.forEach((value, id) => {
    verifyValue(graph, value, id);
  });
  for (const [name, id] of graph.inputs) {
    invariant(graph.values[id]?.op === 'input', `graph input \`${name}\` names no input value`);
  }
  for (const [name, id] of graph.outputs) {
    invariant(graph.values[id] !== undefined, `graph output \`${name}\` names no value`);
  }
}

function verifyValue(graph: Graph, value: Value, id: number): void {
  const name = nameOf(value, id);
  invariant(Object.hasOwn(ops, value.op), `${name} is no operation`);
  const earlier = value.inputs.every((i) => Number.isInteger(i) && i >= 0 && i < id);
  invariant(earlier, `${name} uses a value that does not stand before it`);
  const whole = value.type.shape.every((n) => Number.isInteger(n) && n >= 0);
  invariant(whole, `${name} has no shape of whole numbers: ${show(value.type)}`);
  if (value.op === 'input') {
    const input = (value.attrs as OpAttrs['input']).name;
    invariant(graph.inputs.get(input) === id, `${name} is not declared as graph input \`${input}\``);
    return;
  }
  const type = inferred(graph, value, name);
  invariant(sameType(type, value.type), `${name} is ${show(value.type)}, but its inputs give ${show(type)}`);
}

function inferred(graph: Graph, value: Value, name: string): TensorType {
  const types = value.inputs.map((i) => graph.values[i]!.type);
  try {
    return opRecord(value.op).infer(types, value.attrs);
  } catch (cause) {
    throw new Error(`${name} of ${types.map(show).join(', ')}: ${(cause as Error).message}`, { cause });
  }
}

type Declared = readonly { readonly name: string; readonly type: TensorType }[];

/**
 * The graph of a step has the inputs and outputs that the program declares, with their types. Each declared batch, noise
 * and scalar is an input; a state tensor may be neither read nor set, since programs of one session share their state.
 */
export function verifyProgram(program: StepProgram): void {
  const { graph } = program;
  verify(graph);
  const scalars = program.scalars.map((name) => ({ name, type: { dtype: 'f32', shape: [] } as const }));
  const fed = declared([
    ['batch', program.batch],
    ['noise', program.noise],
    ['scalar', scalars],
  ]);
  const state = declared([['state', program.state]]);
  const info = declared([['info', program.info]]);
  matches(graph, graph.inputs, new Map([...state, ...fed]), 'input');
  matches(graph, graph.outputs, new Map([...state, ...info]), 'output');
  for (const name of fed.keys()) invariant(graph.inputs.has(name), `\`${name}\` is declared, but is no graph input`);
  for (const name of info.keys()) invariant(graph.outputs.has(name), `\`${name}\` is declared, but is no graph output`);
}

/** `batch/x` -> type, for every declaration. */
function declared(groups: readonly (readonly [string, Declared])[]): Map<string, TensorType> {
  const found = new Map<string, TensorType>();
  for (const [group, specs] of groups) {
    for (const { name, type } of specs) {
      invariant(!found.has(`${group}/${name}`), `\`${group}/${name}\` is declared twice`);
      found.set(`${group}/${name}`, type);
    }
  }
  return found;
}

function matches(
  graph: Graph,
  names: ReadonlyMap<string, number>,
  specs: ReadonlyMap<string, TensorType>,
  side: 'input' | 'output',
): void {
  for (const [name, id] of names) {
    const spec = specs.get(name);
    const own = graph.values[id]!.type;
    invariant(spec !== undefined, `graph ${side} \`${name}\` is not declared`);
    invariant(sameType(spec, own), `graph ${side} \`${name}\` is ${show(own)}, but is declared as ${show(spec)}`);
  }
}
