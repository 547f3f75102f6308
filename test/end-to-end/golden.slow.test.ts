/** `bprune check` on every wrong program tells a person what was accepted, with the exit code of a wrong program. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { filesBelow } from '../helpers/golden.ts';
import { workspace } from '../helpers/workspace.ts';

const BAD = resolve(import.meta.dirname, '../golden/bad');
const MAIN = resolve(import.meta.dirname, '../../dist/bprune.js');
workspace().remove();

it.each(filesBelow(BAD, '.bprune'))('%s', (file) => {
  const { status, stderr, stdout } = spawnSync(process.execPath, [MAIN, 'check', file, '--color', 'never'], {
    cwd: BAD,
    encoding: 'utf8',
  });
  const accepted = readFileSync(join(BAD, file.replace(/bprune$/, 'expected')), 'utf8').split(/^-{100}\n/m)[1]!;
  const told = stderr.replaceAll(file, basename(file)).replace(/\nMore about it: .*\n$/, '');
  expect(told).toBe(accepted);
  expect(status).toBe(/^error /m.test(accepted) ? 3 : 0);
  expect(stdout === '').toBe(status === 3);
});
