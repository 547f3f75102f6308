/** The functions of a steps model: one step, one turn of the loop around it, and the loop's condition. */
import type { TensorType } from '../../base/host-array.ts';
import type { InputSpec, StateSpec, StepProgram } from '../../graph/program.ts';
import { type Argument, attr, type Element, type FunctionDef } from './graph-def.ts';
import { lowerGraph } from './lower.ts';
import { Nodes } from './nodes.ts';

/** The parts of a program in the order in which its functions take and give them. */
export interface Parts {
  readonly program: StepProgram;
  readonly state: readonly StateSpec[];
  readonly changed: readonly StateSpec[];
  readonly inputs: readonly InputSpec[];
  readonly info: readonly InputSpec[];
}

const named = (prefix: string, specs: readonly { readonly type: TensorType }[]): Argument[] =>
  specs.map((s, i) => ({ name: `${prefix}${i}`, element: s.type.dtype }));

const elements = (specs: readonly { readonly type: TensorType }[]): Element[] => specs.map((s) => s.type.dtype);

/** `(state, inputs of one step) -> (changed state, info)`. */
export function stepFunction({ program, state, changed, inputs, info }: Parts): FunctionDef {
  const nodes = new Nodes('function');
  const given = [...state.map((s) => `state/${s.name}`), ...inputs.map((i) => i.name)];
  const taken = [...named('s', state), ...named('x', inputs)];
  const made = lowerGraph(program.graph, nodes, new Map(given.map((g, i) => [g, taken[i]!.name])));
  const values = [...changed.map((s) => made.get(`state/${s.name}`)!), ...info.map((i) => made.get(`info/${i.name}`)!)];
  const outputs = [...named('c', changed), ...named('i', info)].map((o, i) => ({
    ...o,
    value: passedOn(nodes, values[i]!, o.element),
  }));
  return { name: 'step', inputs: taken, outputs, nodes: nodes.list };
}

/** A function may not give back an argument as it came. */
function passedOn(nodes: Nodes, value: string, element: Element): string {
  return value.includes(':') ? value : nodes.add('Identity', [value], { T: attr.type(element) });
}

/** What the loop carries. */
export function carried({ state, inputs, info }: Parts): Argument[] {
  const counters: Argument[] = [
    { name: 'k', element: 'i32' },
    { name: 'steps', element: 'i32' },
  ];
  return [...counters, ...named('s', state), ...named('x', inputs), ...named('i', info)];
}

export function conditionFunction(parts: Parts): FunctionDef {
  const nodes = new Nodes('function');
  const value = nodes.add('Less', ['k', 'steps'], { T: attr.type('i32') });
  return {
    name: 'more',
    inputs: carried(parts),
    outputs: [{ name: 'more', element: 'bool', value }],
    nodes: nodes.list,
  };
}

/** One turn of the loop: the step's part of each input is taken out, its info is put in its place. */
export function bodyFunction(parts: Parts): FunctionDef {
  const { state, changed, inputs, info } = parts;
  const nodes = new Nodes('function');
  const whole = { T: attr.type('i32') };
  const index = { Tindices: attr.type('i32') };
  const here = inputs.map(({ type }, i) =>
    nodes.add('GatherV2', [`x${i}`, 'k', nodes.whole(0)], {
      ...index,
      Tparams: attr.type(type.dtype),
      Taxis: attr.type('i32'),
    }),
  );
  const made = call(nodes, parts, [...state.map((_, i) => `s${i}`), ...here]);
  const place = nodes.add('Reshape', ['k', nodes.wholes([1, 1])], { ...whole, Tshape: attr.type('i32') });
  const told = info.map(({ type }, i) => {
    const row = nodes.add('ExpandDims', [made[changed.length + i]!, nodes.whole(0)], {
      T: attr.type(type.dtype),
      Tdim: attr.type('i32'),
    });
    return nodes.add('TensorScatterUpdate', [`i${i}`, place, row], { ...index, T: attr.type(type.dtype) });
  });
  const next = [
    nodes.add('AddV2', ['k', nodes.whole(1)], whole),
    'steps',
    ...state.map((s, i) => (changed.includes(s) ? made[changed.indexOf(s)]! : `s${i}`)),
    ...inputs.map((_, i) => `x${i}`),
    ...told,
  ];
  const outputs = carried(parts).map(({ name: own, element }, i) => ({
    name: `${own}next`,
    element,
    value: passedOn(nodes, next[i]!, element),
  }));
  return { name: 'body', inputs: carried(parts), outputs, nodes: nodes.list };
}

export function call(nodes: Nodes, { state, changed, inputs, info }: Parts, given: readonly string[]): string[] {
  const out = elements([...changed, ...info]);
  const attrs = { f: attr.call('step'), Tin: attr.types(elements([...state, ...inputs])), Tout: attr.types(out) };
  return nodes.addMany('PartitionedCall', given, attrs, out.length);
}
