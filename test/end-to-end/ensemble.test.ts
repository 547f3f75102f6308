/** An ensemble, and MultiSWAG that begins at its members, from the command line. */
import { readFileSync } from 'node:fs';
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
});
