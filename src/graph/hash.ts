/** The hash of a graph's structure: the key under which compiled programs are kept. */
import type { Graph } from './ir.ts';
import { printGraph } from './print.ts';

/**
 * 64 bits in hex over ops, attributes, types, names of inputs and outputs; labels and places in the text do not count.
 * For recognising equal graphs, not for security.
 */
export function structuralHash(graph: Graph): string {
  const bare = graph.values.map((v) => ({ ...v, label: null }));
  return hashText(printGraph({ ...graph, values: bare }));
}

/** Two lanes of 32 bits, multiplied and mixed crosswise (cyrb53 widened to 64 bits). */
function hashText(text: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  const hex = (n: number) => (n >>> 0).toString(16).padStart(8, '0');
  return hex(high) + hex(low);
}
