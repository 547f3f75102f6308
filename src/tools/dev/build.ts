/** Builds `dist`: TypeScript to JavaScript, the templates of emitted projects beside their emitter, the command line executable. */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');

rmSync(`${root}dist`, { recursive: true, force: true });
execFileSync(process.execPath, [compiler, '-p', 'tsconfig.json', '--noEmit', 'false'], { cwd: root, stdio: 'inherit' });
cpSync(`${root}src/emit/tfjs/template`, `${root}dist/emit/tfjs/template`, { recursive: true });
chmodSync(`${root}dist/tools/cli/main.js`, 0o755);
