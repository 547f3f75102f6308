/** Lists of states of gates, as values of a graph. */
import type { GraphBuilder, Ref } from '../../graph/builder.ts';

/** `[2^n, n]`: all states of n gates; the first gate changes at every state, the last one once. */
export function allStates(b: GraphBuilder, n: number): Ref {
  const both = b.concat([b.full([1, 1, 1], 0), b.full([1, 1, 1], 1)], 1);
  const columns = Array.from({ length: n }, (_, gate) => {
    const repeated = b.broadcast(both, [2 ** (n - 1 - gate), 2, 2 ** gate]);
    return b.reshape(repeated, [2 ** n, 1]);
  });
  return b.concat(columns, 1);
}

/** `[n]`: 0, 1, 2, ... */
function counted(b: GraphBuilder, n: number): Ref {
  const bits = Math.max(1, Math.ceil(Math.log2(n)));
  const states = allStates(b, bits);
  const column = (bit: number) => b.mul(b.slice(states, [0, bit], [2 ** bits, 1]), 2 ** bit);
  const all = Array.from({ length: bits }, (_, bit) => column(bit)).reduce((sum, next) => b.add(sum, next));
  return b.slice(b.reshape(all, [2 ** bits]), [0], [n]);
}

/** `[n + 1, n]`: nothing in the first row, then each gate alone. */
export function oneEach(b: GraphBuilder, n: number): Ref {
  const numbers = counted(b, n + 1);
  const gate = b.slice(numbers, [1], [n]);
  return b.cast(b.equal(b.reshape(numbers, [n + 1, 1]), b.reshape(gate, [1, n])), 'f32');
}
