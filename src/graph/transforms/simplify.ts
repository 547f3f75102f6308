/**
 * Algebra on finished graphs: each value is built anew through rules that give the same numbers, up to round-off, for less
 * work. What pays is whole passes over large arrays, so the rules move signs and single numbers outward until they meet, and
 * keep arithmetic on the small side of a broadcast. Equal values stay one value, since the builder finds them.
 */
import { GraphBuilder, type Ref } from '../builder.ts';
import type { Graph, OpAttrs, OpName, Value } from '../ir.ts';
import { moves } from './rules/moves.ts';
import { quotients } from './rules/quotients.ts';
import { scales } from './rules/scales.ts';
import { signs } from './rules/signs.ts';
import { singleNumbers } from './rules/single-numbers.ts';
import { stretches } from './rules/stretches.ts';

/** A value that is about to be built. */
export interface Draft {
  readonly op: OpName;
  readonly inputs: readonly Ref[];
  readonly attrs: OpAttrs[OpName];
}

/** What a rule may ask and build. */
export interface Algebra {
  /** Builds a value, through the rules again. */
  emit<K extends OpName>(op: K, inputs: readonly Ref[], attrs?: OpAttrs[K]): Ref;
  constant(value: number): Ref;
  /** How `x` was made, when by the op `op`; else null. */
  made(x: Ref, op: OpName): Made | null;
  /** True when nothing else reads `x`: what a rule takes apart need not be computed any more. */
  sole(x: Ref): boolean;
  /** The number that `x` is, or null. */
  number(x: Ref): number | null;
}

export interface Made {
  readonly inputs: readonly Ref[];
  readonly attrs: OpAttrs[OpName];
}

export interface Rule {
  readonly name: string;
  readonly doc: string;
  /** Another way to build the draft; null when the rule has nothing to say. */
  rewrite(a: Algebra, draft: Draft): Ref | null;
}

export const rules: readonly Rule[] = [singleNumbers, stretches, signs, scales, quotients, moves];

export function simplify(graph: Graph, using: readonly Rule[] = rules): Graph {
  const b = new GraphBuilder();
  const uses = new Map<number, number>();
  const algebra = algebraOver(b, uses, using);
  const counts = useCounts(graph);
  const copies: Ref[] = [];
  graph.values.forEach((value, id) => {
    const copy = b.at(value.origin, () => copyOf(value, copies, b, algebra));
    uses.set(copy.id, (uses.get(copy.id) ?? 0) + counts[id]!);
    copies.push(value.label === null ? copy : b.label(copy, value.label, value.origin));
  });
  for (const [name, id] of graph.outputs) b.output(name, copies[id]!);
  return b.finish();
}

function copyOf(value: Value, copies: readonly Ref[], b: GraphBuilder, algebra: Algebra): Ref {
  if (value.op === 'input') return b.input((value.attrs as OpAttrs['input']).name, value.type);
  return algebra.emit(
    value.op,
    value.inputs.map((i) => copies[i]!),
    value.attrs,
  );
}

/** How often each value is read; an output is read once more. */
function useCounts(graph: Graph): number[] {
  const counts = new Array<number>(graph.values.length).fill(0);
  for (const value of graph.values) for (const i of value.inputs) counts[i]! += 1;
  for (const id of graph.outputs.values()) counts[id]! += 1;
  return counts;
}

function algebraOver(b: GraphBuilder, uses: ReadonlyMap<number, number>, using: readonly Rule[]): Algebra {
  const algebra: Algebra = {
    emit(op, inputs, attrs) {
      const draft: Draft = { op, inputs, attrs: attrs ?? {} };
      for (const rule of using) {
        const found = rule.rewrite(algebra, draft);
        if (found !== null) return found;
      }
      return b.apply(op, inputs, draft.attrs as OpAttrs[typeof op]);
    },
    constant: (value) => b.constant(value),
    made(x, op) {
      const value = b.value(x.id);
      if (value.op !== op) return null;
      return { inputs: value.inputs.map((id) => ({ id, type: b.value(id).type })), attrs: value.attrs };
    },
    sole: (x) => (uses.get(x.id) ?? 0) <= 1,
    number(x) {
      const value = b.value(x.id);
      return value.op === 'constant' ? (value.attrs as OpAttrs['constant']).value : null;
    },
  };
  return algebra;
}
