/** The tests of the tests: each fault is found by the test that is named for it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { faults } from './faults.ts';

const ROOT = join(import.meta.dirname, '../..');
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');

/** A title as a pattern that means itself. */
const literally = (title: string) => title.replace(/[^\w\s]/g, '\\$&');

/** One run of a test with a fault; the process that waits goes on answering. */
function runWith(
  fault: number,
  args: readonly string[],
): Promise<{ readonly status: number | null; readonly stdout: string }> {
  const env = { ...process.env, BPRUNE_FAULT: String(fault), NO_COLOR: '1' };
  const child = spawn(process.execPath, [VITEST, ...args], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'ignore'] });
  let stdout = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (status) => done({ status, stdout }));
  });
}

describe('the fault', () => {
  it.each(faults.map((fault, i) => ({ ...fault, i })))('$name: is found', async ({ test, title, i }) => {
    const args = ['run', '--config', 'test/faults/vitest.config.ts', `test/${test}`, '-t', literally(title)];
    const { status, stdout } = await runWith(i, args);
    expect(stdout).toMatch(/Tests {2}\d+ failed/);
    expect(status).toBe(1);
  });
});
