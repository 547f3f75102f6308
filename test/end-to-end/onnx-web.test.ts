/** The backend `onnx-web` from the command line: a whole example, and what is said where its package is not installed. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../src/runtime/export/safetensors.ts';
import { type Workspace, workspace } from '../helpers/workspace.ts';

const ROOT = resolve(import.meta.dirname, '../..');

let space: Workspace;
beforeAll(() => {
  space = workspace();
  cpSync(join(ROOT, 'examples/linear-regression'), space.folder, { recursive: true });
});
afterAll(() => space.remove());

const run = (...args: string[]) => ['run', 'main.bprune', '--backend', 'onnx-web', ...args];

describe('linear regression on onnx-web', () => {
  it('finds the posterior that is known exactly', async () => {
    const { code, stderr } = await space.run(...run('--out', 'found', '--quiet'));
    expect(code, stderr).toBe(0);
    const posterior = readSafetensors(new Uint8Array(readFileSync(space.path('found/posterior.safetensors'))), 'it');
    const numbers = (name: string) => [...posterior.tensors.get(name)!.data];
    // The figures stand in the program. A tenth of a standard deviation: of seeds 1, 2 and 3 the worst mean was off by 0.03, the worst sd by 0.04.
    const off = [
      ...numbers('slope.weight.mean').map((mean, i) => (mean - [0.1198, 0.4136][i]!) / 0.0432),
      ...numbers('slope.weight.sd').map((sd) => sd / 0.0432 - 1),
    ];
    expect(off).toHaveLength(4);
    expect(Math.max(...off.map(Math.abs))).toBeLessThan(0.1);
    expect(JSON.parse(readFileSync(space.path('found/run.json'), 'utf8')).backend).toBe('onnx-web');
  });
});

describe('bprune without the package', () => {
  it('refuses the backend with the command that installs it, and doctor says the same', () => {
    // A copy of the build, with no packages beside it.
    const folder = mkdtempSync(join(tmpdir(), 'bprune-alone-'));
    try {
      for (const name of ['dist', 'package.json']) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
      const alone = (...args: string[]) =>
        spawnSync(process.execPath, [join(folder, 'dist/bprune.js'), ...args], { cwd: space.folder, encoding: 'utf8' });
      const what = 'The package onnxruntime-web is not installed: run `npm install onnxruntime-web@';
      const refused = alone(...run('--out', 'never'));
      expect(refused).toMatchObject({ status: 2, stdout: '' });
      expect(refused.stderr).toContain(`error BP8002: The backend \`onnx-web\` cannot run here. ${what}`);
      expect(alone('doctor').stdout).toContain(`onnx-web    not here: ${what}`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
