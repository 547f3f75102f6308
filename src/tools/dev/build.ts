/** Builds `dist`: the command line as a few bundled files, since loading a thousand small ones takes longer than most checks. */
import { chmodSync, cpSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { BUNDLING } from './bundling.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

rmSync(`${root}dist`, { recursive: true, force: true });
await build({
  ...BUNDLING,
  absWorkingDir: root,
  entryPoints: { bprune: 'src/tools/cli/main.ts', 'executor-thread': 'src/executors/remote/worker.ts' },
  outdir: 'dist',
  splitting: true,
});
// Emitted projects take their hand-written part from beside the code that emits them.
cpSync(`${root}src/emit/tfjs/template`, `${root}dist/template`, { recursive: true });
// The native backend's C sources are compiled where it runs.
cpSync(`${root}src/executors/native/c`, `${root}dist/native`, { recursive: true });
chmodSync(`${root}dist/bprune.js`, 0o755);
