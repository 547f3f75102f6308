/**
 * Which values get arrays, and which loop nests compute them. A nest computes as many arrays of one domain as can be had in one pass:
 * element-wise values with all that they are computed from, and reductions of them. What several nests read is computed in each of
 * them, unless that takes longer than to keep it.
 */
import { sizeOf } from '../../base/host-array.ts';
import type { Graph, OpAttrs, OpName } from '../../graph/ir.ts';
import { identity, linear } from './affine.ts';
import { worthKeeping } from './costs.ts';
import { inStrips } from './strips.ts';
import { baseOf, type Root, trace, Wanted } from './trace.ts';
import { type Call, type Loops, readsOf, type Unit, writesOf } from './units.ts';

const CALLS: ReadonlySet<OpName> = new Set([
  'matmul',
  'conv2d',
  'conv2d_input_gradient',
  'conv2d_filter_gradient',
  'max_pool',
  'max_pool_gradient',
  'avg_pool',
  'avg_pool_gradient',
]);

/** All units of a graph, in no particular order. */
export function fuse(graph: Graph): readonly Unit[] {
  return inStrips(graph, nestsAndCalls(graph));
}

function nestsAndCalls(graph: Graph): readonly (Loops | Call)[] {
  const stored = neededArrays(graph);
  const isStored = (value: number) => stored.has(value);
  traceable(graph, stored);
  const first = grouped(graph, stored);
  const uses = new Map<number, number>();
  for (const unit of first) {
    if (unit.kind === 'call') continue;
    const values = new Set(unit.nest.nodes.flatMap((n) => (n.kind === 'apply' ? [n.value] : [])));
    for (const v of values) if (!stored.has(v)) uses.set(v, (uses.get(v) ?? 0) + 1);
  }
  const readers = readersOf(graph);
  const kept = [...uses]
    .sort(([a], [b]) => a - b)
    .filter(([value, n]) => {
      // What one value alone reads is kept, if at all, as a part of that one.
      const shared = n > 1 && readers[value]! > 1 && sizeOf(graph.values[value]!.type.shape) > 1;
      const keep = shared && worthKeeping(graph, value, n, isStored);
      if (keep) stored.add(value);
      return keep;
    });
  if (kept.length === 0) return first;
  traceable(graph, stored);
  return grouped(graph, stored);
}

/** How many values read each value. */
function readersOf(graph: Graph): readonly number[] {
  const counts = graph.values.map(() => 0);
  for (const { inputs } of graph.values) for (const i of new Set(inputs)) counts[i]! += 1;
  return counts;
}

/** Values that must have arrays: what comes from outside, goes outside, is reduced, or is read or written by a kernel. */
function neededArrays(graph: Graph): Set<number> {
  const stored = new Set<number>([...graph.outputs.values()].map((id) => baseOf(graph, id)));
  graph.values.forEach(({ op, inputs }, id) => {
    if (['input', 'sum', 'reduce_max', 'concat'].includes(op)) stored.add(id);
    if (!CALLS.has(op)) return;
    stored.add(id);
    for (const i of inputs) stored.add(baseOf(graph, i));
  });
  return stored;
}

/** Gives arrays to what cannot be traced, until all can. */
function traceable(graph: Graph, stored: Set<number>): void {
  const isStored = (value: number) => stored.has(value);
  const waiting = [...stored].flatMap((value) => rootsOf(graph, value));
  for (let root = waiting.pop(); root !== undefined; root = waiting.pop()) {
    try {
      trace(graph, isStored, [root]);
    } catch (error) {
      if (!(error instanceof Wanted)) throw error;
      stored.add(error.value);
      waiting.push(root, ...rootsOf(graph, error.value));
    }
  }
}

/** What loops compute of an array: nothing of one that is an input or that a kernel writes. */
function rootsOf(graph: Graph, value: number): readonly Root[] {
  const { op, inputs, attrs, type } = graph.values[value]!;
  if (op === 'input' || CALLS.has(op) || sizeOf(type.shape) === 0) return [];
  if (op === 'sum' || op === 'reduce_max') {
    const source = inputs[0]!;
    const shape = graph.values[source]!.type.shape;
    const { extents, index } = identity(shape);
    const { axes } = attrs as OpAttrs['sum'];
    const kept = [...shape.keys()].filter((axis) => !axes.includes(axis));
    const at = linear(
      kept.map((axis) => index[axis]!),
      kept.map((axis) => shape[axis]!),
    );
    return [{ value, source, shape: extents, at, fold: at.terms.length === extents.length ? null : op }];
  }
  if (op === 'concat') return parts(graph, value);
  const { extents, index } = identity(type.shape);
  return [{ value, source: value, shape: extents, at: linear(index, type.shape), fold: null }];
}

