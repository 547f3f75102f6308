/** Sessions in a thread: the same numbers as without one, and one message for each way in which a thread can fail. */
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { DiagnosticError, diagnostic } from '../../src/base/diagnostic.ts';
import { f32, realArray } from '../../src/base/host-array.ts';
import { sessionOf } from '../../src/executors/block.ts';
import type { Executor, Session } from '../../src/executors/executor.ts';
import { onnx, onnxWeb } from '../../src/executors/onnx/onnx.ts';
import { openThrough, type Start } from '../../src/executors/remote/remote.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { type StateSpec, stepProgram } from '../../src/graph/program.ts';
import { onnxInThread, onnxWebInThread } from '../helpers/single-precision.ts';

const state: readonly StateSpec[] = [{ name: 'w', type: f32([3]), follows: null }];

/** w' = w + rate * x; shows the sum. */
function program() {
  const b = new GraphBuilder();
  const w = b.add(b.input('state/w', f32([3])), b.mul(b.input('batch/x', f32([3])), b.input('scalar/rate', f32([]))));
  b.output('state/w', w);
  b.output('info/sum', b.sum(w));
  return stepProgram({
    graph: b.finish(),
    state,
    batch: [{ name: 'x', type: f32([3]) }],
    scalars: ['rate'],
    info: [{ name: 'sum', type: f32([]) }],
  });
}

const feeds = [1, 2, 3].map((rate) => ({
  batch: { x: realArray([3], Float32Array.of(1, 2, 3)) },
  noise: {},
  scalars: { rate },
}));

async function figures(executor: Executor) {
  const session = await executor.open(state);
  await session.write({ w: realArray([3], Float32Array.of(1, 1, 1)) });
  const infos = await session.run(await session.compile(program()), feeds);
  const { w } = await session.read();
  session.dispose();
  return { sums: infos.map((i) => i.sum!.data[0]), w: [...w!.data] };
}

/** A thread that answers the first `answers` calls with nothing, and then does what `then` says. */
function broken(answers: number, then: string): Start {
  return (events) => {
    const code = `const { parentPort } = require('node:worker_threads');
      let left = ${answers};
      parentPort.on('message', ({ number }) => {
        if (left-- > 0) parentPort.postMessage({ number, ok: true, answer: [] });
        else { ${then} }
      });`;
    const worker = new Worker(code, { eval: true });
    let why: string | null = null;
    worker.on('message', (reply) => events.reply(reply));
    worker.on('error', (error) => {
      why = error.message;
    });
    worker.on('exit', (status) => events.ended(why ?? `its thread ended with code ${status}`));
    return {
      send: (request) => worker.postMessage(request),
      stop: () => void worker.terminate(),
      release: () => undefined,
    };
  };
}

/** `shortest`: how long the thread may be silent, longer than a busy machine takes to start one. */
async function problem(start: Start, work: (session: Session) => Promise<unknown>, shortest = 30_000) {
  const patience = { shortest, times: 3 };
  const error = await openThrough('onnx', state, start, patience)
    .then(async (blocks) => work(sessionOf(state, blocks)))
    .then(
      () => null,
      (e: unknown) => e,
    );
  expect(error).toBeInstanceOf(DiagnosticError);
  return (error as DiagnosticError).diagnostics[0]!;
}

const compile = (session: Session) => session.compile(program());

