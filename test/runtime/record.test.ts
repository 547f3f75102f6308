import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../src/base/diagnostic.ts';
import type { Host } from '../../src/runtime/host.ts';
import { nodeHost } from '../../src/runtime/host-node.ts';
import { openRecord, toJson } from '../../src/runtime/record.ts';

let folder: string;
let host: Host;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bprune-record-'));
  host = { ...nodeHost(), resolve: (path) => join(folder, path) };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (out: string | null, overwrite = false) => openRecord(host, { out, name: 'mnist', overwrite });
const codeOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'taken no offence',
    (e: unknown) => (e instanceof DiagnosticError ? e.diagnostics[0]!.code : e),
  );
const put = (name: string, text: string) => {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), text);
};

describe('a record', () => {
  it('grows under another name and has its own only when it is whole', async () => {
    const record = await open('out');
    await record.metrics({ epoch: 1, nll: 0.5 });
    await record.file('exports/deep/w.bin', Uint8Array.of(1, 2));
    expect(existsSync(join(folder, 'out'))).toBe(false);
    await record.finish('finished', { seed: 1 });
    expect(readdirSync(folder)).toEqual(['out']);
    expect(readFileSync(join(folder, 'out/metrics.jsonl'), 'utf8')).toBe('{"epoch":1,"nll":0.5}\n');
    expect([...readFileSync(join(folder, 'out/exports/deep/w.bin'))]).toEqual([1, 2]);
    expect(JSON.parse(readFileSync(join(folder, 'out/run.json'), 'utf8'))).toEqual({ status: 'finished', seed: 1 });
  });
  it('leaves nothing when it is abandoned', async () => {
    const record = await open('out');
    await record.abandon();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('without --out', () => {
  it('takes the first free of runs/NAME, runs/NAME-2, ..., also among runs that go on', async () => {
    const first = await open(null);
    const second = await open(null);
    expect([first.path, second.path]).toEqual([join(folder, 'runs/mnist'), join(folder, 'runs/mnist-2')]);
    await first.finish('finished', {});
    expect((await open(null)).path).toBe(join(folder, 'runs/mnist-3'));
  });
  it('gives runs that begin at once different directories', async () => {
    const paths = (await Promise.all([1, 2, 3, 4].map(() => open(null)))).map((r) => r.path);
    expect(new Set(paths).size).toBe(4);
  });
});

describe('with --out', () => {
  it('takes an empty directory', async () => {
    mkdirSync(join(folder, 'out'));
    await (await open('out')).finish('finished', {});
    expect(existsSync(join(folder, 'out/run.json'))).toBe(true);
  });
  it('refuses one that holds something, and touches nothing', async () => {
    put('out/run.json', '{}');
    expect(await codeOf(open('out'))).toBe('BP7202');
    expect(readFileSync(join(folder, 'out/run.json'), 'utf8')).toBe('{}');
    expect(readdirSync(folder)).toEqual(['out']);
  });
  it('refuses a file, also with --overwrite', async () => {
    put('out', 'mine');
    expect(await codeOf(open('out'))).toBe('BP7203');
    expect(await codeOf(open('out', true))).toBe('BP7203');
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('mine');
  });
  it('refuses a place that another run is writing', async () => {
    await open('out');
    expect(await codeOf(open('out'))).toBe('BP7202');
  });
  it('replaces an earlier run when told to, and only once the new one is whole', async () => {
    put('out/run.json', '{"seed":1}');
    put('out/old.txt', 'old');
    const record = await open('out', true);
    expect(readFileSync(join(folder, 'out/old.txt'), 'utf8')).toBe('old');
    await record.finish('finished', { seed: 2 });
    expect(readdirSync(folder)).toEqual(['out']);
    expect(readdirSync(join(folder, 'out')).sort()).toEqual(['metrics.jsonl', 'run.json', 'timings.jsonl']);
  });
  it('never overwrites a directory that no run wrote', async () => {
    put('out/thesis.tex', 'years');
    expect(await codeOf(open('out', true))).toBe('BP7205');
    expect(readFileSync(join(folder, 'out/thesis.tex'), 'utf8')).toBe('years');
  });
});

describe('toJson', () => {
  it('keeps infinite and missing numbers visible', () => {
    expect(toJson({ a: Number.POSITIVE_INFINITY, b: [Number.NaN, 1], c: null })).toBe(
      '{"a":"Infinity","b":["NaN",1],"c":null}',
    );
  });
});
