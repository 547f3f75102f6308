/**
 * The two loops that what a training is fed takes its time in. There is a script for each; an executor may bring its own, which must
 * give the same bytes.
 */
import type { Key } from './keys.ts';

export interface FeedLoops {
  /**
   * Elements `from` (even) to `end` of the standard normals of a key by the quick path of `fillNormal`: all but about 1.2 % are final;
   * the places of the others go to `open`, and their number is given back.
   */
  normals(key: Key, out: Float32Array, from: number, end: number, open: Int32Array): number;
  /** `out[i, j] = values[bytes[rows[i], j]]` for images of `width` bytes. */
  bytes(bytes: Uint8Array, rows: Uint32Array, width: number, values: Float32Array, out: Float32Array): void;
}
