/** Looks inside a step: a program that changes nothing and shows every value that has a name in the user's words. */
import type { Span } from '../../base/span.ts';
import type { StepProgram } from '../program.ts';
import { removeDeadCode } from './dead-code.ts';

export interface Probe {
  readonly program: StepProgram;
  /** In topological order: the first one that is not finite is where the trouble starts. */
  readonly points: readonly { readonly info: string; readonly label: string; readonly origin: Span | null }[];
}

export function probe(program: StepProgram): Probe {
  const { graph } = program;
  const labelled = graph.values.flatMap((value, id) =>
    value.label !== null && value.type.dtype === 'f32' ? [{ value, id }] : [],
  );
  const points = labelled.map(({ value }, i) => ({ info: `value${i}`, label: value.label!, origin: value.origin }));
  const outputs = new Map(labelled.map(({ id }, i) => [`info/value${i}`, id]));
  const info = labelled.map(({ value }, i) => ({ name: `value${i}`, type: value.type }));
  return { program: { ...program, graph: removeDeadCode({ ...graph, outputs }), info }, points };
}
