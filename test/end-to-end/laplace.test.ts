/** Laplace's approximation from the command line: from the state of `map`, through pruning, interrupted and resumed, and refused where there is no width. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../src/runtime/export/safetensors.ts';
import { type Workspace, workspace } from '../helpers/workspace.ts';

const DATA = `
data points = simulate(n = 300, test = 100, seed = 1) {
  x: real[3] ~ Normal(0, 1)
  y: real ~ Normal(2 * x[1] - x[3], 0.5)
}
network net { input real[3]; fc = dense(1) }
`;
const PROGRAM = `${DATA}
model m { * ~ Normal(0, 1); y ~ Normal(net(x), 0.5) }
run on points {
  infer map { epochs = 60, optimizer = adam(0.05) }
  infer laplace { steps = 0, covariance = full }
  whole = evaluate on test { rmse, nll, samples = 10 }
  prune *.weight where snr < 4
  infer laplace { epochs = 5, covariance = diagonal, optimizer = adam(0.01) }
  final = evaluate on test { nll, kept, samples = 10 }
  export safetensors
}
`;
const FLAT = `${DATA}
model m { * ~ Flat(); y ~ Normal(0 * net(x), 0.5) }
run on points { infer laplace { epochs = 1 } }
`;

let space: Workspace;
beforeAll(() => {
  space = workspace();
  space.write('main.bprune', PROGRAM);
  space.write('flat.bprune', FLAT);
});
afterAll(() => space.remove());

interface Document {
  readonly steps: readonly { readonly metrics: Record<string, number>; readonly details: Record<string, unknown> }[];
}

describe('bprune run with Laplace', () => {
  it('takes the curvature of a state, prunes by it, and is the same each time', async () => {
    const { code, stdout, stderr } = await space.run('run', 'main.bprune', '--out', 'out', '--json');
    expect(stderr).not.toContain('BP');
    expect(code).toBe(0);
    const [, untrained, whole, , second, final] = (JSON.parse(stdout) as Document).steps;
    expect(untrained!.details).toMatchObject({ engine: 'laplace', guarantee: 'not_a_bound', steps: 0 });
    expect(untrained!.metrics).toEqual({});
    // The noise has sd 0.5, and four numbers from 300 rows add little.
    expect(whole!.metrics.rmse).toBeLessThan(0.6);
    expect(second!.metrics.nll).toBeLessThan(1);
    // The second input has no effect.
    expect(final!.metrics.kept).toBeCloseTo(2 / 3, 6);
    const load = (name: string) => readFileSync(space.path(name));
    const { tensors } = readSafetensors(new Uint8Array(load('out/posterior.safetensors')), 'posterior');
    const [mask, sd] = ['mask', 'sd'].map((n) => tensors.get(`fc.weight.${n}`)!.data);
    mask!.forEach((kept, i) => {
      expect(sd![i] !== 0).toBe(kept === 1);
    });
    await space.run('run', 'main.bprune', '--out', 'again', '--json');
    expect(load('again/posterior.safetensors')).toEqual(load('out/posterior.safetensors'));
  });

  it('says which number has no width', async () => {
    const { code, stderr } = await space.run('run', 'flat.bprune', '--out', 'flat');
    expect(code).toBe(5);
    expect(stderr).toContain('BP5904');
    expect(stderr).toContain('fc.weight[1, 1]');
  });
});
