/** What a native program runs one after the other: loop nests, calls of kernels, and both at once in strips. */
import type { Graph } from '../../graph/ir.ts';
import { sameAffine } from './affine.ts';
import { baseOf, type Nest, type Root } from './trace.ts';

/** One loop nest. */
export interface Loops {
  readonly kind: 'loops';
  readonly roots: readonly Root[];
  readonly nest: Nest;
}

/** One call of a kernel. */
export interface Call {
  readonly kind: 'call';
  readonly value: number;
}

/** A loop nest over matrices [rows, columns], with products that it alone reads: they are made a strip of columns at a time. */
export interface Strips {
  readonly kind: 'strips';
  readonly loops: Loops;
  /** Values of matrix products, without transposes and batches. */
  readonly products: readonly number[];
  readonly rows: number;
  readonly columns: number;
}

export type Unit = Loops | Call | Strips;

/** The arrays that a unit writes for others, and those that it reads of others. */
export function writesOf(unit: Unit): ReadonlySet<number> {
  if (unit.kind === 'call') return new Set([unit.value]);
  const { roots } = unit.kind === 'strips' ? unit.loops : unit;
  return new Set(roots.map((r) => r.value));
}

export function readsOf(graph: Graph, unit: Unit): ReadonlySet<number> {
  if (unit.kind === 'call') return new Set(graph.values[unit.value]!.inputs.map((i) => baseOf(graph, i)));
  if (unit.kind === 'loops') return loadsOf(unit);
  const operands = unit.products.flatMap((p) => graph.values[p]!.inputs.map((i) => baseOf(graph, i)));
  return new Set([...loadsOf(unit.loops), ...operands].filter((v) => !unit.products.includes(v)));
}

function loadsOf({ nest }: Loops): ReadonlySet<number> {
  return new Set(nest.nodes.flatMap((n) => (n.kind === 'load' ? [n.value] : [])));
}

/** True when a unit reads an array of state only where it writes the array that takes its place. */
export function mayOverwrite(graph: Graph, unit: Unit, old: number, successor: number): boolean {
  if (unit.kind === 'call') return false;
  if (unit.kind === 'strips') {
    const isOperand = unit.products.some((p) => graph.values[p]!.inputs.some((i) => baseOf(graph, i) === old));
    return !isOperand && mayOverwrite(graph, unit.loops, old, successor);
  }
  const result = unit.nest.results.find((r) => r.root.value === successor);
  if (result === undefined || result.root.fold !== null || result.root.source !== successor) return false;
  return unit.nest.nodes.every((n) => n.kind !== 'load' || n.value !== old || sameAffine(n.at, result.at));
}
