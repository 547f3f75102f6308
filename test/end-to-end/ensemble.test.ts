/** An ensemble, and MultiSWAG that begins at its members, from the command line. */
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../src/runtime/export/safetensors.ts';
import { type Workspace, workspace } from '../helpers/workspace.ts';

const PROGRAM = `
data points = simulate(n = 200, test = 100, seed = 1) {
  x: real[3] ~ Normal(0, 1)
  y: real ~ Normal(2 * x[1] - x[3], 0.5)
}
network net { input real[3]; fc1 = dense(8); bn = batch_norm; relu; fc2 = dense(1) }
model m { * ~ Normal(0, 1); y ~ Normal(net(x), 0.5) }
const e = 20
run on points {
  infer ensemble { epochs = e, members = 3, optimizer = adam(0.02), adversarial = sign(0.05) }
  whole = evaluate on test { rmse, nll }
  prune *.weight by snr lowest 25%
  infer swag { epochs = 5, members = 3, rank = 4, optimizer = sgd(0.01), collect_every = 2 steps }
  averaged = evaluate on test { rmse, kept, samples = 9 }
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

describe('bprune run with an ensemble', () => {
  it('uses each member once, and goes on from them with MultiSWAG', async () => {
    const { code, stdout, stderr } = await space.run('run', 'main.bprune', '--out', 'out', '--json');
    expect(stderr).not.toContain('BP');
    expect(code).toBe(0);
    const [trained, whole, , , averaged] = (JSON.parse(stdout) as Document).steps;
    expect(trained!.details).toMatchObject({ engine: 'ensemble', guarantee: 'not_a_bound' });
    expect(whole!.details.draws).toBe(3);
    // The data have noise of sd 0.5, and answers of sd 2.3.
    expect(whole!.metrics.rmse).toBeLessThan(1);
    expect(averaged!.details.draws).toBe(9);
    expect(averaged!.metrics.kept).toBe(0.75);
    const { tensors } = readSafetensors(new Uint8Array(bytes('out/posterior.safetensors')), 'posterior');
    expect(tensors.get('fc1.weight.parts.columns')!.type.shape).toEqual([3, 4, 3, 8]);
  });

  it('goes on after it was killed, to the same bytes', async () => {
    const flags = ['--set', 'e=300', '--seed', '5', '--progress', 'none'];
    expect((await space.run('run', 'main.bprune', ...flags, '--out', 'whole')).code).toBe(0);
    const lines = () => bytes('killed.partial/metrics.jsonl').toString().split('\n').length;
    const inTheMiddle = () => existsSync(space.path('killed.partial/checkpoint.safetensors')) && lines() > 60;
    const command = ['run', 'main.bprune', ...flags, '--checkpoint-every', '0', '--out', 'killed'];
    const killed = await space.signal('SIGKILL', inTheMiddle, ...command);
    expect(killed.code).toBeNull();
    const { code, stderr } = await space.run('resume', 'killed');
    expect(stderr).toMatch(/0 of 6 steps are done, \d+ training steps of the next/);
    expect(code).toBe(0);
    for (const file of ['metrics.jsonl', 'posterior.safetensors', 'exports/weights.safetensors'])
      expect(bytes(`killed/${file}`).equals(bytes(`whole/${file}`)), file).toBe(true);
  }, 60_000);
});
