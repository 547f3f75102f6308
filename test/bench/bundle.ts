/**
 * Our side of the bench as people have it: bundled like the command line. The loader of TypeScript would take four seconds of
 * each start, and 140 MiB.
 */
import { join } from 'node:path';
import { bundlePrograms, ROOT } from '../../src/tools/dev/bundling.ts';

/** Within the project, so that its packages are found. */
const FOLDER = join(ROOT, 'dist/bench');

/** The program that measures one of our executors; `bundleOurs` makes it. */
export const OURS = join(FOLDER, 'ours.js');

export function bundleOurs(): Promise<void> {
  return bundlePrograms({ ours: 'test/bench/ours.ts' }, FOLDER);
}
