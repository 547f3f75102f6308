/** The graph as the executor wants it: simplified, softmax as the loops it is made of, sums taken apart, slopes of relu read from its result. */
import type { GraphBuilder, Ref } from '../../graph/builder.ts';
import type { Graph } from '../../graph/ir.ts';
import { type Expansions, legalize } from '../../graph/transforms/legalize.ts';
import { simplify } from '../../graph/transforms/simplify.ts';
import { takeSumsApart } from './linear-sums.ts';

/** In two steps, as the reference has it: top + log(total) would lose the digits of a small log(total) beside a large top. */
function logSoftmax(b: GraphBuilder, x: Ref): Ref {
  const axis = x.type.shape.length - 1;
  const shape = [...x.type.shape.slice(0, -1), 1];
  const above = b.sub(x, b.reshape(b.reduceMax(x, [axis]), shape));
  return b.sub(above, b.log(b.reshape(b.sum(b.exp(above), [axis]), shape)));
}

const expansions: Expansions = { log_softmax: (b, [x]) => logSoftmax(b, x!) };

export function prepare(graph: Graph): Graph {
  return slopesOfResults(takeSumsApart(legalize(simplify(graph), expansions)));
}

/** step(x) is step(relu(x)), and the result of relu is an array more often than its operand. */
function slopesOfResults(graph: Graph): Graph {
  const relus = new Map<number, number>();
  graph.values.forEach(({ op, inputs }, id) => {
    if (op === 'relu') relus.set(inputs[0]!, id);
  });
  const values = graph.values.map((value, id) => {
    const relu = value.op === 'step' ? relus.get(value.inputs[0]!) : undefined;
    return relu !== undefined && relu < id ? { ...value, inputs: [relu] } : value;
  });
  return { ...graph, values };
}
