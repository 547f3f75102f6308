/** Drops the values that no output needs and renumbers the rest. Declared inputs stay: they are the graph's signature. */
import type { Graph, Value } from '../ir.ts';

export function removeDeadCode(graph: Graph): Graph {
  const needed = new Array<boolean>(graph.values.length).fill(false);
  for (const id of graph.outputs.values()) needed[id] = true;
  for (const id of graph.inputs.values()) needed[id] = true;
  for (let id = graph.values.length - 1; id >= 0; id--) {
    if (needed[id]) for (const input of graph.values[id]!.inputs) needed[input] = true;
  }
  const newId = new Map<number, number>();
  const values: Value[] = [];
  graph.values.forEach((value, id) => {
    if (!needed[id]) return;
    newId.set(id, values.length);
    values.push({ ...value, inputs: value.inputs.map((i) => newId.get(i)!) });
  });
  const renumber = (names: ReadonlyMap<string, number>) =>
    new Map([...names].map(([name, id]) => [name, newId.get(id)!]));
  return { kind: 'graph', values, inputs: renumber(graph.inputs), outputs: renumber(graph.outputs) };
}