function parts(graph: Graph, value: number): readonly Root[] {
  const { inputs, attrs, type } = graph.values[value]!;
  const { axis } = attrs as OpAttrs['concat'];
  let start = 0;
  return inputs.map((source) => {
    const { shape } = graph.values[source]!.type;
    const { extents, index } = identity(shape);
    const moved = index.map((a, i) => (i === axis ? { ...a, offset: start } : a));
    start += shape[axis]!;
    return { value, source, shape: extents, at: linear(moved, type.shape), fold: null };
  });
}

/** Units while they grow: the last ones first, so that a reduction waits for the pass that reads its operand anyway. */
function grouped(graph: Graph, stored: ReadonlySet<number>): readonly (Loops | Call)[] {
  const groups = new Groups(graph, (value) => stored.has(value));
  for (const value of [...stored].sort((a, b) => b - a)) {
    if (CALLS.has(graph.values[value]!.op)) groups.add({ kind: 'call', value });
    for (const root of rootsOf(graph, value)) groups.place(root);
  }
  return groups.units();
}

interface Group {
  unit: Loops | Call;
  reads: ReadonlySet<number>;
  readonly writes: Set<number>;
}

class Groups {
  readonly #graph: Graph;
  readonly #isStored: (value: number) => boolean;
  readonly #all: Group[] = [];
  readonly #readers = new Map<number, Set<Group>>();
  readonly #byShape = new Map<string, Group[]>();

  constructor(graph: Graph, isStored: (value: number) => boolean) {
    this.#graph = graph;
    this.#isStored = isStored;
  }

  units(): readonly (Loops | Call)[] {
    return this.#all.map((g) => g.unit);
  }

  add(unit: Loops | Call): Group {
    const group: Group = { unit, reads: new Set(), writes: new Set(writesOf(unit)) };
    this.#all.push(group);
    this.#update(group, unit);
    return group;
  }

  /** Puts the root into the nest that shares most with it, or into one of its own; single numbers into any. */
  place(root: Root): void {
    const key = root.shape.join();
    const candidates = this.#byShape.get(key) ?? [];
    const alone = this.#loops([root])!;
    const reads = readsOf(this.#graph, alone);
    const single = sizeOf(root.shape) === 1;
    const ranked = candidates
      .map((group) => ({ group, score: this.#shared(group, root, reads) }))
      .filter(({ score }) => single || score > 0)
      .sort((a, b) => b.score - a.score);
    for (const { group } of ranked) {
      if (!this.#free(root, group)) continue;
      const loops = this.#loops([root, ...(group.unit as Loops).roots]);
      if (loops === null) continue;
      group.writes.add(root.value);
      this.#update(group, loops);
      return;
    }
    const group = this.add(alone);
    if (candidates.length === 0) this.#byShape.set(key, [group]);
    else candidates.push(group);
  }

  /** Arrays of the whole domain that both read or one reads of the other. */
  #shared({ reads, writes }: Group, root: Root, own: ReadonlySet<number>): number {
    const size = sizeOf(root.shape);
    const large = (value: number) => sizeOf(this.#graph.values[value]!.type.shape) >= size;
    const common = [...own].filter((v) => large(v) && (reads.has(v) || writes.has(v))).length;
    return common + (reads.has(root.value) ? 1 : 0);
  }

  /** One nest of these roots; null when one of them needs another to be complete first. */
  #loops(roots: readonly Root[]): Loops | null {
    try {
      const unit: Loops = { kind: 'loops', roots, nest: trace(this.#graph, this.#isStored, roots) };
      const reads = readsOf(this.#graph, unit);
      return roots.some((r) => reads.has(r.value)) ? null : unit;
    } catch (error) {
      if (error instanceof Wanted && roots.length > 1) return null;
      throw error;
    }
  }

  /** False when a reader of the root, other than the group, must have run before the group. */
  #free(root: Root, group: Group): boolean {
    const seen = new Set<Group>();
    const reaches = (from: Group): boolean => {
      if (from === group) return true;
      if (seen.has(from)) return false;
      seen.add(from);
      return [...from.writes].some((v) => [...(this.#readers.get(v) ?? [])].some(reaches));
    };
    return ![...(this.#readers.get(root.value) ?? [])].some((reader) => reader !== group && reaches(reader));
  }

  #update(group: Group, unit: Loops | Call): void {
    for (const value of group.reads) this.#readers.get(value)!.delete(group);
    group.unit = unit;
    group.reads = readsOf(this.#graph, unit);
    for (const value of group.reads) {
      const readers = this.#readers.get(value);
      if (readers === undefined) this.#readers.set(value, new Set([group]));
      else readers.add(group);
    }
  }
}
