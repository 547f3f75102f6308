/** The examples compiled, installed as their README says, and started: the first 20 losses of each training are those of `bprune run`. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compileTo, differences, readLosses, runHere, STEPS } from './compare.ts';

/**
 * Of the first training, which begins at the same numbers. Found: linear-regression 2e-6, mnist-bbb-scale-mixture 2.5e-5,
 * mnist-sparse-vd 3.5e-5: float32 sums over up to 478,000 weights in another order, and Adam's steps, which are as long for
 * the smallest gradient as for a large one.
 */
const TOLERANCE = 1e-4;
/** Of trainings that go on from one, after cuts at a threshold that single weights pass on either side. Found: 2e-3. */
const LATER = 1e-2;

const EXAMPLES = resolve(import.meta.dirname, '../../examples');
const names = readdirSync(EXAMPLES, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

const folder = mkdtempSync(join(tmpdir(), 'bprune-examples-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function npm(args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync('npm', args, {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  // 6: trainings of 20 steps meet no requirement.
  if (status !== 0 && status !== 6) throw new Error(`npm ${args.join(' ')}: ${stderr}`);
  return stdout;
}

describe.each(names)('the trainer of %s', (name) => {
  it('repeats the first losses of every training', async () => {
    const program = join(EXAMPLES, name, 'main.bprune');
    const project = join(folder, name);
    await compileTo(program, project);
    npm(['ci'], project);
    npm(['start', '--', '--steps', String(STEPS), '--losses', 'losses.json'], project);
    const theirs = readLosses(join(project, 'losses.json'));
    const { losses } = await runHere(program, join(folder, `${name}-run`));
    const worst = differences(losses, theirs, 1);
    const [first] = worst.keys();
    expect(theirs.length).toBe(losses.length);
    for (const [training, difference] of worst) {
      expect(difference, `training ${training}`).toBeLessThan(training === first ? TOLERANCE : LATER);
    }
  });
});
