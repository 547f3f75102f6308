/** The native executor from the outside: a thread of its own, the cache of compiled programs, and what a user is told when it fails. */
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../../src/base/diagnostic.ts';
import { f32, realArray } from '../../../src/base/host-array.ts';
import type { Executor, Session } from '../../../src/executors/executor.ts';
import { native } from '../../../src/executors/native/native.ts';
import { reference } from '../../../src/executors/reference/reference.ts';
import { GraphBuilder, type Ref } from '../../../src/graph/builder.ts';
import { type StateSpec, type StepProgram, stepProgram } from '../../../src/graph/program.ts';
import { nativeInThread } from '../../helpers/single-precision.ts';

const lack = await native.unavailable();
const type = f32([3]);
const state: readonly StateSpec[] = ['a', 'b'].map((name) => ({ name, type, follows: null }));

/** New `a` and `b` from the old ones; shows `a` as it was. */
function program(change: (b: GraphBuilder, old: readonly [Ref, Ref], rate: Ref) => readonly [Ref, Ref]): StepProgram {
  const builder = new GraphBuilder();
  const [a, b] = ['a', 'b'].map((name) => builder.input(`state/${name}`, type)) as [Ref, Ref];
  const [newA, newB] = change(builder, [a, b], builder.input('scalar/rate', f32([])));
  builder.output('state/a', newA);
  builder.output('state/b', newB);
  builder.output('info/was', a);
  return stepProgram({ graph: builder.finish(), state, scalars: ['rate'], info: [{ name: 'was', type }] });
}

const adding = program((b, [x, y], rate) => [b.add(x, rate), b.mul(y, x)]);
const swapping = program((b, [x, y], rate) => [y, b.add(x, b.mul(rate, 0))]);
const feeds = (...rates: readonly number[]) => rates.map((rate) => ({ batch: {}, noise: {}, scalars: { rate } }));
const start = { a: realArray([3], Float32Array.of(1, 2, 3)), b: realArray([3], Float32Array.of(1, 1, 1)) };

async function opened(executor: Executor): Promise<Session> {
  const session = await executor.open(state);
  await session.write(start);
  return session;
}

async function figures(executor: Executor) {
  const session = await opened(executor);
  const infos = await session.run(await session.compile(adding), feeds(1, 10));
  const found = await session.read();
  session.dispose();
  return [...infos.map((i) => [...i.was!.data]), [...found.a!.data], [...found.b!.data]];
}

/** Of adding, by hand: b is multiplied by a as it was before each step. */
const expected = [
  [1, 2, 3],
  [2, 3, 4],
  [12, 13, 14],
  [2, 6, 12],
];

