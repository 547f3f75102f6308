/** `bprune verify` from outside: documents, exit codes, and a program that cannot be simulated. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Workspace, workspace } from '../helpers/workspace.ts';

const PROGRAM = `
const temperature = 1
data points = simulate(n = 12, seed = 1) {
  x: real[1] ~ Normal(0, 1)
  y: real ~ Normal(x[1], 0.5)
}
network line { input real[1]; fc = dense(1) }
model m { * ~ Normal(0, 1); y ~ Normal(line(x), 1) }
run sampled for m on points {
  infer sghmc {
    steps = 200, batch = N, lr = 0.1 / N, friction = 0.3, chains = 4, burn_in = 40 steps, collect_every = 8 steps
    temperature = temperature
  }
}
model loose { * ~ Flat(); y ~ Normal(line(x), 1) }
run unsure for loose on points { infer sgvb { steps = 2, batch = N } }
`;

let space: Workspace;
beforeAll(() => {
  space = workspace();
  space.write('main.bprune', PROGRAM);
});
afterAll(() => space.remove());

const verify = (...args: readonly string[]) =>
  space.run('verify', 'main.bprune', ...args, '--backend', 'reference', '--replications', '20', '--quiet');

describe('bprune verify', () => {
  it('ends with 6 where draws are far too narrow, says so with figures, and writes the ranks', async () => {
    const { code, stdout, stderr } = await verify('sampled', '--set', 'temperature=0.01', '--out', 'ranks.json');
    expect(code).toBe(6);
    expect(stderr).toContain('error BP6902: `sghmc` is not calibrated on data of its own model');
    expect(stdout).toMatch(/warning: fc\.bias is too narrow: \d+ % of its true values lie outside the middle 80 %/);
    const document = JSON.parse(readFileSync(space.path('ranks.json'), 'utf8'));
    expect([document.done, document.asked, document.rule, document.rows]).toEqual([20, 20, 'uniform', 12]);
    expect(document.quantities[0].shares).toHaveLength(20);
  });

  it('ends with 3 where the model cannot be drawn from, and with 2 for too few replications', async () => {
    const flat = await verify('unsure');
    expect([flat.code, flat.stdout]).toEqual([3, '']);
    expect(flat.stderr).toContain('error BP7406: The prior of fc.weight, `Flat`, cannot be drawn from');
    const few = await space.run('verify', 'main.bprune', 'sampled', '--replications', '5');
    expect([few.code, few.stdout]).toEqual([2, '']);
    expect(few.stderr).toContain('--replications 5: fewer than 20 say nothing.');
  });
});
