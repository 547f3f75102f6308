/** Batches: chosen rows of chosen columns as the arrays that a step reads. */
import type { Column, Split } from '../base/data.ts';
import { type HostArray, sizeOf } from '../base/host-array.ts';

/**
 * The rows `rows` of the columns `columns`: classes as `i32` `[rows]`, images and reals as `f32` `[rows, ...shape]` with
 * their scale and offset applied. Every call makes new arrays.
 */
export function gatherBatch(split: Split, columns: readonly string[], rows: Uint32Array): Record<string, HostArray> {
  const batch: Record<string, HostArray> = {};
  for (const name of columns) {
    const column = split.columns[name];
    if (column === undefined) throw new Error(`internal: split ${split.name} has no column ${name}`);
    batch[name] = column.kind === 'class' ? gatherClasses(column, rows) : gatherReals(column, rows);
  }
  return batch;
}

/** The numbers 0 ... rows - 1: a whole split in its own order. */
export function allRows(split: Split): Uint32Array {
  return Uint32Array.from({ length: split.rows }, (_, i) => i);
}

function gatherClasses(column: Column, rows: Uint32Array): HostArray {
  const data = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) data[i] = column.data[rows[i]!]!;
  return { type: { dtype: 'i32', shape: [rows.length] }, data };
}

function gatherReals(column: Column, rows: Uint32Array): HostArray {
  const width = sizeOf(column.shape);
  const data = new Float32Array(rows.length * width);
  if (column.data instanceof Uint8Array && column.scale.length === 1)
    gatherBytes(column, column.data, rows, data, width);
  else gatherNumbers(column, rows, data, width);
  return { type: { dtype: 'f32', shape: [rows.length, ...column.shape] }, data };
}

/** Bytes have 256 values, so scaling them is a look-up. */
function gatherBytes(column: Column, bytes: Uint8Array, rows: Uint32Array, out: Float32Array, width: number): void {
  const scale = column.scale[0]!;
  const offset = column.offset[0]!;
  const values = Float32Array.from({ length: 256 }, (_, byte) => byte * scale + offset);
  let at = 0;
  for (let i = 0; i < rows.length; i++) {
    const start = rows[i]! * width;
    for (let j = start; j < start + width; j++) out[at++] = values[bytes[j]!]!;
  }
}

function gatherNumbers(column: Column, rows: Uint32Array, out: Float32Array, width: number): void {
  const { data, scale, offset } = column;
  const each = scale.length > 1;
  let at = 0;
  for (let i = 0; i < rows.length; i++) {
    const start = rows[i]! * width;
    for (let j = 0; j < width; j++) {
      const k = each ? j : 0;
      out[at++] = data[start + j]! * scale[k]! + offset[k]!;
    }
  }
}
