/** Programs that read a split's columns in the form in which they lie in memory. */
import type { Column, Split } from '../base/data.ts';
import type { HostArray } from '../base/host-array.ts';
import { gatherBatch, type Room } from '../data/index.ts';
import type { StepProgram } from '../graph/program.ts';
import { type ByteScale, withStoredBytes } from '../graph/transforms/stored-bytes.ts';

/** The program over batches of `split`: its columns of bytes are fed as bytes. */
export function readingStored(program: StepProgram, split: Split): StepProgram {
  const columns = Object.values(split.columns).filter(isScaledBytes);
  return withStoredBytes(program, new Map(columns.map((c) => [c.name, scaleOf(c)])));
}

/** Standardised columns have a scale for each element, and become numbers when a batch is gathered. */
function isScaledBytes({ kind, data, scale }: Column): boolean {
  return kind !== 'class' && data instanceof Uint8Array && scale.length === 1;
}

function scaleOf({ scale, offset }: Column): ByteScale {
  return { scale: scale[0]!, offset: offset[0]! };
}

/** The rows that a program asks for, each column in the type in which it reads it. */
export function batchFor(
  { batch }: StepProgram,
  split: Split,
  rows: Uint32Array,
  room?: Room,
): Record<string, HostArray> {
  const asStored = new Set(batch.filter((spec) => spec.type.dtype === 'u8').map((spec) => spec.name));
  return gatherBatch(
    split,
    batch.map((spec) => spec.name),
    rows,
    room,
    asStored,
  );
}
