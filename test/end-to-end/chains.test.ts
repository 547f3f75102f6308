/** Samplers from the command line: chains draw, predict, are pruned and carried over. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../src/runtime/export/safetensors.ts';
import { type Workspace, workspace } from '../helpers/workspace.ts';

const PROGRAM = `
data points = simulate(n = 300, test = 100, seed = 1) {
  x: real[3] ~ Normal(0, 1)
  y: real ~ Normal(2 * x[1] - x[3], 0.5)
}
network net { input real[3]; fc1 = dense(8); bn = batch_norm; tanh; fc2 = dense(1) }
model m { * ~ Normal(0, 1); y ~ Normal(net(x), 0.5) }
const e = 30
run on points {
  infer sghmc { epochs = e, lr = 0.02 / N, chains = 2, burn_in = 20 epochs, collect_every = 2 steps }
  whole = evaluate on test { rmse, nll, samples = 10 }
  all = evaluate on test { rmse, samples = 1_000 }
  prune *.weight by snr lowest 25%
  infer sgld { epochs = 8, lr = 0.01 / N, cycles = 2, explore = 50%, collect_every = 1 steps }
  final = evaluate on test { nll, kept }
  export safetensors
}
`;

let space: Workspace;
beforeAll(() => {
  space = workspace();
  space.write('main.bprune', PROGRAM);
});
afterAll(() => space.remove());

const bytes = (name: string) => readFileSync(space.path(name));

interface Document {
  readonly steps: readonly { readonly metrics: Record<string, number>; readonly details: Record<string, unknown> }[];
}

describe('bprune run with samplers', () => {
  it('keeps the draws it was asked for, predicts with them, and keeps what was pruned at 0', async () => {
    const { code, stdout, stderr } = await space.run('run', 'main.bprune', '--out', 'out', '--json');
    expect(stderr).not.toContain('BP');
    expect(code).toBe(0);
    const [first, whole, all, , , final] = (JSON.parse(stdout) as Document).steps;
    expect(first!.details).toMatchObject({ engine: 'sghmc', guarantee: 'not_a_bound' });
    // The noise of the data has sd 0.5; what the net says without any training is off by more than 2.
    expect(whole!.metrics.rmse).toBeLessThan(0.8);
    expect(whole!.details).toMatchObject({ draws: 10, notes: [] });
    // Ten epochs of three steps behind the burn-in, every second step, in two chains.
    expect(all!.details).toMatchObject({
      draws: 30,
      notes: ['30 draws: the posterior is 30 draws of its chains, and each is used once'],
    });
    expect(final!.metrics.kept).toBe(0.75);
    const { tensors, metadata } = readSafetensors(new Uint8Array(bytes('out/posterior.safetensors')), 'posterior');
    expect(metadata.chains).toBe('1');
    // Two cycles of twelve steps, of which the second half is sampled.
    const draws = tensors.get('fc1.weight.particles')!;
    expect(draws.type.shape).toEqual([12, 3, 8]);
    expect(tensors.get('bn.statistics.mean.particles')!.type.shape).toEqual([12, 8]);
    const mask = tensors.get('fc1.weight.mask')!.data;
    draws.data.forEach((value, i) => {
      expect(value !== 0).toBe(mask[i % mask.length] === 1);
    });
  });
});
