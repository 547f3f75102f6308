/**
 * Sums of linear terms: sum(c x + d y) is c sum(x) + d sum(y) where c and d do not move along the summed axes. The gradient of batch
 * normalisation sums such terms with factors that come out of other sums over the same array; taken apart, all its sums are of one
 * pass instead of one after another.
 */
import { sizeOf } from '../../base/host-array.ts';
import { GraphBuilder, type Ref } from '../../graph/builder.ts';
import type { Graph, OpAttrs } from '../../graph/ir.ts';

interface Term {
  readonly value: number;
  readonly factors: readonly number[];
  readonly negative: boolean;
}

/** More terms than these cost more than they save. */
const MOST_TERMS = 4;

export function takeSumsApart(graph: Graph): Graph {
  const apart = new Map<number, readonly Term[]>();
  graph.values.forEach(({ op }, id) => {
    const terms = op === 'sum' ? termsOfSum(graph, id) : [];
    if (terms.length > 0) apart.set(id, terms);
  });
  if (apart.size === 0) return graph;
  const b = new GraphBuilder();
  const copies: Ref[] = [];
  graph.values.forEach((value, id) => {
    const terms = apart.get(id);
    const copy = b.at(value.origin, () => {
      if (value.op === 'input') return b.input((value.attrs as OpAttrs['input']).name, value.type);
      if (terms !== undefined)
        return b.reshape(sumOfTerms(b, copies, terms, value.attrs as OpAttrs['sum']), value.type.shape);
      return b.apply(
        value.op,
        value.inputs.map((i) => copies[i]!),
        value.attrs,
      );
    });
    copies.push(value.label === null ? copy : b.label(copy, value.label, value.origin));
  });
  for (const [name, id] of graph.outputs) b.output(name, copies[id]!);
  return b.finish();
}

function sumOfTerms(b: GraphBuilder, copies: readonly Ref[], terms: readonly Term[], { axes }: OpAttrs['sum']): Ref {
  const parts = terms.map(({ value, factors, negative }) => {
    const { shape } = copies[value]!.type;
    const whole = b.sum(copies[value]!, axes);
    // The sum itself may be a value of the graph already, without the axes.
    const kept = b.reshape(
      whole,
      shape.map((n, axis) => (axes.includes(axis) ? 1 : n)),
    );
    const sum = factors.reduce((product, f) => b.mul(product, copies[f]!), kept);
    return negative ? b.neg(sum) : sum;
  });
  return parts.reduce((total, part) => b.add(total, part));
}

/** Empty for a sum that stays as it is: one without an array of factors that could be taken out. */
function termsOfSum(graph: Graph, id: number): readonly Term[] {
  const { inputs, attrs } = graph.values[id]!;
  const { axes } = attrs as OpAttrs['sum'];
  const { shape } = graph.values[inputs[0]!]!.type;
  const whole = (value: number) => graph.values[value]!.type.shape.join() === shape.join();
  const still = (value: number) => {
    const own = graph.values[value]!.type.shape;
    return axes.every((axis) => (own[axis - shape.length + own.length] ?? 1) === 1);
  };
  const visit = (value: number, factors: readonly number[], negative: boolean): Term[] => {
    const { op, inputs: operands } = graph.values[value]!;
    const [x, y] = operands as readonly [number, number];
    if (op === 'neg') return visit(x, factors, !negative);
    if ((op === 'add' || op === 'sub') && whole(x) && whole(y)) {
      return [...visit(x, factors, negative), ...visit(y, factors, (op === 'sub') !== negative)];
    }
    if (op === 'mul' && whole(x) && still(y)) return visit(x, [...factors, y], negative);
    if (op === 'mul' && whole(y) && still(x)) return visit(y, [...factors, x], negative);
    return [{ value, factors, negative }];
  };
  const terms = visit(inputs[0]!, [], false);
  const worth = terms.some(({ factors }) => factors.some((f) => sizeOf(graph.values[f]!.type.shape) > 1));
  return worth && terms.length <= MOST_TERMS ? terms : [];
}
