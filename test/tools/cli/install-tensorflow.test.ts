import { chmodSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DiagnosticError } from '../../../src/base/diagnostic.ts';
import { nativeFolder } from '../../../src/runtime/backends.ts';
import { installTensorflow } from '../../../src/tools/cli/install-tensorflow.ts';

const PRESENT = '#!/bin/sh\nexit 0\n';
/** Is there, and fails when it is asked to install. */
const FAILING = '#!/bin/sh\n[ "$1" = --version ] && exit 0\necho "registry not reachable" >&2\nexit 3\n';

let tools: string;
let cache: string;

beforeEach(() => {
  tools = mkdtempSync(join(tmpdir(), 'bprune-tools-'));
  cache = mkdtempSync(join(tmpdir(), 'bprune-cache-'));
  vi.stubEnv('PATH', tools);
  vi.stubEnv('XDG_CACHE_HOME', cache);
});
afterEach(() => vi.unstubAllEnvs());

function provide(programs: Readonly<Record<string, string>>): void {
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(tools, name), script);
    chmodSync(join(tools, name), 0o755);
  }
}

async function failure(): Promise<DiagnosticError['diagnostics'][number]> {
  const error = await installTensorflow({ gpu: false, say: () => undefined }).then(
    () => null,
    (thrown: DiagnosticError) => thrown,
  );
  return error!.diagnostics[0]!;
}

describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('installing native TensorFlow', () => {
  it.each(['npm', 'python3', 'g++'])('says that %s is missing before anything is fetched', async (missing) => {
    const others = ['npm', 'python3', 'g++'].filter((name) => name !== missing);
    provide(Object.fromEntries(others.map((name) => [name, PRESENT])));
    const { code, message, hint } = await failure();
    expect(code).toBe('BP8011');
    expect(message).toContain(`\`${missing}\``);
    expect(hint).not.toBe('');
  });

  it('tells a Python without pip from no Python', async () => {
    const withoutPip = '#!/bin/sh\n[ "$1" = -m ] && exit 1\nexit 0\n';
    provide({ npm: PRESENT, python3: withoutPip, 'g++': PRESENT });
    expect((await failure()).message).toContain('`pip`');
  });

  it('gives the last words of a program that fails, leaves nothing half done, and keeps what was there', async () => {
    provide({ npm: FAILING, python3: PRESENT, 'g++': PRESENT });
    mkdirSync(nativeFolder(), { recursive: true });
    writeFileSync(join(nativeFolder(), 'earlier'), '');
    const { code, notes } = await failure();
    expect(code).toBe('BP8012');
    expect(notes).toContain('registry not reachable');
    expect(readdirSync(join(cache, 'bprune'))).toEqual(['tensorflow']);
    expect(readdirSync(nativeFolder())).toEqual(['earlier']);
  });
});
