/** The tests of the tests: each fault is found by the test that is named for it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { faults } from './faults.ts';

const ROOT = join(import.meta.dirname, '../..');
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');

/** A title as a pattern that means itself. */
const literally = (title: string) => title.replace(/[^\w\s]/g, '\\$&');

describe('the fault', () => {
  it.each(faults.map((fault, i) => ({ ...fault, i })))('$name: is found', ({ test, title, i }) => {
    const args = ['run', '--config', 'test/faults/vitest.config.ts', `test/${test}`, '-t', literally(title)];
    const { status, stdout } = spawnSync(process.execPath, [VITEST, ...args], {
      cwd: ROOT,
      encoding: 'utf8',
      env: { ...process.env, BPRUNE_FAULT: String(i), NO_COLOR: '1' },
    });
    expect(stdout).toMatch(/Tests {2}\d+ failed/);
    expect(status).toBe(1);
  });
});
