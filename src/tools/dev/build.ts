/** Builds `dist`: the command line as a few bundled files, since loading a thousand small ones takes longer than most checks. */
import { chmodSync, cpSync } from 'node:fs';
import { bundlePrograms, ROOT } from './bundling.ts';

const DIST = `${ROOT}dist`;

await bundlePrograms({ bprune: 'src/tools/cli/main.ts' }, DIST);
// Emitted projects take their hand-written part from beside the code that emits them.
cpSync(`${ROOT}src/emit/tfjs/template`, `${DIST}/template`, { recursive: true });
chmodSync(`${DIST}/bprune.js`, 0o755);
