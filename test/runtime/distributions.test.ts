/**
 * Distributions in programs: each likelihood fits data that are simulated from it, each prior of real numbers is trained by every
 * engine. Walks the registry; a new record that can stand there is run.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../src/base/diagnostic.ts';
import { reference } from '../../src/executors/reference/reference.ts';
import { distributions } from '../../src/model/index.ts';
import { nodeHost } from '../../src/runtime/host-node.ts';
import { loadProgram, runPlan, silentReporter } from '../../src/runtime/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'bprune-distributions-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function load(name: string, text: string) {
  const path = join(folder, `${name}.bprune`);
  writeFileSync(path, text);
  return loadProgram(nodeHost(), path, new Map());
}

/** The figures of the named evaluations of a program that has nothing wrong. */
async function figures(
  name: string,
  text: string,
): Promise<Readonly<Record<string, Readonly<Record<string, number>>>>> {
  const { checked, source, diagnostics } = await load(name, text);
  // That a density has a pole, or a prior says nothing, is a warning.
  expect(diagnostics.filter((d) => d.severity === 'error').map((d) => d.message)).toEqual([]);
  const request = {
    ...{ plan: checked.runs[0]!, source, seed: 3, out: join(folder, `run-${name}`), overwrite: true, logSteps: 0 },
    ...{ checkpointEvery: null, settings: new Map<string, string>() },
    ...{ executor: reference, reason: 'test', version: 'test', argv: [] },
  };
  const { steps } = await runPlan(request, nodeHost(), silentReporter);
  return Object.fromEntries(steps.flatMap((s) => (s.step === 'evaluate' ? [[s.name ?? 'fit', s.metrics]] : [])));
}

/**
 * The distribution of y given a linear function f of x: as the data are drawn, and as the model has it. The entropy in nats is that
 * at f = 0 unless the data vary little with f; it bounds what the mean negative log density can be.
 */
const likelihoods: Readonly<Record<string, { readonly y: string; readonly of: (f: string) => string }>> = {
  Normal: { y: 'real', of: (f) => `Normal(${f}, 0.5)` },
  Laplace: { y: 'real', of: (f) => `Laplace(${f}, 0.5)` },
  StudentT: { y: 'real', of: (f) => `StudentT(4, ${f}, 0.5)` },
  LogNormal: { y: 'real', of: (f) => `LogNormal(${f}, 0.5)` },
  HalfNormal: { y: 'real', of: (f) => `HalfNormal(exp(${f}))` },
  Gamma: { y: 'real', of: (f) => `Gamma(3, rate = exp(-(${f})))` },
  InverseGamma: { y: 'real', of: (f) => `InverseGamma(4, exp(${f}))` },
  Exponential: { y: 'real', of: (f) => `Exponential(scale = exp(${f}))` },
  Beta: { y: 'real', of: (f) => `Beta(exp(${f}) + 0.5, 2)` },
  TruncatedNormal: { y: 'real', of: (f) => `TruncatedNormal(${f}, 1, low = -1, high = 2)` },
  TruncatedLogNormal: { y: 'real', of: (f) => `TruncatedLogNormal(${f}, 1, 0.05, 5)` },
  TruncatedExponential: { y: 'real', of: (f) => `TruncatedExponential(exp(${f}), 0, 2)` },
  Uniform: { y: 'real', of: (f) => `Uniform(-1, 2 + 0 * (${f}))` },
  Categorical: { y: 'class[3]', of: (f) => `Categorical(logits = ${f})` },
  Bernoulli: { y: 'class[2]', of: (f) => `Bernoulli(logits = ${f})` },
  Binomial: { y: 'real', of: (f) => `Binomial(5, logits = ${f})` },
  Poisson: { y: 'real', of: (f) => `Poisson(rate = exp(${f}))` },
};

const LINEAR = '0.8 * x[1] - 0.5 * x[2] + 0.3';
/** Of three classes: the logits of the data. */
const LOGITS = '[0.8 * x[1], -0.5 * x[2], 0.3]';

function program(kind: string): string {
  const { y, of } = likelihoods[kind]!;
  const outputs = y === 'class[3]' ? 3 : 1;
  return `
data d = simulate(n = 600, test = 300, seed = 2) {
  x: real[2] ~ Normal(0, 1)
  y: ${y} ~ ${of(outputs === 3 ? LOGITS : LINEAR)}
}
network net { input real[2]; f = dense(${outputs}) }

model m { * ~ Normal(0, 2); y ~ ${of('net(x)')} }
run on d {
  before = infer map { steps = 1, optimizer = sgd(1e-12) }
  start = evaluate on test { nll, samples = 1 }
  infer sgvb { epochs = 60, batch = 100, optimizer = adam(0.03) }
  fit = evaluate on test { nll, samples = 20 }
}
`;
}

