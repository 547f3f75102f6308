/** Arguments and values that are rows of numbers, and their columns. */
import type { GraphBuilder, Operand, Ref } from '../../graph/builder.ts';

export function rowOf(argument: Operand): Ref {
  if (typeof argument === 'number') throw new Error('internal: a number where a row of numbers belongs');
  return argument;
}

export function rowLength(x: Ref): number {
  return x.type.shape.at(-1)!;
}

/** Number k of every row: the shape without its last axis. */
export function column(b: GraphBuilder, x: Ref, k: number): Ref {
  const lead = x.type.shape.slice(0, -1);
  return b.reshape(b.slice(x, [...lead.map(() => 0), k], [...lead, 1]), lead);
}