describe.skipIf(lack !== null)('native', () => {
  let cache: string;
  const before = { ...process.env };
  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), 'bprune-cache-'));
    process.env.XDG_CACHE_HOME = cache;
  });
  afterEach(() => {
    for (const name of ['XDG_CACHE_HOME', 'CC', 'PATH']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
    chmodSync(cache, 0o700);
    rmSync(cache, { recursive: true, force: true });
  });
  const folder = () => join(cache, 'bprune', 'native');
  const programs = () => readdirSync(folder()).filter((name) => name.endsWith('.so'));

  it('gives the same numbers in a thread of its own and in that of its caller', async () => {
    expect(await figures(nativeInThread)).toEqual(expected);
    expect(await figures(native)).toEqual(expected);
  });

  // Columns that are no multiple of a strip, nor of a vector.
  it('gives the numbers of the reference where products are made in strips', async () => {
    const [rows, columns] = [20, 9001];
    const type = f32([rows, columns]);
    const states: readonly StateSpec[] = ['x', 'v'].map((name) => ({ name, type, follows: null }));
    const b = new GraphBuilder();
    const [x, v] = ['x', 'v'].map((name) => b.input(`state/${name}`, type)) as [Ref, Ref];
    const kernel = b.sigmoid(b.slice(x, [0, 0], [rows, rows]));
    const pull = b.sub(b.matmul(kernel, b.tanh(x)), b.matmul(b.mul(kernel, 0.3), x));
    const speed = b.add(b.mul(v, 0.9), pull);
    b.output('state/x', b.add(x, b.mul(speed, 0.01)));
    b.output('state/v', speed);
    const built = stepProgram({ graph: b.finish(), state: states, scalars: [], info: [] });
    const start = Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i));
    const after = async (executor: Executor) => {
      const session = await executor.open(states);
      await session.write({ x: realArray([rows, columns], start) });
      const feed = { batch: {}, noise: {}, scalars: {} };
      await session.run(await session.compile(built), [feed, feed]);
      const { x, v } = await session.read();
      session.dispose();
      return [...x!.data, ...v!.data];
    };
    const [ours, exact] = [await after(nativeInThread), await after(reference)];
    const worst = exact.reduce((most, y, i) => Math.max(most, Math.abs(y - ours[i]!)), 0);
    const largest = exact.reduce((most, y) => Math.max(most, Math.abs(y)), 0);
    expect(worst / largest).toBeLessThan(native.numerics.forward);
  });

  it('lets programs take turns over one state, and state change places', async () => {
    const session = await opened(nativeInThread);
    const [adds, swaps] = [await session.compile(adding), await session.compile(swapping)];
    await session.run(adds, feeds(1));
    const [info] = await session.run(swaps, feeds(0));
    expect([...info!.was!.data]).toEqual([2, 3, 4]);
    const { a, b } = await session.read();
    expect([...a!.data]).toEqual([1, 2, 3]);
    expect([...b!.data]).toEqual([2, 3, 4]);
    session.dispose();
  });

  it('finds what it compiled before, and leaves nothing else in its folder', async () => {
    await figures(nativeInThread);
    const files = readdirSync(folder());
    await figures(nativeInThread);
    expect(readdirSync(folder())).toEqual(files);
    expect(files.every((name) => /^[0-9a-f]{32}\.(so|node)$/.test(name))).toBe(true);
  });

  it('compiles anew what was cut short, and what is no program', async () => {
    await figures(nativeInThread);
    const [name] = programs();
    const path = join(folder(), name!);
    const whole = readFileSync(path);
    truncateSync(path, 5000);
    expect(await figures(nativeInThread)).toEqual(expected);
    writeFileSync(path, 'no shared object');
    expect(await figures(nativeInThread)).toEqual(expected);
    expect(readFileSync(path).length).toBe(whole.length);
  });

  it('works without a folder that it may write to', async () => {
    process.env.XDG_CACHE_HOME = join(cache, 'file');
    writeFileSync(join(cache, 'file'), '');
    expect(await figures(nativeInThread)).toEqual(expected);
  });

  it('says in one sentence that there is no compiler', async () => {
    process.env.PATH = cache;
    delete process.env.CC;
    expect(await native.unavailable()).toMatch(/^No C compiler was found.*install.*\.$/);
  });

  it('shows what a compiler said that fails, and where the source lies', async () => {
    const failing = join(cache, 'cc');
    writeFileSync(failing, '#!/bin/sh\necho "cc: no such flag" >&2\necho more >&2\nexit 1\n', { mode: 0o755 });
    const session = await opened(nativeInThread);
    process.env.CC = failing;
    const error = await session.compile(adding).then(
      () => null,
      (e: unknown) => e,
    );
    session.dispose();
    expect(error).toBeInstanceOf(DiagnosticError);
    const [found] = (error as DiagnosticError).diagnostics;
    expect(found!.code).toBe('BP8304');
    expect(found!.message).toContain('cc: no such flag');
    expect(found!.message).not.toContain('more');
    const source = found!.notes[0]!.split(': ')[1]!;
    expect(existsSync(source)).toBe(true);
    expect(readFileSync(source, 'utf8')).toContain('bp_program_run');
  });

  it('lets that message through a thread of its own', async () => {
    // It holds the thread that a test before may have left: only a new one asks the compiler.
    const holding = await native.open(state);
    const failing = join(cache, 'cc');
    writeFileSync(failing, '#!/bin/sh\necho "cc: no such flag" >&2\nexit 1\n', { mode: 0o755 });
    process.env.CC = failing;
    await expect(native.open(state)).rejects.toMatchObject({ diagnostics: [{ code: 'BP8304' }] });
    holding.dispose();
  });

  it('gives the same bytes each time', async () => {
    const sum = () => {
      const b = new GraphBuilder();
      const x = b.input('batch/x', f32([300, 1000]));
      b.output('info/columns', b.sum(b.exp(x), [0]));
      b.output('info/all', b.sum(b.exp(x)));
      return stepProgram({
        graph: b.finish(),
        batch: [{ name: 'x', type: x.type }],
        info: [
          { name: 'columns', type: f32([1000]) },
          { name: 'all', type: f32([]) },
        ],
      });
    };
    const x = realArray(
      [300, 1000],
      Float32Array.from({ length: 300_000 }, (_, i) => Math.sin(i)),
    );
    const once = async () => {
      const session = await nativeInThread.open([]);
      const [info] = await session.run(await session.compile(sum()), [{ batch: { x }, noise: {}, scalars: {} }]);
      session.dispose();
      return [...info!.columns!.data, ...info!.all!.data];
    };
    const first = await once();
    for (let i = 0; i < 3; i++) expect(await once()).toEqual(first);
  });
});
