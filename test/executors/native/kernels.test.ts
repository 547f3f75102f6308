/** The C kernels of the native executor against plain loops in float64, over shapes drawn from a seed (kernels.c beside this file). */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const SOURCES = resolve(import.meta.dirname, '../../../src/executors/native/c');
const KERNELS = [
  'pool',
  'pack',
  'tiles',
  'dots',
  'gemm',
  'strip',
  'window-sums',
  'convolution',
  'filter-gradient',
  'pooling',
].map((name) => join(SOURCES, `${name}.c`));
const FLAGS = ['-std=gnu11', '-O2', '-fno-math-errno', '-fno-trapping-math', '-ffp-contract=fast', '-fopenmp-simd'];
const COMPILER = process.env.CC ?? 'cc';

const hasCompiler = spawnSync(COMPILER, ['--version']).status === 0;
if (!hasCompiler)
  console.warn(`skipped: the kernels of the native executor need a C compiler, and ${COMPILER} does not run`);

/** The thread of the test stays free: on a busy machine a compiler can take a minute. */
const run = promisify(execFile);

const CASES = 60;

describe.skipIf(!hasCompiler)('the C kernels', () => {
  let folder = '';
  const builds = [
    { name: 'this machine', flags: ['-march=native'], threads: [1, 2, 3] },
    { name: 'any machine of its kind', flags: [], threads: [2] },
  ];
  const program = (index: number) => join(folder, `kernels-${index}`);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bprune-kernels-'));
    for (const [i, { flags }] of builds.entries()) {
      const files = [...KERNELS, join(import.meta.dirname, 'kernels.c')];
      const options = [...FLAGS, ...flags, '-Wall', '-Wextra', '-Werror', '-pthread', `-I${SOURCES}`];
      await run(COMPILER, [...options, ...files, '-o', program(i), '-lm']);
    }
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  builds.forEach(({ name, threads: counts }, i) => {
    for (const threads of counts) {
      it(`agree with plain loops: built for ${name}, ${threads} threads`, async () => {
        const { stdout } = await run(program(i), [`${threads}`, `${17 + threads}`, `${CASES}`]);
        const cases = stdout
          .trim()
          .split('\n')
          .map((line) => line.split('\t'));
        expect(cases.length).toBeGreaterThan(8 * CASES);
        // Each error is within the bound of float32 sums, whatever their order (Higham 2002, section 3.1).
        expect(cases.filter(([error]) => !(Number(error) <= 1)).map(([error, shape]) => `${shape}: ${error}`)).toEqual(
          [],
        );
      });
    }
  });
});
