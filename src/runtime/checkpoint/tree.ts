/**
 * Plain data with typed arrays as JSON with the arrays beside it, and back, bit for bit. It knows nothing of what the data
 * mean, so that a new field of a posterior or of an engine's state is kept without anybody thinking of it.
 */
import type { HostArray, NumericArray } from '../../base/host-array.ts';

export interface Packed {
  readonly json: string;
  /** By their place in the tree: `progress.state.posterior.sites.0.mean`. */
  readonly arrays: ReadonlyMap<string, HostArray>;
}

const kinds = { Float32Array, Float64Array, Int32Array, Uint8Array } as const;
type Kind = keyof typeof kinds;

/** What JSON has no word for stands as an object with one of these keys. */
const ARRAY = '$array';
const NUMBER = '$number';
const MAP = '$map';

export function pack(tree: unknown): Packed {
  const arrays = new Map<string, HostArray>();
  const visit = (value: unknown, path: string): unknown => {
    if (typeof value === 'number') return Object.is(value, -0) || !Number.isFinite(value) ? numberWord(value) : value;
    if (typeof value !== 'object' || value === null) return value;
    if (ArrayBuffer.isView(value)) {
      const kind = value.constructor.name as Kind;
      if (kinds[kind] === undefined) throw new Error(`internal: a ${kind} cannot be kept in a checkpoint`);
      arrays.set(path, stored(value as NumericArray));
      return { [ARRAY]: kind };
    }
    if (Array.isArray(value)) return value.map((item, i) => visit(item, `${path}.${i}`));
    if (value instanceof Map) return { [MAP]: visit([...value], path) };
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, visit(item, `${path}.${key}`)]));
  };
  return { json: JSON.stringify(visit(tree, '')), arrays };
}

/** The tree that was packed. Throws when the two parts do not belong together. */
export function unpack({ json, arrays }: Packed): unknown {
  const visit = (value: unknown, path: string): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item, i) => visit(item, `${path}.${i}`));
    const special = value as Readonly<Record<string, unknown>>;
    if (NUMBER in special) return special[NUMBER] === '-0' ? -0 : Number(special[NUMBER]);
    if (MAP in special) return new Map(visit(special[MAP], path) as [unknown, unknown][]);
    if (ARRAY in special) {
      const found = arrays.get(path);
      if (found === undefined) throw new Error(`the array ${path} is missing`);
      return loaded(special[ARRAY] as Kind, found);
    }
    return Object.fromEntries(Object.entries(special).map(([key, item]) => [key, visit(item, `${path}.${key}`)]));
  };
  return visit(JSON.parse(json), '');
}

function numberWord(value: number): object {
  return { [NUMBER]: Object.is(value, -0) ? '-0' : String(value) };
}

/** Doubles are kept as bytes: the file format of the tensors has no name for them here. */
function stored(data: NumericArray): HostArray {
  if (data instanceof Float64Array) {
    const bytes = new Uint8Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
    return { type: { dtype: 'bool', shape: [bytes.length] }, data: bytes };
  }
  const dtype = data instanceof Float32Array ? 'f32' : data instanceof Int32Array ? 'i32' : 'bool';
  return { type: { dtype, shape: [data.length] }, data };
}

function loaded(kind: Kind, { data }: HostArray): NumericArray {
  if (kind === 'Float64Array') return new Float64Array(Uint8Array.from(data).buffer);
  if (!(data instanceof kinds[kind])) throw new Error(`an array of another kind than ${kind}`);
  return data;
}
