/** The columns of a batch in a graph: the network's input, the observed column, and those that the likelihood mentions beside it. */
import type { Ref } from '../graph/builder.ts';
import type { Density } from './density.ts';
import type { StepProgramBuilder } from './step-program.ts';

export interface BatchValues {
  /** f32 `[rows, ...]`. */
  readonly input: Ref;
  /** i32 `[rows]` for classes, else f32 `[rows, ...]`. */
  readonly observed: Ref;
  /** By name, f32 `[rows, ...]`. */
  readonly columns: Readonly<Record<string, Ref>>;
}

/** The inputs of a program of `rows` rows. */
export function batchOf(program: StepProgramBuilder, density: Density, rows: number): BatchValues {
  const [input, observed, ...others] = density.batch(rows).map((spec) => [spec.name, program.batch(spec)] as const);
  const columns = Object.fromEntries([input!, ...others]);
  return { input: input![1], observed: observed![1], columns };
}

const COLUMN = 'column/';

/** The same under names that go through a batched graph: `x`, `y`, `column/sigma`. */
export function namedBatch({ input, observed, columns }: BatchValues): Record<string, Ref> {
  const named = Object.entries(columns).map(([name, value]) => [COLUMN + name, value] as const);
  return { x: input, y: observed, ...Object.fromEntries(named) };
}

/** What `namedBatch` named, in a graph. */
export function batchIn(refs: Readonly<Record<string, Ref>>): BatchValues {
  const columns = Object.entries(refs).filter(([name]) => name.startsWith(COLUMN));
  return {
    ...{ input: refs.x!, observed: refs.y! },
    columns: Object.fromEntries(columns.map(([name, value]) => [name.slice(COLUMN.length), value])),
  };
}
