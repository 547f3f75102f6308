/**
 * What things take, in nanoseconds for one number on one core: measured once on a Zen 3 core at 2.4 GHz, vector code over arrays in
 * the third-level cache. Only their ratios matter: they decide what is computed again rather than stored, and what is worth a thread.
 */
import { sizeOf } from '../../base/host-array.ts';
import type { Graph, OpName } from '../../graph/ir.ts';
import { baseOf, type Nest, type Node } from './trace.ts';

const LOAD = 0.3;
const STORE = 0.5;
const PLAIN = 0.05;

const dear: { readonly [K in OpName]?: number } = {
  exp: 0.6,
  log: 1,
  log1p: 1.3,
  expm1: 0.7,
  sqrt: 0.25,
  reciprocal: 0.2,
  div: 0.2,
  sigmoid: 0.8,
  softplus: 2.6,
  sin: 1.5,
  cos: 1.5,
  tanh: 1,
  erf: 2.5,
  lgamma: 5,
  digamma: 3,
  log_normal_cdf: 6,
  normal_quantile: 3,
  pow: 15,
};

/** Handing work to another thread and waiting for it takes some microseconds; less than this is done where it stands. */
export const WORTH_THREADS = 10_000;

function nodeCost(node: Node): number {
  if (node.kind === 'load') return LOAD;
  return node.kind === 'apply' ? (dear[node.op] ?? PLAIN) : 0;
}

/** Nanoseconds of a loop nest on one core. */
export function nestCost({ extents, results, nodes }: Nest): number {
  const each = nodes.reduce((sum, node) => sum + nodeCost(node), STORE * results.length);
  return each * extents.reduce((size, n) => size * n, 1);
}

/** Whether a value that `uses` loop nests compute for themselves is better computed once and kept. */
export function worthKeeping(graph: Graph, id: number, uses: number, isStored: (value: number) => boolean): boolean {
  const again = (uses - 1) * coneCost(graph, id, isStored);
  return again > STORE + uses * LOAD;
}

/** Of a value with all that it is computed from, down to arrays. */
function coneCost(graph: Graph, id: number, isStored: (value: number) => boolean): number {
  const seen = new Set<number>();
  const sizeOfValue = (value: number) => sizeOf(graph.values[value]!.type.shape);
  const visit = (value: number): number => {
    if (seen.has(value)) return 0;
    seen.add(value);
    // Small operands are in the first-level cache.
    if (value !== id && isStored(baseOf(graph, value))) return sizeOfValue(value) < sizeOfValue(id) ? PLAIN : LOAD;
    const { op, inputs } = graph.values[value]!;
    return inputs.reduce((sum, i) => sum + visit(i), dear[op] ?? PLAIN);
  };
  return visit(id);
}
