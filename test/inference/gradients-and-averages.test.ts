/** Clipped gradients against PyTorch's, and running means of parameters against a sum that is weighted by age. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { OptionValues } from '../../src/base/catalogue.ts';
import { rootKey } from '../../src/base/keys.ts';
import { clipped } from '../../src/inference/clipping.ts';
import type { EngineProgram, StateArrays } from '../../src/inference/engine.ts';
import { engines } from '../../src/inference/index.ts';
import { buildDensity } from '../../src/model/density.ts';
import { distribution, guide, model, network, optimizer, output } from '../helpers/models.ts';
import { compute, keyedNoise, openFor, real, scalarsAt } from '../helpers/reference.ts';

interface PyTorch {
  readonly steps: readonly number[];
  readonly clipped: readonly { readonly options: OptionValues; readonly points: readonly number[][] }[];
}
const pytorch = JSON.parse(readFileSync(new URL('optimizers.json', import.meta.url), 'utf8')) as PyTorch;

async function clip(
  parts: readonly (readonly number[])[],
  options: OptionValues,
  particles = false,
): Promise<number[][]> {
  const inputs = Object.fromEntries(
    parts.map((g, i) => [`g${i}`, real(g, particles ? [2, g.length / 2] : [g.length])]),
  );
  const found = await compute(inputs, ({ graph: b }, refs) => {
    const out = clipped(b, Object.values(refs), options, particles);
    return Object.fromEntries(out.map((g, i) => [`g${i}`, g]));
  });
  return parts.map((_, i) => [...found[`g${i}`]!]);
}

describe('clipped gradients', () => {
  it.each(pytorch.clipped)('are those of PyTorch: $options', async ({ options, points }) => {
    const p = [1, -1, 0.5];
    for (let step = 0; step < 50; step++) {
      const g = [Math.sin(step + 1), 0.01 * Math.cos(3 * step), step === 0 ? 0 : 1e-6];
      const [first, second] = await clip([g.slice(0, 2), g.slice(2)], options);
      [...first!, ...second!].forEach((v, j) => {
        p[j]! -= 0.05 * v;
      });
      const at = pytorch.steps.indexOf(step + 1);
      if (at >= 0) points[at]!.forEach((v, j) => void expect(Math.abs(p[j]! - v)).toBeLessThan(1e-12));
    }
  });

  it('have a length for each particle, over all its parameters', async () => {
    const [a, b] = await clip(
      [
        [3, 0, 0.3, 0],
        [0, 4, 0, 0.4],
      ],
      { clip_norm: 1 },
      true,
    );
    // The first has the length 5, the second 0.5; PyTorch adds 1e-6 to it.
    const share = 1 / (5 + 1e-6);
    expect([...a!, ...b!]).toEqual([3 * share, 0, 0.3, 0, 0, 4 * share, 0, 0.4].map((v) => expect.closeTo(v, 12)));
  });
});

describe('running means', () => {
  const of = model({
    network: network(
      [2],
      [
        ['batch_norm', { momentum: 0.5, epsilon: 1e-3 }, 'bn'],
        ['dense', { outputs: 1 }, 'fc'],
      ],
    ),
    prior: () => distribution('Normal', 0, 1),
    column: { kind: 'real', shape: [] },
    likelihood: distribution('Normal', output, 0.5),
    rows: 8,
  });
  const build = (engine: 'map' | 'sgvb', options: OptionValues): EngineProgram =>
    engines.get(engine)!.build({
      density: buildDensity(of),
      guide: guide(of, () => (engine === 'map' ? 'Delta' : 'Normal')),
      optimizer: optimizer('sgd', 0.1),
      estimator: 'shared',
      options,
      schedules: {},
      masks: new Map(),
      course: { steps: 12, stepsPerEpoch: 1 },
    });

  async function states(program: EngineProgram, steps: number): Promise<StateArrays[]> {
    const session = await openFor(program, program.initial(rootKey(1), null));
    const step = program.step(8, { values: false });
    const compiled = await session.compile(step);
    const seen: StateArrays[] = [];
    for (let i = 0; i < steps; i++) {
      const x = Array.from({ length: 16 }, (_, k) => Math.sin(k + i));
      const batch = { x: real(x, [8, 2]), y: real(x.slice(0, 8)) };
      const noise = keyedNoise(step, rootKey(2), i);
      await session.run(compiled, [{ batch, noise, scalars: scalarsAt(program, i, i) }]);
      seen.push(await session.read());
    }
    session.dispose();
    return seen;
  }

  it.each([0.8, 1])('weigh what they have seen by decay^age, at a decay of %d', async (decay) => {
    const program = build('map', { average: decay });
    const seen = await states(program, 12);
    const { sites, statistics } = program.posterior(seen.at(-1)!);
    const weights = seen.map((_, i) => decay ** (seen.length - 1 - i));
    const total = weights.reduce((s, w) => s + w, 0);
    const mean = (name: string, at: number) =>
      seen.reduce((s, state, i) => s + (weights[i]! / total) * state[name]!.data[at]!, 0);
    // Posteriors are kept in float32.
    for (const site of sites) site.mean.forEach((v, i) => void expect(v).toBeCloseTo(mean(`${site.path}.mean`, i), 6));
    for (const { path, draws } of statistics) draws[0]!.forEach((v, i) => void expect(v).toBeCloseTo(mean(path, i), 6));
  });

  it('leave the training as it is', async () => {
    const [with_, without] = await Promise.all([{ average: 0.9 }, {}].map((o) => states(build('sgvb', o), 5)));
    for (const [name, array] of Object.entries(without!.at(-1)!)) expect(with_!.at(-1)![name]).toEqual(array);
  });

  it('of spreads are means of their logarithms', async () => {
    const program = build('sgvb', { average: 0.5 });
    const seen = await states(program, 3);
    const logs = seen.map((s) => s['fc.weight.log_variance']!.data[0]!);
    const average = (logs[0]! + 2 * logs[1]! + 4 * logs[2]!) / 7;
    const { sites } = program.posterior(seen.at(-1)!);
    expect(sites.find((s) => s.path === 'fc.weight')!.sd[0]).toBeCloseTo(Math.exp(average / 2), 6);
  });
});
