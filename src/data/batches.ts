/** Batches: chosen rows of chosen columns as the arrays that a step reads. */
import type { Column, Split } from '../base/data.ts';
import type { FeedLoops } from '../base/feed-loops.ts';
import { type HostArray, type NumericArray, sizeOf, type TensorType } from '../base/host-array.ts';

/** Gives the array that a column is gathered into: of its size, with anything in it. */
export type Room = (column: string, type: TensorType) => NumericArray;

/** Every call makes a new array. */
export const freshRoom: Room = (_, { dtype, shape }) =>
  dtype === 'i32' ? new Int32Array(sizeOf(shape)) : new Float32Array(sizeOf(shape));

/**
 * The rows `rows` of the columns `columns`: classes as `i32` `[rows]`, images and reals as `f32` `[rows, ...shape]` with
 * their scale and offset applied. Into new arrays, unless there is room elsewhere. `bytes` may be an executor's own.
 */
export function gatherBatch(
  split: Split,
  columns: readonly string[],
  rows: Uint32Array,
  room: Room = freshRoom,
  bytes: FeedLoops['bytes'] = gatherBytes,
): Record<string, HostArray> {
  const batch: Record<string, HostArray> = {};
  for (const name of columns) {
    const column = split.columns[name];
    if (column === undefined) throw new Error(`internal: split ${split.name} has no column ${name}`);
    batch[name] = column.kind === 'class' ? gatherClasses(column, rows, room) : gatherReals(column, rows, room, bytes);
  }
  return batch;
}

/** The numbers 0 ... rows - 1: a whole split in its own order. */
export function allRows(split: Split): Uint32Array {
  return Uint32Array.from({ length: split.rows }, (_, i) => i);
}

function gatherClasses(column: Column, rows: Uint32Array, room: Room): HostArray {
  const type: TensorType = { dtype: 'i32', shape: [rows.length] };
  const data = room(column.name, type);
  for (let i = 0; i < rows.length; i++) data[i] = column.data[rows[i]!]!;
  return { type, data };
}

function gatherReals(column: Column, rows: Uint32Array, room: Room, bytes: FeedLoops['bytes']): HostArray {
  const width = sizeOf(column.shape);
  const type: TensorType = { dtype: 'f32', shape: [rows.length, ...column.shape] };
  const data = room(column.name, type) as Float32Array;
  if (column.data instanceof Uint8Array && column.scale.length === 1)
    bytes(column.data, rows, width, tableOf(column), data);
  else gatherNumbers(column, rows, data, width);
  return { type, data };
}

const tables = new WeakMap<Column, Float32Array>();

function tableOf(column: Column): Float32Array {
  const known = tables.get(column);
  if (known !== undefined) return known;
  const [scale, offset] = [column.scale[0]!, column.offset[0]!];
  const table = Float32Array.from({ length: 256 }, (_, byte) => byte * scale + offset);
  tables.set(column, table);
  return table;
}

/** Bytes have 256 values, so scaling them is a look-up. */
function gatherBytes(
  bytes: Uint8Array,
  rows: Uint32Array,
  width: number,
  values: Float32Array,
  out: Float32Array,
): void {
  let at = 0;
  for (let i = 0; i < rows.length; i++) {
    const start = rows[i]! * width;
    for (let j = start; j < start + width; j++) out[at++] = values[bytes[j]!]!;
  }
}

function gatherNumbers(column: Column, rows: Uint32Array, out: Float32Array, width: number): void {
  const { data, scale, offset } = column;
  const each = scale.length > 1;
  if (!each && scale[0] === 1 && offset[0] === 0) {
    for (let i = 0; i < rows.length; i++) {
      out.set(data.subarray(rows[i]! * width, (rows[i]! + 1) * width), i * width);
    }
    return;
  }
  let at = 0;
  for (let i = 0; i < rows.length; i++) {
    const start = rows[i]! * width;
    for (let j = 0; j < width; j++) {
      const k = each ? j : 0;
      out[at++] = data[start + j]! * scale[k]! + offset[k]!;
    }
  }
}
