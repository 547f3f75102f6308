/** When each value is used for the last time, so that an executor can free it then. */
import type { Graph } from '../ir.ts';

/** For each value: the values whose last use it is. Inputs and outputs of the graph never die inside. */
export function lastUses(graph: Graph): readonly (readonly number[])[] {
  const keep = new Set([...graph.inputs.values(), ...graph.outputs.values()]);
  const dying: number[][] = graph.values.map(() => []);
  const seen = new Set<number>();
  for (let id = graph.values.length - 1; id >= 0; id--) {
    for (const input of new Set(graph.values[id]!.inputs)) {
      if (seen.has(input) || keep.has(input)) continue;
      seen.add(input);
      dying[id]!.push(input);
    }
  }
  return dying;
}
