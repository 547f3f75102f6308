/** SVGD from the command line: particles train, predict, are pruned, carried over and exported. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../src/runtime/export/safetensors.ts';
import { TINY_PROGRAM, type Workspace, workspace, writeTinyImages } from '../helpers/workspace.ts';

const RUN = `
run on tiny {
  infer svgd { particles = 5, epochs = 8, batch = 64, optimizer = adam(rate) }
  whole = evaluate on test { error, nll }
  more = evaluate on test { error, samples = 9 }
  prune *.weight by snr lowest 50%
  infer svgd { particles = 6, epochs = 4, batch = 64, optimizer = adam(rate) }
  sparse_net = evaluate on test { error, kept }
  export safetensors
}
`;

let space: Workspace;
beforeAll(() => {
  space = workspace();
  writeTinyImages(space);
  const head = TINY_PROGRAM.slice(0, TINY_PROGRAM.indexOf('run on tiny')).replace(/guide \{[^}]*\}/, '');
  const program = head
    .replace(/dense\.weight ~ .*\n\s*dense\.bias .*/, '* ~ Normal(0, 1)')
    .replace(/const (e|limit).*\n/g, '');
  space.write('main.bprune', program + RUN);
});
afterAll(() => space.remove());

interface Document {
  steps: { metrics: Record<string, number>; details: Record<string, unknown> }[];
}

describe('bprune run with SVGD', () => {
  it('learns, predicts with each particle once, keeps what was pruned at 0 and writes the particles', async () => {
    const { code, stdout, stderr } = await space.run('run', 'main.bprune', '--out', 'out', '--json');
    expect(stderr).not.toContain('BP');
    expect(code).toBe(0);
    const [, whole, more, , , sparse] = (JSON.parse(stdout) as Document).steps;
    expect(whole!.metrics.error).toBeLessThan(0.1);
    expect(whole!.details).toMatchObject({ draws: 5, notes: [] });
    expect(more!.metrics.error).toBe(whole!.metrics.error);
    expect(more!.details).toMatchObject({
      draws: 5,
      notes: ['5 draws: the posterior is 5 particles, and each is used once'],
    });
    expect(sparse!.metrics.error).toBeLessThan(0.1);
    expect(sparse!.metrics.kept).toBe(0.5);

    const load = (file: string) => readSafetensors(new Uint8Array(readFileSync(space.path(file))), file).tensors;
    const [posterior, exported] = [load('out/posterior.safetensors'), load('out/exports/weights.safetensors')];
    const particles = exported.get('fc1.weight.particles')!;
    expect(particles.type.shape).toEqual([6, 16, 12]);
    expect(posterior.get('fc1.weight.particles')).toEqual(particles);
    const mask = posterior.get('fc1.weight.mask')!.data;
    const mean = exported.get('fc1.weight')!.data;
    mask.forEach((kept, i) => {
      const values = [0, 1, 2, 3, 4, 5].map((p) => particles.data[p * mask.length + i]!);
      expect(values.some((v) => v !== 0)).toBe(kept === 1);
      expect(mean[i]).toBeCloseTo(values.reduce((s, v) => s + v, 0) / 6, 6);
    });
  });
});
