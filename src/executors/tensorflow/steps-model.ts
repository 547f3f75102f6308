/**
 * A step program as a TensorFlow graph that runs K steps: the step is a function, the graph around it reads the state from
 * variables, carries it through a While loop that calls the function, and puts it back. What each step reads comes stacked
 * along a leading axis, and so comes out what it tells. K is known only when the graph runs. A single step goes through the
 * loop too: the same seed must give the same bytes however the steps are cut into blocks. XLA is left out: on a busy machine
 * it was no faster than the loop, it is ruinous for gradients of convolutions, and it takes about a second more to begin.
 */
import type { TensorType } from '../../base/host-array.ts';
import type { StateSpec, StepProgram } from '../../graph/program.ts';
import type { BlockInput } from '../block.ts';
import { attr, encodeSavedModel } from './graph-def.ts';
import { Nodes } from './nodes.ts';
import { bodyFunction, carried, conditionFunction, type Parts, stepFunction } from './step-functions.ts';

/** Names of nodes that are fed and fetched. */
export const STEPS = 'steps';
export const inputNode = (i: number) => `input_${i}`;
/** State: what is fed to set it, what is fetched to have it set, and to read it. */
export const startNode = (i: number) => `start_${i}`;
export const startedNode = (i: number) => `started_${i}`;
export const readNode = (i: number) => `read_${i}`;
/** A block: its info, and that the state was put back. */
export const infoNode = (i: number) => `info_${i}`;
export const doneNode = 'done';

export interface StepsModel {
  readonly bytes: Uint8Array;
  readonly stacked: readonly BlockInput[];
  /** What the program reads or changes, in the order of its nodes. */
  readonly state: readonly StateSpec[];
  readonly changed: ReadonlySet<string>;
}

export function stepsModel(program: StepProgram): StepsModel {
  const { inputs, outputs, values } = program.graph;
  const state = program.state.filter((s) => inputs.has(`state/${s.name}`) || outputs.has(`state/${s.name}`));
  const fed = [...inputs].flatMap(([name, id]) =>
    name.startsWith('state/') ? [] : [{ name, type: values[id]!.type }],
  );
  const changed = state.filter((s) => outputs.has(`state/${s.name}`));
  const parts: Parts = { program, state, changed, inputs: fed, info: program.info };
  const functions = [stepFunction(parts), bodyFunction(parts), conditionFunction(parts)];
  return {
    bytes: encodeSavedModel(mainNodes(parts).list, functions),
    stacked: fed.map((i) => ({ ...i, order: 'given' })),
    state,
    changed: new Set(changed.map((s) => s.name)),
  };
}

function mainNodes(parts: Parts): Nodes {
  const nodes = new Nodes('graph');
  const { state, inputs } = parts;
  const handles = state.map((s, i) => variable(nodes, s, i));
  const values = state.map((s, i) =>
    nodes.add('ReadVariableOp', [handles[i]!], { dtype: attr.type(s.type.dtype) }, readNode(i)),
  );
  const fed = inputs.map(({ type }, i) => placeholder(nodes, type.dtype, [-1, ...type.shape], inputNode(i)));
  const steps = placeholder(nodes, 'i32', [], STEPS);
  finish(nodes, parts, handles, loop(nodes, parts, steps, values, fed));
  return nodes;
}

function placeholder(nodes: Nodes, dtype: TensorType['dtype'], shape: readonly number[], name: string): string {
  return nodes.add('Placeholder', [], { dtype: attr.type(dtype), shape: attr.shape(shape) }, name);
}

/** A variable and the nodes that set it. */
function variable(nodes: Nodes, { type }: StateSpec, i: number): string {
  const dtype = attr.type(type.dtype);
  const shared_name = attr.word(`state_${i}`);
  const handle = nodes.add('VarHandleOp', [], { dtype, shape: attr.shape(type.shape), shared_name });
  const start = placeholder(nodes, type.dtype, type.shape, startNode(i));
  after(nodes, [nodes.add('AssignVariableOp', [handle, start], { dtype })], startedNode(i));
  return handle;
}

/** Ops that only act cannot be fetched: this gives a number that is there when they have acted. */
function after(nodes: Nodes, acts: readonly string[], name: string): void {
  nodes.add('Identity', [nodes.whole(0), ...acts.map((a) => `^${a}`)], { T: attr.type('i32') }, name);
}

interface Outcome {
  /** The changed state, then the info. */
  readonly state: readonly string[];
  readonly info: readonly string[];
}

function loop(nodes: Nodes, parts: Parts, steps: string, values: readonly string[], fed: readonly string[]): Outcome {
  const { state, changed, inputs, info } = parts;
  const variables = carried(parts);
  const stacked = (t: { readonly type: TensorType }) => [-1, ...t.type.shape];
  const made = nodes.addMany(
    'StatelessWhile',
    [nodes.whole(0), steps, ...values, ...fed, ...info.map(({ type }) => empty(nodes, steps, type))],
    {
      T: attr.types(variables.map((v) => v.element)),
      cond: attr.call('more'),
      body: attr.call('body'),
      output_shapes: attr.shapes([
        [],
        [],
        ...state.map((s) => s.type.shape),
        ...inputs.map(stacked),
        ...info.map(stacked),
      ]),
      parallel_iterations: attr.whole(1),
      // Without it each turn is a call of its own, with none of the optimisations across its border.
      _lower_using_switch_merge: attr.truth(true),
    },
    variables.length,
  );
  const first = variables.length - info.length;
  return { state: changed.map((s) => made[2 + state.indexOf(s)]!), info: made.slice(first) };
}

/** Room for what `steps` steps tell. */
function empty(nodes: Nodes, steps: string, { dtype, shape }: TensorType): string {
  const count = nodes.add('Reshape', [steps, nodes.wholes([1])], { T: attr.type('i32'), Tshape: attr.type('i32') });
  const whole = nodes.add('ConcatV2', [count, nodes.wholes(shape), nodes.whole(0)], {
    N: attr.whole(2),
    T: attr.type('i32'),
    Tidx: attr.type('i32'),
  });
  const zero =
    dtype === 'f32'
      ? nodes.real(0)
      : nodes.add('Cast', [nodes.real(0)], { SrcT: attr.type('f32'), DstT: attr.type(dtype) });
  return nodes.add('Fill', [whole, zero], { T: attr.type(dtype), index_type: attr.type('i32') });
}

/** What is fetched of a block. */
function finish(nodes: Nodes, parts: Parts, handles: readonly string[], outcome: Outcome): void {
  const acts = parts.changed.map((s, i) =>
    nodes.add('AssignVariableOp', [handles[parts.state.indexOf(s)]!, outcome.state[i]!], {
      dtype: attr.type(s.type.dtype),
    }),
  );
  after(nodes, acts, doneNode);
  parts.info.forEach(({ type }, i) => {
    nodes.add('Identity', [outcome.info[i]!], { T: attr.type(type.dtype) }, infoNode(i));
  });
}