describe('likelihoods', () => {
  it('are all here', () => {
    const able = [...distributions].filter((d) => d.roles.includes('likelihood')).map((d) => d.name);
    expect(Object.keys(likelihoods).sort()).toEqual(able.sort());
  });

  it.each(Object.keys(likelihoods).filter((k) => k !== 'Uniform'))(
    '%s learns what its data were drawn from',
    async (kind) => {
      const { start, fit } = await figures(kind, program(kind));
      expect(Number.isFinite(fit!.nll)).toBe(true);
      // Data that depend on x are told by a fit that does: nats per row, many standard errors of 300 rows.
      expect(fit!.nll!).toBeLessThan(start!.nll! - 0.03);
    },
  );
});

const arguments_: Readonly<Record<string, string>> = {
  ...{
    Normal: '0, 1',
    Laplace: '0, 0.5',
    StudentT: '3, 0, 1',
    Cauchy: '0, 0.5',
    Horseshoe: '0.3',
    GroupLaplace: '0.3',
  },
  Mixture: '0.5: Normal(0, 1), 0.5: Cauchy(0, 0.1)',
};

/** Without gates, which only `sgvb` trains: `test/inference/gates.test.ts` has those. */
const usable = [...distributions].filter(
  (d) => d.roles.includes('prior') && d.support === 'real' && d.needs === null && d.gated === null,
);

describe('priors of weights', () => {
  it.each(usable.map((d) => d.name))('%s is trained by every engine', async (kind) => {
    const text = `
data d = simulate(n = 200, test = 50, seed = 2) {
  x: real[2] ~ Normal(0, 1)
  y: real ~ Normal(tanh(2 * x[1]), 0.3)
}
network net { input real[2]; a = dense(6); tanh; c = dense(1) }
guide { * ~ Normal(sd = 0.1) }
model m { *.weight ~ ${kind}(${arguments_[kind] ?? ''}); *.bias ~ Normal(0, 1); y ~ Normal(net(x), 0.3) }
run on d {
  infer sgvb { epochs = 100, batch = 50, optimizer = adam(0.03) }
  variational = evaluate on test { rmse, nll, samples = 10 }
  prune *.weight by snr lowest 25%
  infer sgvb { epochs = 5, batch = 50, optimizer = adam(0.01), estimator = shared }
  pruned = evaluate on test { rmse, kept, samples = 10 }
  infer map { epochs = 20, batch = 50, optimizer = adam(0.01) }
  point = evaluate on test { rmse, kept, samples = 1 }
  infer svgd { particles = 3, epochs = 20, batch = 50, optimizer = adam(0.01) }
  particles = evaluate on test { rmse, samples = 3 }
}
`;
    const found = await figures(`prior-${kind}`, text);
    // The target has sd 0.9 and noise 0.3: what was learned explains most of it.
    for (const [step, metrics] of Object.entries(found)) expect(metrics.rmse!, step).toBeLessThan(0.6);
    expect(found.pruned!.kept).toBeCloseTo(0.75, 1);
  });
});

describe('what the data cannot be', () => {
  it.each([
    ['Gamma(2, rate = exp(net(x)))', 'BP7302', /is -?[\d.]+ in row \d+ of train, but `Gamma` is of positive numbers/],
    ['Poisson(rate = exp(net(x)))', 'BP7302', /but `Poisson` is of whole numbers from 0 on/],
    ['Binomial(3, logits = net(x))', 'BP7302', /but `Binomial` is of whole numbers from 0 to 3/],
    ['TruncatedNormal(net(x), 1, low = -1)', 'BP7302', /but `TruncatedNormal` is of numbers from -1 to Infinity/],
  ] as const)('is refused before a step of `y ~ %s`', async (likelihood, code, message) => {
    const text = `
data d = simulate(n = 50) { x: real[1] ~ Normal(0, 1); y: real ~ Normal(x[1], 3) }
network net { input real[1]; f = dense(1) }
model m { * ~ Normal(0, 1); y ~ ${likelihood} }
run on d { infer map { epochs = 1 } }
`;
    const problem = await figures('impossible', text).catch((e: unknown) => e);
    expect(problem).toBeInstanceOf(DiagnosticError);
    const [first] = (problem as DiagnosticError).diagnostics;
    expect(first!.code).toBe(code);
    expect(first!.message).toMatch(message);
  });
});

describe('what needs a later version', () => {
  it.each(
    [...distributions]
      .filter((d) => d.needs !== null && d.roles.includes('prior'))
      .map((d) => [d.name, d.needs!] as const),
  )('`w ~ %s(...)` is a warning that names what it needs', async (name, needs) => {
    const text = `
data d = simulate(n = 50) { x: real[2] ~ Normal(0, 1); y: real ~ Normal(x[1], 3) }
network net { input real[2]; f = dense(1) }
model m { *.weight ~ ${name}(0.5, 4); *.bias ~ Flat(); y ~ Normal(net(x), 1) }
run on d { infer map { epochs = 1 } }
`;
    const { diagnostics } = await load(`later-${name}`, text);
    const said = diagnostics.find((d) => d.code === 'BP2003');
    expect(said?.severity).toBe('warning');
    expect(said?.message).toBe(`\`${name}\` needs ${needs}, which are not available yet in this version`);
    expect(diagnostics.filter((d) => d.severity === 'error')).toEqual([]);
  });
});
