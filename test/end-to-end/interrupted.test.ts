/** Files that a person wrote, when the process ends while they are written: the old text or the new one, never a part. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type Workspace, workspace } from '../helpers/workspace.ts';

const MAIN = resolve(import.meta.dirname, '../../dist/bprune.js');
const space: Workspace = workspace();
afterAll(() => space.remove());

const OLD = 'const a=1\ndef f(t) = sqrrt(t)\n';
const AFTER = { 'check --fix': 'const a=1\ndef f(t) = sqrt(t)\n', fmt: 'const a = 1\ndef f(t) = sqrrt(t)\n' };
type Command = keyof typeof AFTER;

/** Before the process begins: the first half of whatever is written, then the signal, then (where one lives on) all of it. */
const half = (signal: string) => `import { promises } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { setTimeout } from 'node:timers/promises';
const { writeFile } = promises;
promises.writeFile = async (path, content, ...rest) => {
  await writeFile(path, content.slice(0, content.length / 2));
  process.kill(process.pid, '${signal}');
  await setTimeout(200);
  return writeFile(path, content, ...rest);
};
syncBuiltinESMExports();
`;

function interrupted(command: Command, signal: string) {
  space.write('half.mjs', half(signal));
  const preload = pathToFileURL(space.path('half.mjs')).href;
  const words = command.split(' ');
  const { status, signal: by } = spawnSync(
    process.execPath,
    ['--import', preload, MAIN, words[0]!, space.path('p.bprune'), ...words.slice(1)],
    { cwd: space.folder },
  );
  return { status, by, text: readFileSync(space.path('p.bprune'), 'utf8') };
}

describe.skipIf(process.platform === 'win32').each(['check --fix', 'fmt'] as const)('%s', (command) => {
  beforeEach(() => void space.write('p.bprune', OLD));

  it.each(['SIGINT', 'SIGTERM'])('finishes the file on %s, ends then, and leaves no other', (signal) => {
    expect(interrupted(command, signal)).toEqual({ status: 130, by: null, text: AFTER[command] });
    expect(readdirSync(space.folder).sort()).toEqual(['half.mjs', 'p.bprune']);
  });

  it('has the old text where it is killed', () => {
    expect(interrupted(command, 'SIGKILL')).toEqual({ status: null, by: 'SIGKILL', text: OLD });
  });
});
