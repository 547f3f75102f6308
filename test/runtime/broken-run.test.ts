/** A run whose executor breaks: what is known is kept, the message names the checkpoint, and the run goes on to the same figures. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DiagnosticError, diagnostic } from '../../src/base/diagnostic.ts';
import type { Executor } from '../../src/executors/executor.ts';
import { reference } from '../../src/executors/reference/reference.ts';
import { exitCodeOf } from '../../src/runtime/codes.ts';
import { nodeHost } from '../../src/runtime/host-node.ts';
import { loadProgram, openStopped, resumePlan, runPlan, silentReporter } from '../../src/runtime/index.ts';
import { TINY_PROGRAM, type Workspace, workspace, writeTinyImages } from '../helpers/workspace.ts';

let space: Workspace;
beforeAll(() => {
  space = workspace();
  writeTinyImages(space);
  space.write('main.bprune', TINY_PROGRAM);
});
afterAll(() => space.remove());

/** Fails at its call number `calls`. */
function breaking(calls: number, problem: Error): Executor {
  let left = calls;
  return {
    ...reference,
    async open(state) {
      const session = await reference.open(state);
      const run: typeof session.run = async (compiled, feeds) => {
        if (left-- <= 0) throw problem;
        return session.run(compiled, feeds);
      };
      return { ...session, run };
    },
  };
}

async function run(out: string, executor: Executor) {
  const host = nodeHost();
  const settings = new Map([['e', '3']]);
  const { checked, source } = await loadProgram(host, space.path('main.bprune'), settings);
  const request = {
    ...{ plan: checked.runs[0]!, source, seed: 2, executor, reason: 'test', settings, out: space.path(out) },
    ...{ overwrite: false, logSteps: 2, checkpointEvery: 0, version: '1', argv: [] },
  };
  return runPlan(request, host, silentReporter);
}

async function failure(out: string, problem: Error, calls: number): Promise<DiagnosticError> {
  const error = await run(out, breaking(calls, problem)).then(
    () => null,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(DiagnosticError);
  return error as DiagnosticError;
}

const lost = new DiagnosticError(diagnostic('BP8301', null, 'The backend stopped.'));

describe('a run that breaks', () => {
  it.each<[string, Error, string, number]>([
    ['in the middle of a training', lost, 'BP8301', 3],
    ['in an evaluation', lost, 'BP8301', 12],
    ['for a reason that nobody knows', new Error('memory access out of bounds'), 'BP5902', 3],
  ])(
    '%s ends with exit code 5, names its checkpoint and goes on to the same bytes',
    async (name, problem, code, at) => {
      const out = `broken-${name.length}`;
      const whole = `whole-${name.length}`;
      await run(whole, reference);
      const { diagnostics, cause } = await failure(out, problem, at);
      expect(diagnostics[0]).toMatchObject({
        code,
        notes: [expect.stringContaining(`bprune resume ${space.path(out)}`)],
      });
      expect(exitCodeOf(diagnostics)).toBe(5);
      if (code === 'BP5902') expect(cause).toBe(problem);
      expect(JSON.parse(readFileSync(space.path(`${out}/run.json`), 'utf8')).status).toBe('failed');

      const host = nodeHost();
      const stopped = await openStopped(host, space.path(out), '1');
      const rest = { source: stopped.loaded.source, executor: reference, reason: 'test', checkpointEvery: 0 };
      expect((await resumePlan({ ...stopped, ...rest }, host, silentReporter)).status).toBe('finished');
      for (const file of ['metrics.jsonl', 'posterior.safetensors'])
        expect(
          readFileSync(space.path(`${out}/${file}`)).equals(readFileSync(space.path(`${whole}/${file}`))),
          file,
        ).toBe(true);
    },
  );

  it('before anything was kept names no checkpoint', async () => {
    const { diagnostics } = await failure('early', lost, 0);
    expect(diagnostics[0]).toMatchObject({ code: 'BP8301', notes: [] });
  });
});

describe('a run that is stopped before its first step', () => {
  it('can go on all the same', async () => {
    const host = { ...nodeHost(), interrupted: () => true };
    const { checked, source } = await loadProgram(host, space.path('main.bprune'), new Map([['e', '1']]));
    const request = {
      ...{
        plan: checked.runs[0]!,
        source,
        seed: 2,
        executor: reference,
        reason: 'test',
        settings: new Map([['e', '1']]),
      },
      ...{ out: space.path('none'), overwrite: false, logSteps: 0, checkpointEvery: 30, version: '1', argv: [] },
    };
    expect((await runPlan(request, host, silentReporter)).status).toBe('interrupted');
    expect((await openStopped(nodeHost(), space.path('none'), '1')).checkpoint.progress.results).toEqual([]);
  });
});
