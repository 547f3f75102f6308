import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

function run(...args: readonly string[]) {
  const script = fileURLToPath(new URL('./fixtures/tfjs-process.ts', import.meta.url));
  return spawnSync(process.execPath, ['--import', 'tsx', script, ...args], { cwd: root, encoding: 'utf8' });
}

describe('a process that uses tfjs', () => {
  it('loads it only for a session, hears nothing from it, and keeps its own listeners', () => {
    const { stdout, stderr, status } = run();
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const { before, after } = JSON.parse(stdout);
    expect(before.modules).toBe(0);
    // The control: the count sees tfjs once it is there.
    expect(after.modules).toBeGreaterThan(0);
    expect(after.listeners).toBe(before.listeners);
  });
  it('shows its own uncaught errors, not the source of the wasm module', () => {
    const { stderr, status } = run('throw');
    expect(status).not.toBe(0);
    expect(stderr).toContain('thrown by the test');
    expect(stderr).not.toContain('tfjs-backend-wasm');
    expect(stderr.length).toBeLessThan(2000);
  });
});
