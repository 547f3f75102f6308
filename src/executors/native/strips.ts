/**
 * Products of few rows and short sums, of particles that are mixed with one another say, take as long as it takes to write them and to
 * read them again. Where one loop nest alone reads them, and number by number, they are made for it a strip of columns at a time and
 * stay in the cache.
 */
import { sizeOf } from '../../base/host-array.ts';
import type { Graph, OpAttrs } from '../../graph/ir.ts';
import { factorOf } from './affine.ts';
import { baseOf } from './trace.ts';
import { type Call, type Loops, readsOf, type Strips, type Unit } from './units.ts';

/** Terms of a product that is as quick as memory: `BP_MOST_TERMS` of c/kernels.h. */
export const MOST_TERMS = 48;
/** Its rows, and the columns above which its result leaves the cache. */
const MOST_ROWS = 64;
const FEWEST_COLUMNS = 8192;

interface Size {
  readonly rows: number;
  readonly columns: number;
}

export function inStrips(graph: Graph, units: readonly (Loops | Call)[]): readonly Unit[] {
  const shown = new Set([...graph.outputs.values()].map((id) => baseOf(graph, id)));
  const readers = new Map<number, Unit[]>();
  for (const unit of units) for (const v of readsOf(graph, unit)) readers.set(v, [...(readers.get(v) ?? []), unit]);
  const taken = new Set<number>();
  const made = units.map((unit): Unit => {
    if (unit.kind === 'call' || !isFlat(unit)) return unit;
    const products = [...readsOf(graph, unit)].filter(
      (v) => thinProduct(graph, v) !== null && readers.get(v)!.length === 1 && !shown.has(v),
    );
    if (products.length === 0) return unit;
    const size = thinProduct(graph, products[0]!)!;
    const alike = products.filter((p) => thinProduct(graph, p)!.rows === size.rows);
    for (const p of alike) taken.add(p);
    return { kind: 'strips', loops: unit, products: alike, ...size } satisfies Strips;
  });
  return made.filter((unit) => unit.kind !== 'call' || !taken.has(unit.value));
}

/** Over one axis, with no sum over it, and every array at the same place or at one place only. */
function isFlat({ nest: { extents, results, nodes } }: Loops): boolean {
  const flat = ({ offset, terms }: (typeof results)[number]['at']) => offset === 0 && terms.length === 1;
  return (
    extents.length === 1 &&
    results.every(({ root, at }) => root.fold === null && flat(at) && factorOf(at, 0) === 1) &&
    nodes.every((n) => n.kind !== 'load' || n.at.terms.length === 0 || (flat(n.at) && factorOf(n.at, 0) === 1))
  );
}

function thinProduct(graph: Graph, value: number): Size | null {
  const { op, inputs, attrs, type } = graph.values[value]!;
  if (op !== 'matmul' || type.shape.length !== 2) return null;
  const { transposeA, transposeB } = attrs as OpAttrs['matmul'];
  const [rows, columns] = type.shape as readonly [number, number];
  const terms = sizeOf(graph.values[inputs[0]!]!.type.shape) / rows;
  const isThin = rows > 1 && rows <= MOST_ROWS && terms <= MOST_TERMS && columns >= FEWEST_COLUMNS;
  return isThin && !transposeA && !transposeB ? { rows, columns } : null;
}
