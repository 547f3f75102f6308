/**
 * What one loop nest computes: expressions over places of arrays. A value that has no array of its own is traced to those it is
 * computed from; values that are read in several places of the nest are one node.
 */
import type { DType, Shape } from '../../base/host-array.ts';
import type { Graph, OpAttrs, OpName, Value } from '../../graph/ir.ts';
import {
  type Affine,
  afterJoin,
  afterSplit,
  broadcastIndex,
  depthOf,
  type Index,
  identity,
  joined,
  linear,
  reshapedIndex,
  type Split,
  shifted,
  textOf,
  ZERO,
} from './affine.ts';

export type Node =
  | { readonly kind: 'number'; readonly value: number }
  /** Of the array of `value`. */
  | { readonly kind: 'load'; readonly value: number; readonly dtype: DType; readonly at: Affine }
  /** The index itself, as a whole number. */
  | { readonly kind: 'index'; readonly at: Affine }
  | Apply;

interface Apply {
  readonly kind: 'apply';
  /** The value that it computes one number of. */
  readonly value: number;
  readonly op: OpName;
  readonly dtype: DType;
  readonly inputs: readonly Node[];
}

/** A piece of an array that one loop nest computes. */
export interface Root {
  /** Whose array it is. */
  readonly value: number;
  /** What is computed: the value itself, the operand of a reduction, or a part of a concatenation. */
  readonly source: number;
  /** Over which domain; without axes of extent 1. */
  readonly shape: Shape;
  /** Where in the array, as the domain has it. Axes that are reduced do not move it. */
  readonly at: Affine;
  readonly fold: 'sum' | 'reduce_max' | null;
}

export interface Traced {
  readonly root: Root;
  readonly at: Affine;
  readonly node: Node;
}

export interface Nest {
  readonly extents: readonly number[];
  readonly results: readonly Traced[];
  /** All that the results need, each once, operands first. */
  readonly nodes: readonly Node[];
}

/** Values that must get an array before the nest can be told: no index reaches them, or their work would be repeated. */
export class Wanted extends Error {
  readonly value: number;
  constructor(value: number) {
    super('a value wants an array');
    this.value = value;
  }
}

class SplitNeeded extends Error {
  readonly split: Split;
  constructor(split: Split) {
    super('a domain axis is split');
    this.split = split;
  }
}

/** The value whose array holds this one: a reshape is another view of its operand. */
export function baseOf(graph: Graph, id: number): number {
  let base = id;
  while (graph.values[base]!.op === 'reshape') base = graph.values[base]!.inputs[0]!;
  return base;
}

/** Throws `Wanted`. */
export function trace(graph: Graph, isStored: (value: number) => boolean, roots: readonly Root[]): Nest {
  let extents = roots[0]!.shape;
  let places = roots.map((r) => r.at);
  let indices = roots.map((r) => sourceIndex(graph, r));
  for (;;) {
    try {
      const tracer = new Tracer(graph, isStored, extents, roots, places);
      const results = roots.map((root, i) => ({ root, at: places[i]!, node: tracer.rootNode(root, indices[i]!) }));
      return joinAxes({ extents, results, nodes: nodesOf(results) });
    } catch (error) {
      if (!(error instanceof SplitNeeded)) throw error;
      const { axis, inner } = error.split;
      extents = [...extents.slice(0, axis), extents[axis]! / inner, inner, ...extents.slice(axis + 1)];
      places = places.map((a) => afterSplit(a, { axis, inner }));
      indices = indices.map((index) => index.map((a) => afterSplit(a, { axis, inner })));
    }
  }
}

function sourceIndex(graph: Graph, root: Root): Index {
  return identity(graph.values[root.source]!.type.shape).index;
}

class Tracer {
  readonly #graph: Graph;
  readonly #isStored: (value: number) => boolean;
  readonly #extents: readonly number[];
  /** Nodes by value and index; places of the nest's own arrays. */
  readonly #nodes = new Map<string, Node>();
  readonly #own = new Map<number, { readonly place: string; readonly root: Root }>();

  constructor(
    graph: Graph,
    isStored: (value: number) => boolean,
    extents: readonly number[],
    roots: readonly Root[],
    places: readonly Affine[],
  ) {
    this.#graph = graph;
    this.#isStored = isStored;
    this.#extents = extents;
    roots.forEach((root, i) => {
      if (root.value === root.source) this.#own.set(root.value, { place: textOf(places[i]!), root });
    });
  }

  rootNode(root: Root, index: Index): Node {
    return root.value === root.source ? this.#computed(root.source, index) : this.#node(root.source, index);
  }

  #node(id: number, index: Index): Node {
    const value = this.#graph.values[id]!;
    const base = baseOf(this.#graph, id);
    if (!this.#isStored(base)) return this.#computed(id, index);
    const at = linear(index, value.type.shape);
    const own = this.#own.get(base);
    // What this nest computes itself at this place need not come from the array.
    if (own !== undefined && own.place === textOf(at) && base === id) return this.#computed(id, index);
    return this.#once(`load ${base} ${textOf(at)}`, () => ({ kind: 'load', value: base, dtype: value.type.dtype, at }));
  }

  #computed(id: number, index: Index): Node {
    const value = this.#graph.values[id]!;
    const key = `${id} ${index.map(textOf).join(' ')}`;
    return this.#once(key, () => {
      const read = reads[value.op];
      const node =
        read === undefined
          ? this.#applied(id, value, index)
          : read({ graph: this.#graph, id, value, index, tracer: this });
      this.#refuseRepetition(id, value, index, node);
      return node;
    });
  }

