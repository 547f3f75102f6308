/** SWAG from the command line: iterates are taken down as they should be, whatever happens on the way, and predict with statistics of their own. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../src/runtime/export/safetensors.ts';
import { type Workspace, workspace } from '../helpers/workspace.ts';

const PROGRAM = `
data points = simulate(n = 300, test = 100, seed = 1) {
  x: real[3] ~ Normal(0, 1)
  y: real ~ Normal(2 * x[1] - x[3], 0.5)
}
network net { input real[3]; fc1 = dense(8); bn = batch_norm; relu; fc2 = dense(1) }
model m { * ~ Normal(0, 1); y ~ Normal(net(x), 0.5) }
const e = 6
run on points {
  infer map { epochs = 10, optimizer = sgd(0.05, momentum = 0.9) }
  point = evaluate on test { rmse, nll }
  infer swag { epochs = e, rank = 5, optimizer = sgd(0.02, momentum = 0.9), collect_every = 2 steps }
  averaged = evaluate on test { rmse, nll, samples = 10 }
  middle = evaluate on test { rmse, of = mean }
  prune *.weight by snr lowest 25%
  infer swag { epochs = 4, rank = 0, optimizer = sgd(0.02) }
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
const load = (name: string) => readSafetensors(new Uint8Array(bytes(name)), name).tensors;

interface Document {
  readonly steps: readonly { readonly metrics: Record<string, number>; readonly details: Record<string, unknown> }[];
}

describe('bprune run with SWAG', () => {
  it('predicts with draws, keeps what was pruned at 0, and writes moments', async () => {
    const { code, stdout, stderr } = await space.run('run', 'main.bprune', '--out', 'out', '--json');
    expect(stderr).not.toContain('BP');
    expect(code).toBe(0);
    const [, point, swag, averaged, middle, , , final] = (JSON.parse(stdout) as Document).steps;
    expect(swag!.details).toMatchObject({ engine: 'swag', guarantee: 'not_a_bound' });
    // The noise of the data has sd 0.5; a mean of iterates is nearer to it than the last one of a large rate.
    for (const { metrics } of [averaged!, middle!]) expect(metrics.rmse).toBeLessThan(point!.metrics.rmse!);
    expect(averaged!.details.draws).toBe(10);
    expect(final!.metrics.kept).toBe(0.75);
    const tensors = load('out/posterior.safetensors');
    expect(tensors.get('fc1.weight.parts.own')!.type.shape).toEqual([1, 3, 8]);
    expect(tensors.has('fc1.weight.parts.columns')).toBe(false);
    const [mask, sd, mean] = ['mask', 'sd', 'mean'].map((n) => tensors.get(`fc1.weight.${n}`)!.data);
    mask!.forEach((kept, i) => {
      expect([sd![i] !== 0, mean![i] !== 0]).toEqual([kept === 1, kept === 1]);
    });
  });

  it('does not care what running statistics training left behind, and exports those of the mean', async () => {
    // A momentum of 1 keeps the start values 0 and 1 for ever: whoever reads them predicts nonsense.
    const still = PROGRAM.replace('bn = batch_norm;', 'bn = batch_norm(momentum = 1);');
    space.write('still.bprune', still);
    const { code, stdout } = await space.run('run', 'still.bprune', '--out', 'still', '--json');
    expect(code).toBe(0);
    const usual = await space.run('run', 'main.bprune', '--out', 'usual', '--json');
    const metricsOf = (text: string) => (JSON.parse(text) as Document).steps.map((s) => s.metrics);
    const [stuck, whole] = [metricsOf(stdout), metricsOf(usual.stdout)];
    expect(stuck[1]!.rmse).not.toBeCloseTo(whole[1]!.rmse!, 1);
    for (const step of [3, 4, 7]) expect(stuck[step]).toEqual(whole[step]);
    const statistic = 'bn.statistics.variance';
    expect(load('still/exports/weights.safetensors').get(statistic)).toEqual(
      load('usual/exports/weights.safetensors').get(statistic),
    );
  });
});
