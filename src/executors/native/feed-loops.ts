/** The loops of what steps are fed, in C, on the caller's thread. */
import type { FeedLoops } from '../../base/feed-loops.ts';
import { STEP, WHOLE_INSIDE } from '../../base/normal.ts';
import { openLibrary } from './load.ts';

export async function feedLoops(): Promise<FeedLoops> {
  const library = await openLibrary();
  return {
    normals: ({ a, b }, out, from, end, open) => library.normals(a, b, STEP, WHOLE_INSIDE, out, from, end, open),
    bytes: (bytes, rows, width, values, out) => library.bytes(bytes, rows, width, values, out),
  };
}
