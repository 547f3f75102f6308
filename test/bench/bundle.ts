/**
 * Our side of the bench as people have it: bundled like the command line. The loader of TypeScript would take four seconds of
 * each start, and 140 MiB.
 */
import { cpSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { BUNDLING } from '../../src/tools/dev/bundling.ts';

const HERE = import.meta.dirname;
const ROOT = resolve(HERE, '../..');
/** Within the project, so that its packages are found. */
const FOLDER = join(ROOT, 'dist/bench');

/** The program that measures one of our executors; `bundleOurs` makes it. */
export const OURS = join(FOLDER, 'ours.js');

export async function bundleOurs(): Promise<void> {
  rmSync(FOLDER, { recursive: true, force: true });
  await build({
    ...BUNDLING,
    entryPoints: { ours: join(HERE, 'ours.ts'), 'executor-thread': join(ROOT, 'src/executors/remote/worker.ts') },
    outdir: FOLDER,
    splitting: true,
  });
  cpSync(join(ROOT, 'src/executors/native/c'), join(FOLDER, 'native'), { recursive: true });
}
