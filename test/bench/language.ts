/**
 * `npm run bench:language`: what a person waits for while writing. Parse and check of a program of 1,000 lines in a warm process,
 * and `bprune check` of a small file from the start of the process. Medians; writes LANGUAGE.md.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { BUNDLING } from '../../src/tools/dev/bundling.ts';
import { measured, run } from './process.ts';
import { median } from './statistics.ts';

const LINES = 1000;
const WARM_UP = 20;
const ROUNDS = 20;
/** Milliseconds that are promised. */
const PROMISED = { front: 100, command: 400 };
const REPOSITORY = resolve(import.meta.dirname, '../..');

/** Milliseconds of each reading of a long program, in a process that is warm, from a bundle such as people install. */
async function readings(): Promise<readonly number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bprune-language-'));
  const outfile = join(folder, 'front-end.mjs');
  await build({ ...BUNDLING, entryPoints: [join(import.meta.dirname, 'front-end.ts')], outfile });
  const args = [outfile, ...[LINES, WARM_UP, ROUNDS].map(String)];
  const found = await measured<number[]>({ file: process.execPath, args }, 120);
  rmSync(folder, { recursive: true });
  if ('failed' in found) throw new Error(found.failed);
  return found;
}

/** Milliseconds of a process of Node.js from its start to its end. */
async function processTime(args: readonly string[]): Promise<number> {
  const started = performance.now();
  const { code, error } = await run({ file: process.execPath, args }, 60);
  if (code !== 0) throw new Error(error);
  return performance.now() - started;
}

const CHECK = [join(REPOSITORY, 'dist/bprune.js'), 'check', join(REPOSITORY, 'examples/linear-regression/main.bprune')];

async function measure() {
  const front = await readings();
  const [command, nothing]: [number[], number[]] = [[], []];
  for (let i = 0; i < ROUNDS; i++) {
    command.push(await processTime(CHECK));
    nothing.push(await processTime(['--eval', '']));
  }
  return { front, command, nothing };
}

const row = (what: string, times: readonly number[], promised: number | string) =>
  `| ${what} | ${median(times).toFixed(0)} | ${Math.min(...times).toFixed(0)} - ${Math.max(...times).toFixed(0)} | ${promised} |`;

const load = loadavg()[0]!;
const { front, command, nothing } = await measure();
const page = `# How fast the language is

Written by \`npm run bench:language\`: medians of ${ROUNDS}, in milliseconds, of what the build installs, node ${process.versions.node}; load ${load.toFixed(1)} on ${availableParallelism()} cores before it began. With more load than cores the times are those of a crowded machine: the fastest then says more than the median.

| | ms | spread | at most |
|---|---|---|---|
${row(`parse and check of ${LINES.toLocaleString('en-US')} lines, after ${WARM_UP} readings`, front, PROMISED.front)}
${row('`bprune check` of a small file, from the start of the process', command, PROMISED.command)}
${row('a process of Node.js that does nothing', nothing, '')}
`;
writeFileSync(join(import.meta.dirname, 'LANGUAGE.md'), page);
process.stdout.write(page);
