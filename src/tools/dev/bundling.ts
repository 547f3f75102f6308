/** How TypeScript becomes what people install: for the build, and for benchmarks of what they have then. */
import type { BuildOptions } from 'esbuild';

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
