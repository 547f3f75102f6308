/**
 * Builds `dist`: the command line as a few bundled files, since loading a thousand small ones takes longer than most checks.
 * tfjs and ONNX Runtime stay outside: they are loaded only when something trains, and their binaries lie in their own packages.
 */
import { chmodSync, cpSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../../', import.meta.url));

rmSync(`${root}dist`, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: { bprune: 'src/tools/cli/main.ts', 'executor-thread': 'src/executors/remote/worker.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: ['@tensorflow/*', 'onnxruntime-node'],
  // Packages that were written for CommonJS call `require` for Node's own modules.
  banner: {
    js: "import { createRequire as bpruneRequire } from 'node:module'; const require = bpruneRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
// Emitted projects take their hand-written part from beside the code that emits them.
cpSync(`${root}src/emit/tfjs/template`, `${root}dist/template`, { recursive: true });
// The native backend's C sources are compiled where it runs.
cpSync(`${root}src/executors/native/c`, `${root}dist/native`, { recursive: true });
chmodSync(`${root}dist/bprune.js`, 0o755);
