/**
 * Images lie in memory as bytes. Programs that run over a split read them unscaled and scale them in the graph: that takes
 * half a millisecond off the making of a batch of 128 digits, on the thread that competes with the executor for the cores.
 */
import type { Column, Split } from '../base/data.ts';
import type { StepProgram } from '../graph/program.ts';
import { type InputScale, withScaledInputs } from '../graph/transforms/scaled-inputs.ts';

/** The split whose batches the programs of `readingStored` take: its bytes are what they are. */
export function asStored(split: Split): Split {
  const columns = Object.entries(split.columns).map(([name, column]): [string, Column] => [
    name,
    isScaledBytes(column) ? { ...column, scale: [1], offset: [0] } : column,
  ]);
  return { ...split, columns: Object.fromEntries(columns) };
}

/** The program over batches of `asStored(split)`. */
export function readingStored(program: StepProgram, split: Split): StepProgram {
  const columns = Object.values(split.columns).filter(isScaledBytes);
  return withScaledInputs(program, new Map(columns.map((c) => [c.name, scaleOf(c)])));
}

/** Standardised columns have a scale for each element, and are scaled when a batch is gathered. */
function isScaledBytes({ kind, data, scale }: Column): boolean {
  return kind !== 'class' && data instanceof Uint8Array && scale.length === 1;
}

function scaleOf({ scale, offset }: Column): InputScale {
  return { scale: scale[0]!, offset: offset[0]! };
}
