/** Programs of the manual that bring their own data run to the end, with every requirement held, as their reader will see. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkText } from '../helpers/golden.ts';
import { allBlocks } from '../helpers/manual.ts';
import { type Workspace, workspace } from '../helpers/workspace.ts';

const runs = allBlocks
  .filter((b) => b.text.includes('= simulate(') && !b.flags.has('fails') && !b.flags.has('preamble'))
  .flatMap((b) =>
    checkText(b.chapter, b.text).result.runs.map((run) => [b.chapter, b.line, run.name, b.text] as const),
  );

let space: Workspace;
beforeAll(() => {
  space = workspace();
});
afterAll(() => space.remove());

describe('programs of the manual', () => {
  it.each(runs)('%s:%i, run %s', async (_chapter, _line, name, text) => {
    space.write('main.bprune', text);
    const { code, stderr } = await space.run('run', 'main.bprune', name, '--quiet', '--out', 'out', '--overwrite');
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });
});
