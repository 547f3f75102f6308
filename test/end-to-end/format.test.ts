/** `bprune fmt`: files are written or left alone, and the exit code says what was found. */

import { spawnSync } from 'node:child_process';
import { chmodSync, lstatSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type Workspace, workspace } from '../helpers/workspace.ts';

const UGLY = 'const a=1 // one\nrun{export safetensors}\n';
const PRETTY = 'const a = 1  // one\nrun { export safetensors }\n';
const BROKEN = 'run {\n  infer\n';

const MAIN = resolve(import.meta.dirname, '../../dist/bprune.js');
const space: Workspace = workspace();
const read = (name: string) => readFileSync(space.path(name), 'utf8');
beforeEach(() => {
  space.write('ugly.bprune', UGLY);
  space.write('pretty.bprune', PRETTY);
  space.write('broken.bprune', BROKEN);
});
afterAll(() => space.remove());

function piped(input: string, ...args: readonly string[]) {
  return spawnSync(process.execPath, [MAIN, 'fmt', '--stdin', ...args], { input, encoding: 'utf8' });
}

describe('fmt', () => {
  it('writes what is not formatted, and names it', async () => {
    expect(await space.run('fmt', 'ugly.bprune', 'pretty.bprune')).toEqual({
      code: 0,
      stdout: 'ugly.bprune\n',
      stderr: '',
    });
    expect([read('ugly.bprune'), read('pretty.bprune')]).toEqual([PRETTY, PRETTY]);
    expect(readdirSync(space.folder).filter((name) => name.includes('tmp'))).toEqual([]);
    expect(await space.run('fmt', 'ugly.bprune')).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('--check writes nothing, names the files and ends with 3', async () => {
    const { code, stdout } = await space.run('fmt', '--check', 'ugly.bprune', 'pretty.bprune');
    expect([code, stdout, read('ugly.bprune')]).toEqual([3, 'ugly.bprune\n', UGLY]);
    expect((await space.run('fmt', '--check', 'pretty.bprune')).code).toBe(0);
  });

  it('leaves a program with mistakes as it is, says what they are, and formats the others', async () => {
    const { code, stdout, stderr } = await space.run('fmt', 'broken.bprune', 'gone.bprune', 'ugly.bprune');
    expect([code, stdout, read('broken.bprune')]).toEqual([3, 'ugly.bprune\n', BROKEN]);
    expect(stderr).toMatch(/error BP10\d\d[\s\S]*broken\.bprune[\s\S]*error BP7201/);
  });

  it.skipIf(process.platform === 'win32')('writes through a link, and stays a link', async () => {
    symlinkSync(space.path('ugly.bprune'), space.path('link.bprune'));
    expect((await space.run('fmt', 'link.bprune')).code).toBe(0);
    expect([lstatSync(space.path('link.bprune')).isSymbolicLink(), read('ugly.bprune')]).toEqual([true, PRETTY]);
  });

  it.skipIf(process.platform === 'win32')('keeps what a file may be used for', async () => {
    chmodSync(space.path('ugly.bprune'), 0o640);
    await space.run('fmt', 'ugly.bprune');
    expect(lstatSync(space.path('ugly.bprune')).mode & 0o777).toBe(0o640);
  });

  it('needs a file, or --stdin', async () => {
    expect(await space.run('fmt')).toMatchObject({ code: 2, stderr: expect.stringContaining('BP9002') });
    expect(await space.run('fmt', '--stdin', 'ugly.bprune')).toMatchObject({ code: 2 });
  });
});

describe('fmt --stdin', () => {
  it('writes the program, or nothing and why', () => {
    expect(piped(UGLY)).toMatchObject({ status: 0, stdout: PRETTY, stderr: '' });
    expect(piped(BROKEN)).toMatchObject({ status: 3, stdout: '', stderr: expect.stringContaining('standard input') });
    expect(piped(UGLY, '--check')).toMatchObject({ status: 3, stdout: '' });
    expect(piped(PRETTY, '--check')).toMatchObject({ status: 0, stdout: '' });
  });
});
