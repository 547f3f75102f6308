/** How many bytes a step needs where it needs most, told before it runs: for an executor that frees each value after its last use. */
import { sizeOf, type TensorType } from '../../base/host-array.ts';
import type { Graph } from '../ir.ts';
import type { StepProgram } from '../program.ts';

export interface MemoryForecast {
  /** The state as it was and as it becomes: both stand until the step is done. */
  readonly state: number;
  /** Batch, noise and scalars. */
  readonly fed: number;
  /** The most that values in between take at once. */
  readonly values: number;
  readonly peak: number;
}

export function bytesOf({ dtype, shape }: TensorType): number {
  return sizeOf(shape) * (dtype === 'bool' ? 1 : 4);
}

export function forecastMemory(program: StepProgram): MemoryForecast {
  const { graph } = program;
  const total = (types: readonly TensorType[]) => types.reduce((sum, type) => sum + bytesOf(type), 0);
  const isState = (name: string) => name.startsWith('state/');
  const state = 2 * total(program.state.map((s) => s.type));
  const fed = total([...graph.inputs].flatMap(([name, id]) => (isState(name) ? [] : [graph.values[id]!.type])));
  const values = mostAtOnce(graph, isState);
  return { state, fed, values, peak: state + fed + values };
}

/** The largest sum over time of values that are made and still needed, without inputs and without the new state. */
function mostAtOnce(graph: Graph, isState: (output: string) => boolean): number {
  const places = placesOf(graph);
  const elsewhere = new Set([...graph.inputs.values()].map((id) => places[id]!));
  const lastUse = [...places.keys()];
  graph.values.forEach(({ inputs }, id) => {
    for (const input of inputs) lastUse[places[input]!] = id;
  });
  for (const [name, id] of graph.outputs) {
    if (isState(name)) elsewhere.add(places[id]!);
    else lastUse[places[id]!] = graph.values.length;
  }
  const freed = graph.values.map(() => 0);
  let [live, most] = [0, 0];
  graph.values.forEach(({ type }, id) => {
    if (places[id] === id && !elsewhere.has(id)) {
      live += bytesOf(type);
      if (lastUse[id]! < freed.length) freed[lastUse[id]!]! += bytesOf(type);
    }
    most = Math.max(most, live);
    live -= freed[id]!;
  });
  return most;
}

/** The value in whose memory each value stands: a reshape is another view of its operand. */
function placesOf(graph: Graph): number[] {
  const places: number[] = [];
  graph.values.forEach(({ op, inputs }, id) => {
    places.push(op === 'reshape' ? places[inputs[0]!]! : id);
  });
  return places;
}
