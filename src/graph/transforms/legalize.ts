/** Rewrites the ops that a target does not have into ops that it has. */
import { GraphBuilder, type Ref } from '../builder.ts';
import type { Graph, OpAttrs, OpName } from '../ir.ts';

/** How to spell an op with others; `null` in place of a record entry means that the target has the op itself. */
export type Expansions = {
  readonly [K in OpName]?: (b: GraphBuilder, inputs: readonly Ref[], attrs: OpAttrs[K]) => Ref;
};

export function legalize(graph: Graph, expansions: Expansions): Graph {
  if (!graph.values.some((v) => expansions[v.op] !== undefined)) return graph;
  const b = new GraphBuilder();
  const copies: Ref[] = [];
  for (const value of graph.values) {
    const inputs = value.inputs.map((i) => copies[i]!);
    const copy = b.at(value.origin, () => {
      if (value.op === 'input') return b.input((value.attrs as OpAttrs['input']).name, value.type);
      const expand = expansions[value.op] as
        | ((b: GraphBuilder, inputs: readonly Ref[], attrs: unknown) => Ref)
        | undefined;
      return expand === undefined ? b.apply(value.op, inputs, value.attrs) : expand(b, inputs, value.attrs);
    });
    copies.push(value.label === null ? copy : b.label(copy, value.label, value.origin));
  }
  for (const [name, id] of graph.outputs) b.output(name, copies[id]!);
  return b.finish();
}
