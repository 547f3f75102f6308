/** `bprune diagnose` on runs of which it is known how good their posteriors are: of a linear model the normal guide is nearly exact. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Workspace, workspace } from '../helpers/workspace.ts';

const PROGRAM = `
data points = simulate(n = 200, test = 50, seed = 1) {
  x: real[3] ~ Normal(0, 1)
  y: real ~ Normal(2 * x[1] - x[3], 0.5)
}
network line { input real[3]; fc = dense(1) }
model m { * ~ Normal(0, 1); y ~ Normal(line(x), 0.5) }
run sampled on points {
  infer sghmc { epochs = 3_000, batch = 200, lr = 0.02 / N, friction = 0.3, chains = 4, collect_every = 5 epochs }
}
run hasty on points {
  infer sgld { epochs = 10, batch = 200, lr = 5e-4 / N, chains = 3, burn_in = 0 epochs, collect_every = 1 epoch }
}
run fitted on points {
  infer sgvb { epochs = 400, batch = 200, optimizer = adam(0.01 * (1 - epoch / 400) + 1e-5) }
}
run noisy on points {
  infer sgvb { epochs = 100, batch = 200, estimator = shared, optimizer = adam(0.03 * (1 - epoch / 100) + 1e-5) }
}
run cut on points {
  infer sgvb { epochs = 3, optimizer = adam(1e-4) }
  prune *.weight by magnitude lowest 100%
}
run climbing on points { infer svgd { epochs = 300, batch = 200, particles = 10, optimizer = adam(0.02) } }
run pointed on points { infer map { epochs = 5 } }
`;

interface Document {
  readonly posterior: string;
  readonly findings: readonly { kind: string; warning: boolean; figures: Record<string, number> }[];
}

let space: Workspace;
beforeAll(() => {
  space = workspace();
  space.write('main.bprune', PROGRAM);
});
afterAll(() => space.remove());

const known = new Map<string, Promise<Document>>();

/** Each run is made once. */
function diagnosed(run: string): Promise<Document> {
  const found = known.get(run) ?? madeAndDiagnosed(run);
  known.set(run, found);
  return found;
}

async function madeAndDiagnosed(run: string): Promise<Document> {
  const { code, stderr } = await space.run('run', 'main.bprune', run, '--out', run, '--quiet');
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const posterior = readFileSync(space.path(`${run}/posterior.safetensors`));
  const { stdout } = await space.run('diagnose', run, '--json');
  expect(readFileSync(space.path(`${run}/posterior.safetensors`)).equals(posterior)).toBe(true);
  return JSON.parse(stdout) as Document;
}

describe('bprune diagnose', () => {
  it('finds that long chains have mixed, and that their draws lie where the posterior has its mass', async () => {
    const { posterior, findings } = await diagnosed('sampled');
    expect(posterior).toBe('4 chains of 300 draws');
    expect(findings.map((f) => [f.kind, f.warning])).toEqual([
      ['chains', false],
      ['effective_size', false],
      ['stein_discrepancy', false],
    ]);
  }, 60_000);

  it('warns of chains that were stopped too soon', async () => {
    const { findings } = await diagnosed('hasty');
    expect(findings.map((f) => [f.kind, f.warning])).toEqual([
      ['chains', true],
      ['effective_size', true],
      ['stein_discrepancy', true],
    ]);
  });

  it('tells a guide that fits from one that does not, and what pruning has killed', async () => {
    const fitted = await diagnosed('fitted');
    expect(fitted.findings.map((f) => [f.kind, f.warning])).toEqual([
      ['pareto_k', false],
      ['gradient_noise', false],
    ]);
    const cut = await diagnosed('cut');
    expect(cut.findings.map((f) => [f.kind, f.warning])).toEqual([
      ['pareto_k', true],
      ['gradient_noise', false],
      ['dead_layer', true],
    ]);
  });

  it('compares the estimators of weights by the noise of their gradients', async () => {
    const noiseOf = ({ findings }: Document) => findings.find((f) => f.kind === 'gradient_noise')!;
    const local = noiseOf(await diagnosed('fitted')).figures;
    // Of N rows x ~ Normal(0, I) of d numbers and a 1: a shared draw adds up what N independent ones leave to chance, N / (d + 3) times
    // as large on the average of means of which the bias is one. Rows that are uncorrelated have the same variance in any way.
    expect(local.ratio_shared).toBeGreaterThan(0.5 * (200 / 6));
    expect(local.ratio_shared).toBeLessThan(2 * (200 / 6));
    // Two variances of 100 draws each; that of a sum is known to sqrt(2 / 100).
    expect(Math.abs(Math.log(local.ratio_flipout!))).toBeLessThan(4 * Math.sqrt(4 / 100));
    const noisy = noiseOf(await diagnosed('noisy'));
    expect(noisy.warning).toBe(true);
    expect(noisy.figures.ratio_local_reparameterization).toBeLessThan(0.1);
    const { stdout } = await space.run('diagnose', 'noisy');
    expect(stdout).toMatch(
      /`estimator = (local_reparameterization|flipout)` would train this model with far less noise/,
    );
  }, 60_000);

  it('measures particles, and says where there is nothing to measure', async () => {
    const climbing = await diagnosed('climbing');
    expect(climbing.posterior).toBe('10 particles');
    expect(climbing.findings.map((f) => f.kind)).toEqual(['stein_discrepancy']);
    expect((await diagnosed('pointed')).findings.map((f) => f.kind)).toEqual(['not_looked_at']);
    const { stdout } = await space.run('diagnose', 'pointed');
    expect(stdout).toContain('pointed: the posterior of `map`, Delta guides.');
  });

  it('refuses what is no run', async () => {
    const { code, stderr } = await space.run('diagnose', 'nowhere');
    expect(code).toBe(4);
    expect(stderr).toContain('BP7405');
  });
});
