import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';

/** Runs a file of `fixtures/` in a process of its own. */
function run(fixture: string, args: readonly string[] = [], cwd = tmpdir()) {
  const script = fileURLToPath(new URL(`./fixtures/${fixture}`, import.meta.url));
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  // What this machine has beside the packages of the project is not looked at.
  const env = { ...process.env, BPRUNE_TENSORFLOW: '', XDG_CACHE_HOME: cwd };
  return spawnSync(process.execPath, ['--import', loader, script, ...args], { cwd, env, encoding: 'utf8' });
}

describe('a process that uses tfjs', () => {
  it('loads it only for a session, hears nothing from it, and keeps its own listeners', () => {
    const { stdout, stderr, status } = run('tfjs-process.ts');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const { before, after } = JSON.parse(stdout);
    expect(before.modules).toBe(0);
    // The control: the count sees tfjs once it is there.
    expect(after.modules).toBeGreaterThan(0);
    expect(after.listeners).toBe(before.listeners);
  });
  it('shows its own uncaught errors, not the source of the wasm module', () => {
    const { stderr, status } = run('tfjs-process.ts', ['throw']);
    expect(status).not.toBe(0);
    expect(stderr).toContain('thrown by the test');
    expect(stderr).not.toContain('tfjs-backend-wasm');
    expect(stderr.length).toBeLessThan(2000);
  });
});

describe('native TensorFlow', () => {
  it('in the project of the user but without its library is told from one that is not installed', () => {
    const project = mkdtempSync(join(tmpdir(), 'bprune-native-'));
    const place = join(project, 'node_modules/@tensorflow/tfjs-node');
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'package.json'), '{ "name": "@tensorflow/tfjs-node", "main": "index.js" }');
    writeFileSync(join(place, 'index.js'), 'throw new Error("tfjs_binding.node is missing");');
    const { stdout, stderr } = run('native-choice.ts', [], project);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({
      code: 'BP8002',
      message:
        'The backend `node` cannot run here. The package @tensorflow/tfjs-node is installed but its native library does not load: run `npm rebuild @tensorflow/tfjs-node --build-addon-from-source`.',
    });
  });
});
