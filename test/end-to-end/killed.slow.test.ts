/** The programs of `runtime/resumed-engines.test.ts` from the command line, on the backend that it chooses: processes that SIGKILL ends. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Death, deadlyModule } from '../helpers/deaths.ts';
import { resumedPrograms } from '../helpers/resumed-programs.ts';
import { type Workspace, workspace } from '../helpers/workspace.ts';

const MAIN = resolve(import.meta.dirname, '../../dist/bprune.js');

let space: Workspace;
beforeAll(() => {
  space = workspace();
});
afterAll(() => space.remove());

function killed(death: Death, ...args: readonly string[]): void {
  space.write('deadly.mjs', deadlyModule(death));
  const preload = pathToFileURL(space.path('deadly.mjs')).href;
  const { signal } = spawnSync(process.execPath, ['--import', preload, MAIN, ...args], { cwd: space.folder });
  expect(signal).toBe('SIGKILL');
}

describe.skipIf(process.platform === 'win32')('a process that is killed', () => {
  it.each(resumedPrograms.map((p, i) => ({ ...p, i })))('goes on to the same bytes: $name', async (program) => {
    const name = `p${program.i}`;
    space.write(`${name}.bprune`, program.text);
    const start = ['run', `${name}.bprune`, '--seed', '5', '--progress', 'none'];
    const whole = await space.run(...start, '--out', `${name}-whole`);
    expect(whole.code, whole.stderr).toBe(0);
    const often = ['--checkpoint-every', '0'];
    const [first, ...others] = program.deaths;
    killed(first!, ...start, ...often, '--out', name);
    for (const death of others) killed(death, 'resume', name, ...often, '--progress', 'none');
    const { code, stderr } = await space.run('resume', name, '--progress', 'none');
    expect(code, stderr).toBe(0);
    const at = (file: string) => space.path(`${name}-whole/${file}`);
    const files = ['metrics.jsonl', 'posterior.safetensors', 'exports/weights.safetensors'].filter((f) =>
      existsSync(at(f)),
    );
    for (const file of files)
      expect(readFileSync(space.path(`${name}/${file}`)).equals(readFileSync(at(file))), file).toBe(true);
    expect(files.length).toBeGreaterThanOrEqual(2);
  });
});