  read(id: number, index: Index): Node {
    return this.#node(id, index);
  }

  /** The index in the operand of a reshape. */
  reshaped(value: Value, index: Index): Index {
    const from = this.#graph.values[value.inputs[0]!]!.type.shape;
    const found = reshapedIndex(index, value.type.shape, from, this.#extents);
    if (found === null) throw new Wanted(baseOf(this.#graph, value.inputs[0]!));
    if (!Array.isArray(found)) throw new SplitNeeded(found as Split);
    return found as Index;
  }

  #applied(id: number, value: Value, index: Index): Node {
    const inputs = value.inputs.map((i) => this.#node(i, broadcastIndex(index, this.#graph.values[i]!.type.shape)));
    return { kind: 'apply', value: id, op: value.op, dtype: value.type.dtype, inputs };
  }

  /** Arithmetic that an outer loop would only repeat is done once, into an array. */
  #refuseRepetition(id: number, value: Value, index: Index, node: Node): void {
    if (node.kind !== 'apply' || value.op === 'cast') return;
    const depth = nodeDepth(node);
    if (index.reduce((sum, a) => sum + a.terms.length, 0) > depth) return;
    const moves = new Set(index.flatMap((a) => a.terms.map((t) => t.axis)));
    for (let axis = 0; axis < depth; axis++) {
      if (!moves.has(axis) && this.#extents[axis]! > 1) throw new Wanted(id);
    }
  }

  #once(key: string, make: () => Node): Node {
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    const node = make();
    this.#nodes.set(key, node);
    return node;
  }
}

interface Reading {
  readonly graph: Graph;
  readonly id: number;
  readonly value: Value;
  readonly index: Index;
  readonly tracer: Tracer;
}

/** Ops that are no arithmetic: what stands at an index of their result. */
const reads: { readonly [K in OpName]?: (reading: Reading) => Node } = {
  constant: ({ value }) => ({ kind: 'number', value: (value.attrs as OpAttrs['constant']).value }),
  reshape: ({ value, index, tracer }) => tracer.read(value.inputs[0]!, tracer.reshaped(value, index)),
  broadcast: ({ graph, value, index, tracer }) =>
    tracer.read(value.inputs[0]!, broadcastIndex(index, graph.values[value.inputs[0]!]!.type.shape)),
  transpose({ value, index, tracer }) {
    const { perm } = value.attrs as OpAttrs['transpose'];
    return tracer.read(
      value.inputs[0]!,
      perm.map((_, axis) => index[perm.indexOf(axis)]!),
    );
  },
  slice({ value, index, tracer }) {
    const { begin } = value.attrs as OpAttrs['slice'];
    return tracer.read(
      value.inputs[0]!,
      index.map((a, axis) => shifted(a, begin[axis]!)),
    );
  },
  one_hot({ id, value, index, tracer }) {
    const label = tracer.read(value.inputs[0]!, index.slice(0, -1));
    const inputs: readonly Node[] = [label, { kind: 'index', at: index.at(-1) ?? ZERO }];
    return { kind: 'apply', value: id, op: 'one_hot', dtype: 'f32', inputs };
  },
};

const depths = new WeakMap<Node, number>();

/** The innermost axis on which a node depends; -1 for none. */
export function nodeDepth(node: Node): number {
  if (node.kind === 'number') return -1;
  if (node.kind !== 'apply') return depthOf(node.at);
  const known = depths.get(node);
  if (known !== undefined) return known;
  const depth = Math.max(-1, ...node.inputs.map(nodeDepth));
  depths.set(node, depth);
  return depth;
}

/** Every node that the results need, each once, operands first. */
function nodesOf(results: readonly { readonly node: Node }[]): readonly Node[] {
  const seen = new Set<Node>();
  const visit = (node: Node) => {
    if (seen.has(node)) return;
    if (node.kind === 'apply') for (const input of node.inputs) visit(input);
    seen.add(node);
  };
  for (const { node } of results) visit(node);
  return [...seen];
}

/** As few axes as possible: those that all places walk as one are one. */
function joinAxes(given: Nest): Nest {
  let nest = given;
  for (let axis = nest.extents.length - 2; axis >= 0; axis--) {
    const places = [...nest.results.map((r) => r.at), ...nest.nodes.flatMap((n) => ('at' in n ? [n.at] : []))];
    if (joined(places, axis, nest.extents)) nest = withJoined(nest, axis);
  }
  return nest;
}

function withJoined({ extents, results, nodes }: Nest, axis: number): Nest {
  const copies = new Map<Node, Node>();
  const copy = (node: Node): Node => {
    const known = copies.get(node);
    if (known !== undefined) return known;
    const made: Node =
      node.kind === 'number'
        ? node
        : node.kind === 'apply'
          ? { ...node, inputs: node.inputs.map(copy) }
          : { ...node, at: afterJoin(node.at, axis) };
    copies.set(node, made);
    return made;
  };
  return {
    extents: [...extents.slice(0, axis), extents[axis]! * extents[axis + 1]!, ...extents.slice(axis + 2)],
    results: results.map((r) => ({ root: r.root, at: afterJoin(r.at, axis), node: copy(r.node) })),
    nodes: nodes.map(copy),
  };
}
