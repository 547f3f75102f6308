/** Verification of a linear model, whose posterior is normal, on `reference`. */
import { expect } from 'vitest';
import { reference } from '../../../src/executors/reference/reference.ts';
import { nodeHost } from '../../../src/runtime/host-node.ts';
import { fewerOf, fewerRows, loadSource, readData, verifiable, verify } from '../../../src/runtime/index.ts';

export const program = (prior: string, infer: string, rows = 10) => `
data points = simulate(n = ${rows}, seed = 1) {
  x: real[2] ~ Normal(0, 1)
  y: real ~ Normal(x[1], 0.5)
}
network line { input real[2]
 fc = dense(1) }
model m { * ~ ${prior}
 y ~ Normal(line(x), 1) }
run on points { infer ${infer} }
`;

export const SGHMC =
  'sghmc { steps = 160, batch = N, lr = 0.1 / N, friction = 0.3, chains = 4, burn_in = 40 steps, collect_every = 8 steps';
export const RIGHT = `${SGHMC} }`;

export async function planOf(text: string, rows: number | null = null) {
  const source = { name: 'v.bprune', text };
  const { checked, diagnostics } = await loadSource(
    nodeHost(),
    source,
    new Map(),
    rows === null ? undefined : fewerRows(rows),
  );
  expect(diagnostics.filter((d) => d.severity === 'error')).toEqual([]);
  return checked.runs[0]!;
}

/** Draws from `simulated` where that is another program. */
export async function verified(text: string, replications: number, simulated = text, stop = { requested: false }) {
  const plan = await planOf(text);
  const { steps } = verifiable(plan);
  const { model } = verifiable(await planOf(simulated));
  const host = nodeHost(stop);
  const dataset = fewerOf(await readData(plan.data, host), model.rows, 1);
  const progress = () => undefined;
  return verify({ steps, model, dataset, executor: reference, host, replications, seed: 1, progress });
}

/** `fc.bias too_narrow`, ... */
export const kindsOf = (findings: readonly { readonly kind: string; readonly of: string }[]) =>
  findings.map(({ kind, of }) => `${of} ${kind}`);
