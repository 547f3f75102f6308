/** How TypeScript becomes what people install: for the build, and for benchmarks of what they have then. */
import { cpSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';

/** tfjs and ONNX Runtime stay outside: they are loaded only when something trains, and their binaries lie in their own packages. */
export const BUNDLING = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // A third less to read at each start. Names stay, for the sake of stack traces.
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 160,
  external: ['@tensorflow/*', 'onnxruntime-node', 'onnxruntime-web'],
  // Packages that were written for CommonJS call `require` for Node's own modules.
  banner: {
    js: "import { createRequire as bpruneRequire } from 'node:module'; const require = bpruneRequire(import.meta.url);",
  },
  logLevel: 'warning',
} satisfies BuildOptions;

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Makes the folder `out` anew with a program of `entries` in a file of each name, and beside it what backends look for there. */
export async function bundlePrograms(entries: Readonly<Record<string, string>>, out: string): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  await build({
    ...BUNDLING,
    absWorkingDir: ROOT,
    entryPoints: { ...entries, 'executor-thread': 'src/executors/remote/worker.ts' },
    outdir: out,
    splitting: true,
  });
  // The native backend's C sources are compiled where it runs.
  cpSync(`${ROOT}src/executors/native/c`, `${out}/native`, { recursive: true });
}
