import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DiagnosticError, diagnostic } from '../../src/base/diagnostic.ts';
import { reference } from '../../src/executors/reference/reference.ts';
import { decodeCheckpoint } from '../../src/runtime/checkpoint/file.ts';
import type { Host } from '../../src/runtime/host.ts';
import { nodeHost } from '../../src/runtime/host-node.ts';
import { loadProgram, runPlan, silentReporter } from '../../src/runtime/index.ts';
import { TINY_PROGRAM, type Workspace, workspace, writeTinyImages } from '../helpers/workspace.ts';

let space: Workspace;
beforeAll(() => {
  space = workspace();
  writeTinyImages(space);
  space.write('main.bprune', TINY_PROGRAM);
});
afterAll(() => space.remove());

/** A disk with room for `writes` more writes. */
function fillingDisk(host: Host, writes: number): Host {
  let left = writes;
  const guard = <A extends unknown[]>(action: (...args: A) => Promise<void>) => {
    return async (...args: A) => {
      if (left-- <= 0) throw new DiagnosticError(diagnostic('BP7204', null, `The disk is full: ${String(args[0])}`));
      await action(...args);
    };
  };
  return { ...host, write: guard(host.write), append: guard(host.append) };
}

async function attempt(writes: number): Promise<unknown> {
  const host = nodeHost();
  const { checked, source } = await loadProgram(host, space.path('main.bprune'), new Map([['e', '1']]));
  const request = {
    plan: checked.runs[0]!,
    source,
    seed: 1,
    executor: reference,
    reason: 'test',
    settings: new Map<string, string>(),
    out: space.path('out'),
    overwrite: false,
    logSteps: 0,
    checkpointEvery: null,
    version: '0',
    argv: [],
  };
  return runPlan(request, fillingDisk(host, writes), silentReporter).then(
    () => null,
    (error: unknown) => error,
  );
}

describe('a disk that fills up', () => {
  it('leaves nothing behind but a whole checkpoint that the message names, whichever write fails', async () => {
    const before = readdirSync(space.folder).sort();
    let writes = 0;
    let kept = 0;
    for (; ; writes++) {
      const error = await attempt(writes);
      if (error === null) break;
      expect(error).toBeInstanceOf(DiagnosticError);
      expect((error as DiagnosticError).diagnostics[0]!.code).toBe('BP7204');
      const left = readdirSync(space.folder).filter((name) => !before.includes(name));
      if (left.length === 0) continue;
      expect(left).toEqual(['out.partial']);
      const file = space.path('out.partial/checkpoint.safetensors');
      expect((await decodeCheckpoint(readFileSync(file), file)).progress.results).not.toEqual([]);
      expect((error as DiagnosticError).diagnostics[0]!.notes.join()).toContain(`bprune resume ${space.path('out')}`);
      rmSync(space.path('out.partial'), { recursive: true });
      kept += 1;
    }
    expect(kept).toBeGreaterThan(0);
    // The run writes at least its two logs, the program, an epoch, figures, the posterior, the export and run.json.
    expect(writes).toBeGreaterThan(10);
    expect(existsSync(space.path('out/run.json'))).toBe(true);
  });
});