describe('a session in a thread', () => {
  it.each([
    [onnx, onnxInThread],
    [onnxWeb, onnxWebInThread],
  ])('gives the numbers of one without: $name', async (apart, inThread) => {
    const found = await figures(apart);
    expect(found).toEqual(await figures(inThread));
    expect(found).toEqual({ sums: [9, 21, 39], w: [7, 13, 19] });
  });
  it('that dies ends the work with the reason', async () => {
    const d = await problem(broken(1, 'process.exit(7)'), compile);
    expect(d).toMatchObject({ code: 'BP8301', message: expect.stringContaining('ended with code 7') });
    expect(d.hint).toContain('bprune resume');
  });
  it('that throws outside of a call does so too', async () => {
    const d = await problem(broken(1, "throw new Error('out of luck')"), compile);
    expect(d).toMatchObject({ code: 'BP8301', message: expect.stringContaining('out of luck') });
  });
  it('that cannot even open does so too', async () => {
    const d = await problem(broken(0, 'process.exit(1)'), compile);
    expect(d.code).toBe('BP8301');
  });
  it('that hangs is stopped', async () => {
    const d = await problem(broken(1, 'for (;;);'), compile, 300);
    expect(d).toMatchObject({ code: 'BP8302', message: expect.stringContaining('gave no answer') });
  });
  it('that has no memory left is told apart', async () => {
    const reply =
      "parentPort.postMessage({ number, ok: false, problem: 'Failed to allocate memory for requested buffer' });";
    expect(await problem(broken(1, reply), compile)).toMatchObject({ code: 'BP8303' });
  });
  it('refuses every call after its end with the same reason', async () => {
    const d = await problem(broken(1, 'process.exit(7)'), async (session) => {
      await compile(session).catch(() => undefined);
      return session.read();
    });
    expect(d.message).toContain('ended with code 7');
  });

  describe('that is done with', () => {
    const said: string[] = [];
    const scripted: Start = (events) => ({
      send({ number, call }) {
        said.push(call.kind);
        if (call.kind === 'open') events.reply({ number, ok: true, answer: null });
        if (call.kind === 'write') events.reply({ number, ok: false, problem: 'no' });
      },
      stop: () => void said.push('stop'),
      release: () => void said.push('release'),
    });
    const open = async () => {
      said.splice(0);
      return openThrough('onnx', state, scripted, { shortest: 60_000, times: 50 });
    };

    it('is left to the next session when all went well', async () => {
      (await open()).dispose();
      expect(said).toEqual(['open', 'dispose', 'release']);
    });
    it('is stopped when it is still at work', async () => {
      const session = await open();
      const unanswered = session.read(['w']);
      session.dispose();
      await expect(unanswered).rejects.toMatchObject({ diagnostics: [{ code: 'BP8301' }] });
      expect(said).toEqual(['open', 'read', 'stop']);
    });
    it('is stopped when a call has failed', async () => {
      const session = await open();
      await expect(session.write({})).rejects.toMatchObject({ diagnostics: [{ code: 'BP8301' }] });
      session.dispose();
      expect(said).toEqual(['open', 'write', 'stop']);
    });
  });

  it('serves sessions that follow each other, each of which starts at zero', async () => {
    let started = 0;
    const count = () => void (started += 1);
    process.on('worker', count);
    try {
      for (let i = 0; i < 3; i++) {
        const session = await onnx.open(state);
        expect([...(await session.read()).w!.data]).toEqual([0, 0, 0]);
        await session.write({ w: realArray([3], Float32Array.of(5, 5, 5)) });
        session.dispose();
      }
    } finally {
      process.off('worker', count);
    }
    // None where a test before has left one.
    expect(started).toBeLessThanOrEqual(1);
  });

  it('that was started ahead serves the next session, and is started once', async () => {
    let started = 0;
    const count = () => void (started += 1);
    // It takes the thread that a test before may have left.
    const other = await onnx.open(state);
    process.on('worker', count);
    try {
      onnx.warm!();
      onnx.warm!();
      expect(await figures(onnx)).toEqual(await figures(onnxInThread));
    } finally {
      process.off('worker', count);
      other.dispose();
    }
    expect(started).toBe(1);
  });

  it('that refuses to open is stopped, and what it said for the user goes through', async () => {
    let stopped = 0;
    const said = diagnostic('BP8304', null, 'No.');
    const refusing: Start = (events) => ({
      send: ({ number }) => events.reply({ number, ok: false, problem: [said] }),
      stop: () => void (stopped += 1),
      release: () => undefined,
    });
    const opened = openThrough('onnx', state, refusing, { shortest: 60_000, times: 50 });
    await expect(opened).rejects.toMatchObject({ diagnostics: [said] });
    expect(stopped).toBe(1);
  });
});
