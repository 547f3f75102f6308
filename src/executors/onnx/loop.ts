/**
 * K training steps as one ONNX model: a Loop whose carried values are the state that the step changes. What each step reads
 * (batch, noise, scalars) comes stacked along a leading axis of length K, and the iteration's part is gathered inside;
 * what it tells comes out stacked. K is known only when the model runs.
 */
import type { TensorType } from '../../base/host-array.ts';
import type { InputSpec, StateSpec, StepProgram } from '../../graph/program.ts';
import { legalize } from '../../graph/transforms/legalize.ts';
import { simplify } from '../../graph/transforms/simplify.ts';
import type { BlockInput } from '../block.ts';
import { specialFunctions } from '../expansions.ts';
import { emitGraph } from './emit.ts';
import { channelsFirst } from './layout.ts';
import { ELEMENT, encodeModel, type GraphProto, type ValueProto } from './model-proto.ts';
import { Nodes } from './nodes.ts';

/** The axis of K steps, and the model's input that says how many there are. */
export const STEPS = 'steps';

export interface LoopModel {
  readonly bytes: Uint8Array;
  readonly stacked: readonly BlockInput[];
  /** State that the steps only read: model inputs `state/N`. */
  readonly constant: readonly string[];
  /** State that they change: model inputs `start/N`, outputs `end/N`. */
  readonly changed: readonly string[];
}

export function loopModel(program: StepProgram): LoopModel {
  const nodes = new Nodes();
  const stacked: BlockInput[] = [];
  const outputs = emitGraph(legalize(simplify(program.graph), specialFunctions), nodes, (name, type, order) => {
    stacked.push({ name, type: order === 'given' ? type : { ...type, shape: channelsFirst(type.shape) }, order });
    return nodes.add('Gather', [name, 'iteration'], { axis: 0 });
  });
  const state = stateOf(program, nodes, outputs);
  const info = program.info.map((i) => ({ name: `info/${i.name}`, type: i.type }));
  const body = bodyOf(nodes, outputs, state.changed, info);
  const model: GraphProto = {
    name: 'steps',
    initializer: [{ name: 'true', dims: [], dataType: ELEMENT.bool, int32Data: [1] }],
    node: [
      {
        opType: 'Loop',
        name: 'loop',
        domain: '',
        input: [STEPS, 'true', ...state.changed.map((s) => startOf(s.name))],
        output: [...state.changed.map((s) => endOf(s.name)), ...info.map((i) => i.name)],
        attributes: { body: { graph: body } },
      },
    ],
    input: [
      { name: STEPS, element: 'i64', shape: [] },
      ...state.changed.map((s) => valueNamed(startOf(s.name), s.type)),
      ...state.constant.map((s) => valueNamed(`state/${s.name}`, s.type)),
      ...stacked.map((i) => valueNamed(i.name, i.type, STEPS)),
    ],
    output: [
      ...state.changed.map((s) => valueNamed(endOf(s.name), s.type)),
      ...info.map((i) => valueNamed(i.name, i.type, STEPS)),
    ],
  };
  return {
    bytes: encodeModel(model),
    stacked,
    constant: state.constant.map((s) => s.name),
    changed: state.changed.map((s) => s.name),
  };
}

/** Names of a changed state tensor in the model: before the first step and behind the last. */
export const startOf = (state: string) => `start/${state}`;
export const endOf = (state: string) => `end/${state}`;

/** State that the steps change, and state that they only read. */
function stateOf(program: StepProgram, nodes: Nodes, outputs: ReadonlyMap<string, string>) {
  const used = new Set([...nodes.list.flatMap((n) => n.input), ...outputs.values()]);
  const changes = (s: StateSpec) => outputs.has(`state/${s.name}`);
  return {
    changed: program.state.filter(changes),
    constant: program.state.filter((s) => !changes(s) && used.has(`state/${s.name}`)),
  };
}

/** One step: `(iteration, go on?, state) -> (go on?, state', info)`. What it reads beside comes from the graph around it. */
function bodyOf(
  nodes: Nodes,
  outputs: ReadonlyMap<string, string>,
  changed: readonly StateSpec[],
  info: readonly InputSpec[],
): GraphProto {
  // Outputs of a body have names of their own: two of them may be the same value, or an input as it came.
  nodes.rename('go', 'go/out');
  for (const s of changed) nodes.rename(outputs.get(`state/${s.name}`)!, `state/${s.name}/out`);
  for (const i of info) nodes.rename(outputs.get(i.name)!, `${i.name}/out`);
  return {
    name: 'step',
    node: nodes.list,
    initializer: nodes.constants,
    input: [
      { name: 'iteration', element: 'i64', shape: [] },
      { name: 'go', element: 'bool', shape: [] },
      ...changed.map((s) => valueNamed(`state/${s.name}`, s.type)),
    ],
    output: [
      { name: 'go/out', element: 'bool', shape: [] },
      ...changed.map((s) => valueNamed(`state/${s.name}/out`, s.type)),
      ...info.map((i) => valueNamed(`${i.name}/out`, i.type)),
    ],
  };
}

function valueNamed(name: string, type: TensorType, ...lead: readonly string[]): ValueProto {
  return { name, element: type.dtype, shape: [...lead, ...type.shape] };
}
