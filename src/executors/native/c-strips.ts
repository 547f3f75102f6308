/** Strips in C: for a thread's columns, the products of some of them, then the nest row by row. */
import type { Graph } from '../../graph/ir.ts';
import type { Strips } from './units.ts';

/** Columns of a strip: rows of a product are then as long as a page of memory, and a few dozen of them stay in the second-level cache. */
export const STRIP = 1024;
/** Threads begin at a multiple of these many numbers, so that they share no cache line. */
const GRAIN = 16;

export interface StripsPlaces {
  /** Where the strips are, of `stripsBytes`. */
  readonly own: string;
  /** Of a product, by `strip`. */
  readonly stripOf: (product: number) => string;
  readonly pointer: (value: number) => string;
  /** Runs the nest from `first`, for `width` numbers; `row` is the row. */
  readonly nest: string;
}

const numbersOf = ({ products, rows }: Strips) => products.length * rows * STRIP;

export function stripsBytes(unit: Strips, threads: number): number {
  return threads * numbersOf(unit) * Float32Array.BYTES_PER_ELEMENT;
}

export function stripsCode(graph: Graph, unit: Strips, places: StripsPlaces): readonly string[] {
  const { rows, columns, products } = unit;
  const calls = products.map((product) => {
    const [left, right] = graph.values[product]!.inputs as readonly [number, number];
    const terms = graph.values[left]!.type.shape[1];
    const operands = `${places.pointer(left)}, ${places.pointer(right)} + column, ${columns}`;
    return `f->kernels->thin_product(${rows}, width, ${terms}, ${operands}, ${places.stripOf(product)}, ${STRIP});`;
  });
  return [
    '{',
    `  float *strip = (float *)(${places.own}) + (long)part * ${numbersOf(unit)};`,
    '  long from, to;',
    `  share(${columns}, ${GRAIN}, part, parts, &from, &to);`,
    `  for (long column = from; column < to; column += ${STRIP}) {`,
    `    const long width = to - column < ${STRIP} ? to - column : ${STRIP};`,
    ...calls.map((call) => `    ${call}`),
    `    for (long row = 0; row < ${rows}; row++) {`,
    `      const long first = row * ${columns} + column;`,
    `      ${places.nest}`,
    '    }',
    '  }',
    '}',
  ];
}
