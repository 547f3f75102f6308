import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../src/runtime/export/safetensors.ts';
import { TINY_PROGRAM, type Workspace, workspace, writeTinyImages } from '../helpers/workspace.ts';

let space: Workspace;
beforeAll(() => {
  space = workspace();
  writeTinyImages(space);
  space.write('main.bprune', TINY_PROGRAM);
});
afterAll(() => space.remove());

const read = (name: string) => readFileSync(space.path(name));
const json = (name: string) => JSON.parse(read(name).toString());

interface Document {
  run: string;
  seconds: number;
  steps: { step: string; name: string | null; metrics: Record<string, number>; se: Record<string, number> }[];
  requirements: { text: string; held: boolean; found: Record<string, number> }[];
}

describe('bprune run', () => {
  it.each(['wasm', 'onnx-web', 'reference'])('trains, prunes, evaluates and exports on %s', async (backend) => {
    const out = `run-${backend}`;
    const { code, stdout, stderr } = await space.run(
      'run',
      'main.bprune',
      '--backend',
      backend,
      '--out',
      out,
      '--json',
    );
    expect(stderr).toContain(`backend ${backend}`);
    expect(code).toBe(0);
    const result = JSON.parse(stdout) as Document;
    const [, whole, pruned, sparse, , half] = result.steps;
    // Three clean patterns: chance is 67 % wrong, a trained network makes next to no mistake on 90 rows.
    expect(whole!.metrics.error).toBeLessThan(0.05);
    expect(whole!.se.error).toBeGreaterThanOrEqual(0);
    expect(Object.keys(sparse!.metrics)).toEqual(['error', 'nll', 'kept', 'compression', 'error(validation)']);
    expect(sparse!.metrics.compression).toBeCloseTo(1 / sparse!.metrics.kept!, 6);
    expect(pruned!.metrics.kept).toBe(sparse!.metrics.kept);
    // `from trained`: half of all 228 weights, whatever the prune before left.
    expect(half!.metrics.kept).toBe(0.5);
    expect(result.requirements).toEqual([
      { text: expect.stringContaining('half.error'), held: true, found: { 'half.error': half!.metrics.error } },
    ]);
    expect(readdirSync(space.path(out)).sort()).toEqual(
      [
        'exports',
        'guarantee.txt',
        'metrics.jsonl',
        'model.bprune',
        'posterior.safetensors',
        'run.json',
        'timings.jsonl',
      ].sort(),
    );
    expect(existsSync(space.path(`${out}.partial`))).toBe(false);
    expect(json(`${out}/run.json`)).toMatchObject({ status: 'finished', backend, seed: 1, data: 'tiny' });
  });

  it('keeps the pruned posterior samplable: mean 0 and sd 0 where the mask is 0, and zeros in the export', async () => {
    const { tensors } = readSafetensors(new Uint8Array(read('run-wasm/posterior.safetensors')), 'posterior');
    const exported = readSafetensors(new Uint8Array(read('run-wasm/exports/weights.safetensors')), 'weights').tensors;
    for (const site of ['fc1.weight', 'fc2.weight']) {
      const mask = tensors.get(`${site}.mask`)!.data;
      expect(mask.some((m) => m === 0)).toBe(true);
      mask.forEach((m, i) => {
        if (m === 1) return;
        expect(tensors.get(`${site}.mean`)!.data[i]).toBe(0);
        expect(tensors.get(`${site}.sd`)!.data[i]).toBe(0);
        expect(exported.get(site)!.data[i]).toBe(0);
      });
    }
  });

  it('gives the same bytes for the same seed and others for another', async () => {
    const run = (out: string, seed: string) =>
      space.run('run', 'main.bprune', '--seed', seed, '--out', out, '--quiet', '--set', 'e=2', '--set', 'limit=100%');
    const codes = [await run('same-a', '7'), await run('same-b', '7'), await run('other', '8')].map((r) => r.code);
    expect(codes).toEqual([0, 0, 0]);
    for (const file of ['metrics.jsonl', 'posterior.safetensors', 'exports/weights.safetensors']) {
      expect(read(`same-a/${file}`).equals(read(`same-b/${file}`))).toBe(true);
      expect(read(`same-a/${file}`).equals(read(`other/${file}`))).toBe(false);
    }
  });

  it('gives the same bytes again on onnx-web', async () => {
    expect((await space.run('run', 'main.bprune', '--backend', 'onnx-web', '--out', 'again', '--quiet')).code).toBe(0);
    for (const file of ['metrics.jsonl', 'posterior.safetensors', 'exports/weights.safetensors'])
      expect(read(`again/${file}`).equals(read(`run-onnx-web/${file}`)), file).toBe(true);
  });

  it('lets the run finish when a requirement fails, and exits 6', async () => {
    const { code, stdout, stderr } = await space.run(
      'run',
      'main.bprune',
      '--out',
      'req',
      '--quiet',
      '--set',
      'e=1',
      '--set',
      'limit=-1%',
    );
    expect(code).toBe(6);
    expect(stdout).toContain('FAILED require');
    expect(stderr).toContain('BP6901');
    expect(json('req/run.json').status).toBe('finished');
    expect(existsSync(space.path('req/exports/weights.safetensors'))).toBe(true);
  });

  it('records the first losses one by one when asked', async () => {
    await space.run(
      'run',
      'main.bprune',
      '--out',
      'logged',
      '--quiet',
      '--set',
      'e=1',
      '--set',
      'limit=100%',
      '--log-steps',
      '3',
    );
    const lines = read('logged/metrics.jsonl')
      .toString()
      .trim()
      .split('\n')
      .map((l) => JSON.parse(l));
    expect(lines.slice(0, 3).map((l) => l.at)).toEqual([1, 2, 3]);
    for (const { nll, kl, loss } of lines.slice(0, 3)) expect(Number.isFinite(nll + kl + loss)).toBe(true);
  });

  it('stops on Ctrl-C at the next block, keeps what is known, exits 130', async () => {
    const { code, stderr } = await space.interrupt(
      /epoch \d+\//,
      'run',
      'main.bprune',
      '--out',
      'stopped',
      '--set',
      'e=100000',
    );
    expect(code).toBe(130);
    expect(stderr).toContain('Interrupted');
    expect(json('stopped/run.json').status).toBe('interrupted');
    expect(existsSync(space.path('stopped/posterior.safetensors'))).toBe(true);
  });
});
