/** What every engine owes: build, start, step, posterior; a closed state; determinism; masks; streams that do not disturb each other. */
import { describe, expect, it } from 'vitest';
import type { HostArray } from '../../src/base/host-array.ts';
import { sizeOf } from '../../src/base/host-array.ts';
import { rootKey } from '../../src/base/keys.ts';
import { drawKey } from '../../src/base/streams.ts';
import type { Engine, EngineProgram, StateArrays } from '../../src/inference/engine.ts';
import { engines, estimators, optimizers } from '../../src/inference/index.ts';
import type { CheckedDistribution } from '../../src/language/check/checked.ts';
import { buildDensity } from '../../src/model/density.ts';
import { distributions } from '../../src/model/index.ts';
import { drawWeights, masksOf, type Posterior, restrict } from '../../src/model/posterior.ts';
import { catalogue } from '../../src/runtime/catalogue.ts';
import { classifier, distribution, guide, mixtureOf, number, optimizer } from '../helpers/models.ts';
import { passesOver } from '../helpers/passes.ts';
import { classes, keyedNoise, numbersOf, openFor, real, scalarsAt } from '../helpers/reference.ts';

const ROWS = 6;
const X = Array.from({ length: ROWS * 4 }, (_, i) => Math.sin(i * 1.7));
const batch: Readonly<Record<string, HostArray>> = { x: real(X, [ROWS, 4]), y: classes([0, 1, 2, 2, 1, 0]) };
const spike = mixtureOf([0.5, distribution('Normal', 0, 1)], [0.5, distribution('Normal', 0, Math.exp(-6))]);

type Family = 'Normal' | 'LowRankNormal' | 'Delta' | 'Particles';

interface Choice {
  readonly widths?: readonly number[];
  readonly prior?: CheckedDistribution;
  readonly biasPrior?: CheckedDistribution;
  readonly family?: Family;
  readonly estimator?: string;
  readonly optimizer?: string;
  readonly masks?: ReadonlyMap<string, Uint8Array>;
}

function build(engine: Engine, choice: Choice = {}): EngineProgram {
  const prior = choice.prior ?? distribution('Normal', 0, 1);
  const model = classifier(choice.widths ?? [4, 5, 3], prior, choice.biasPrior);
  const family = choice.family ?? (engine.guides[0] as Family);
  return engine.build({
    density: buildDensity(model),
    guide: guide(model, (site) => (site.endsWith('.bias') && family === 'Normal' ? 'Delta' : family)),
    optimizer: optimizer(choice.optimizer ?? 'adam', 0.01),
    estimator: choice.estimator ?? 'local_reparameterization',
    options: {},
    schedules: { lr: number(0.01) },
    masks: choice.masks ?? new Map(),
    course: { steps: 1000, stepsPerEpoch: 10 },
  });
}

async function train(program: EngineProgram, start: StateArrays, steps: number, seed = 5) {
  const session = await openFor(program, start);
  const step = program.step(ROWS);
  const compiled = await session.compile(step);
  const infos: Readonly<Record<string, Float64Array>>[] = [];
  for (let i = 0; i < steps; i++) {
    const feed = { batch, noise: keyedNoise(step, rootKey(seed), i), scalars: scalarsAt(program, i, i / 10) };
    const [info] = await session.run(compiled, [feed]);
    infos.push(numbersOf(info!));
  }
  const state = await session.read();
  session.dispose();
  return { infos, state, posterior: program.posterior(state) };
}

/** The posterior that runtime keeps: that at the last state, or what further passes over the rows make of it. */
async function finished(program: EngineProgram, state: StateArrays): Promise<Posterior> {
  return program.finish === undefined ? program.posterior(state) : program.finish(state, passesOver(batch, ROWS));
}

/** Families of latents have tests of their own. */
const forWeights = (family: string) => (catalogue.distributions.get(family)?.support ?? 'real') === 'real';

/** Proximal optimizers move points, under priors that have such a map; the checker sees to that. */
const isProximal = (prior: CheckedDistribution) => distributions.get(prior.name)!.proximal;

const combinations = [...engines].flatMap((engine) =>
  engine.guides.filter(forWeights).flatMap((family) =>
    [...estimators].flatMap((estimator) =>
      [distribution('Normal', 0, 1), distribution('LogUniform'), spike].flatMap((prior) =>
        [...optimizers]
          .filter((o) => o.takesPrior !== true || (family === 'Delta' && isProximal(prior)))
          .map((o) => ({
            title: `${engine.name}, ${family} guide, ${prior.name} prior, ${estimator.name}, ${o.name}`,
            engine,
            choice: { family: family as Family, estimator: estimator.name, prior, optimizer: o.name },
          })),
      ),
    ),
  ),
);

describe('every engine', () => {
  it.each(combinations)('$title', async ({ engine, choice }) => {
    const program = build(engine, choice);
    const start = program.initial(rootKey(1), null);
    expect(Object.keys(start).sort()).toEqual(program.state.map((s) => s.name).sort());
    for (const spec of program.state) expect(start[spec.name]!.data.length).toBe(sizeOf(spec.type.shape));

    const step = program.step(ROWS);
    const declared = new Set(program.state.map((s) => s.name));
    expect(step.state.every((s) => declared.has(s.name))).toBe(true);
    expect([...step.scalars].sort()).toEqual(Object.keys(program.scalars).sort());
    expect(step.info.map((i) => i.name).sort()).toEqual(['kl', 'loss', 'nll']);
    expect(program.step(ROWS, { values: false }).info.map((i) => i.name)).toEqual(['nll']);
    // Small batches have the same names and state: one session serves both.
    expect(program.step(2).state).toEqual(step.state);

    const { infos, state, posterior } = await train(program, start, 3);
    for (const info of infos) {
      expect(info.loss![0]).toBeCloseTo(info.nll![0]! + info.kl![0]!, 6);
      expect(Number.isFinite(info.loss![0])).toBe(true);
    }
    expect(Object.values(state).every((a) => a.data.every(Number.isFinite))).toBe(true);
    expect(posterior.sites.map((s) => s.path)).toEqual(['fc1.weight', 'fc1.bias', 'fc2.weight', 'fc2.bias']);
    expect(await train(program, start, 3)).toEqual({ infos, state, posterior });
  });

  it.each([...engines])('$name ends with a posterior of finite moments, the same each time', async (engine) => {
    const program = build(engine, { biasPrior: distribution('Normal', 0, 1) });
    const { state } = await train(program, program.initial(rootKey(1), null), 3);
    const posterior = await finished(program, state);
    expect(posterior.sites.map((s) => s.path)).toEqual(program.posterior(state).sites.map((s) => s.path));
    for (const { mean, sd } of posterior.sites) expect([...mean, ...sd].every(Number.isFinite)).toBe(true);
    expect(await finished(program, state)).toEqual(posterior);
  });

  it.each([...engines])('$name learns: the loss of its batch falls', async (engine) => {
    const program = build(engine, { optimizer: 'adam' });
    const { infos } = await train(program, program.initial(rootKey(1), null), 300);
    const average = (from: number) => infos.slice(from, from + 30).reduce((s, i) => s + i.nll![0]!, 0) / 30;
    expect(average(270)).toBeLessThan(0.7 * average(0));
  });

  it.each([...engines])('$name skips values that nobody asked for, with the same step', async (engine) => {
    const program = build(engine);
    const start = program.initial(rootKey(1), null);
    const [full, bare] = [program.step(ROWS), program.step(ROWS, { values: false })];
    expect(bare.graph.values.length).toBeLessThan(full.graph.values.length);
    const after = await Promise.all(
      [full, bare].map(async (step) => {
        const session = await openFor(program, start);
        const noise = keyedNoise(step, rootKey(5), 0);
        await session.run(await session.compile(step), [{ batch, noise, scalars: scalarsAt(program, 0, 0) }]);
        return session.read();
      }),
    );
    expect(numbersOf(after[0]!)).toEqual(numbersOf(after[1]!));
  });
});

const weights = (p: Posterior) => p.sites.find((s) => s.path === 'fc1.weight')!;

describe('carry-over and masks', () => {
  const keep = { keep: new Map([['fc1.weight', Uint8Array.from({ length: 20 }, (_, i) => (i % 3 === 0 ? 1 : 0))]]) };

  it.each(combinations.filter((c) => c.choice.optimizer === 'adam'))(
    'pruned stays pruned: $title',
    async ({ engine, choice }) => {
      const first = build(engine, choice);
      const { posterior } = await train(first, first.initial(rootKey(1), null), 3);
      const pruned = restrict(posterior, keep);
      const program = build(engine, { ...choice, masks: masksOf(pruned) });
      const start = program.initial(rootKey(2), pruned);
      expect(program.posterior(start).sites.map((s) => [...s.mean])).toEqual(pruned.sites.map((s) => [...s.mean]));
      const { posterior: after, state } = await train(program, start, 5);
      const site = weights(after);
      expect([...site.mask!]).toEqual([...keep.keep.get('fc1.weight')!]);
      const draw = drawWeights(after, 0, (path) => drawKey(rootKey(1), 0, path))['fc1.weight']!.data;
      site.mask!.forEach((kept, i) => {
        expect(site.mean[i] !== 0).toBe(kept === 1);
        if (kept === 1) return;
        // Not even in the state does anything move: no gradient reaches it.
        expect([site.sd[i], draw[i]]).toEqual([0, 0]);
        for (const name of ['fc1.weight.mean', 'fc1.weight.particles'].filter((n) => n in state)) {
          const values = state[name]!.data.filter((_, j) => j % site.mask!.length === i);
          expect(values.every((v) => v + 0 === 0)).toBe(true);
        }
        for (const p of ['fc1.weight.log_variance'].filter((p) => p in state))
          expect(state[p]!.data[i]).toBe(start[p]!.data[i]);
      });
    },
  );

  it('a masked step equals the step of a model whose weights are gone', async () => {
    // Masking all of fc1 makes its output the bias: the same as inputs of 0.
    const none = new Map([['fc1.weight', new Uint8Array(20)]]);
    const engine = engines.get('sgvb')!;
    const program = build(engine, { masks: none, prior: distribution('LogUniform') });
    const { infos } = await train(program, program.initial(rootKey(1), null), 1);
    const whole = build(engine, { prior: distribution('LogUniform') });
    const session = await openFor(whole, whole.initial(rootKey(1), null));
    const step = whole.step(ROWS);
    const zeros = { ...batch, x: real(new Float64Array(ROWS * 4), [ROWS, 4]) };
    const feed = { batch: zeros, noise: keyedNoise(step, rootKey(5), 0), scalars: scalarsAt(whole, 0, 0) };
    const [info] = await session.run(await session.compile(step), [feed]);
    expect(infos[0]!.nll![0]).toBeCloseTo(numbersOf(info!).nll![0]!, 12);
  });

  it('carries spread over between Normal guides, and starts it anew from a point estimate', async () => {
    const [map, sgvb] = [engines.get('map')!, engines.get('sgvb')!];
    const point = await train(build(map), build(map).initial(rootKey(1), null), 3);
    const normal = build(sgvb);
    const fromPoint = normal.posterior(normal.initial(rootKey(2), point.posterior));
    expect(weights(fromPoint).mean).toEqual(weights(point.posterior).mean);
    // A tenth of the Kaiming sd for 4 inputs.
    weights(fromPoint).sd.forEach((sd) => {
      expect(sd).toBeCloseTo(0.1 * Math.sqrt(0.5), 6);
    });
    const trained = await train(normal, normal.initial(rootKey(2), point.posterior), 5);
    const again = normal.posterior(normal.initial(rootKey(3), trained.posterior));
    weights(again).sd.forEach((sd, i) => {
      expect(sd).toBeCloseTo(weights(trained.posterior).sd[i]!, 6);
    });
  });
});

describe('streams', () => {
  it('stay as they are when a layer is added', () => {
    const engine = engines.get('sgvb')!;
    const [small, large] = [build(engine, { widths: [4, 5, 3] }), build(engine, { widths: [4, 5, 6, 3] })];
    const [a, b] = [small.initial(rootKey(1), null), large.initial(rootKey(1), null)];
    expect(a['fc1.weight.mean']).toEqual(b['fc1.weight.mean']);
    const noise = (p: EngineProgram) => keyedNoise(p.step(ROWS), rootKey(5), 3);
    expect(noise(small)['fc1.local']).toEqual(noise(large)['fc1.local']);
    const other = build(engine, { prior: spike });
    expect(noise(other)['fc1.local']).toEqual(noise(small)['fc1.local']);
  });

  it('name noise by what it is for', () => {
    const engine = engines.get('sgvb')!;
    const specs = (c: Choice) =>
      build(engine, c)
        .step(ROWS)
        .noise.map((n) => [n.name, n.path, n.type.shape]);
    expect(specs({ prior: spike })).toEqual([
      ['fc1.local', ['fc1', 'local'], [ROWS, 5]],
      ['fc2.local', ['fc2', 'local'], [ROWS, 3]],
      ['fc1.weight.kl', ['fc1.weight', 'kl'], [4, 5]],
      ['fc2.weight.kl', ['fc2.weight', 'kl'], [5, 3]],
    ]);
    expect(specs({ estimator: 'shared', prior: spike }).map((s) => s[0])).toEqual([
      'fc1.weight.draw',
      'fc2.weight.draw',
    ]);
    expect(specs({ family: 'Delta' })).toEqual([]);
  });

  it('are needed where only the bias has a spread', async () => {
    const model = classifier([4, 5, 3]);
    const program = engines.get('sgvb')!.build({
      density: buildDensity(model),
      guide: guide(model, (site) => (site === 'fc1.bias' ? 'Normal' : 'Delta'), 0.2),
      optimizer: optimizer('sgd', 0.1),
      estimator: 'local_reparameterization',
      options: {},
      schedules: { lr: number(0.01) },
      masks: new Map(),
      course: { steps: 1000, stepsPerEpoch: 10 },
    });
    expect(program.step(ROWS).noise.map((n) => [n.name, n.type.shape])).toEqual([['fc1.local', [ROWS, 5]]]);
    const start = program.initial(rootKey(1), null);
    const { infos, state } = await train(program, start, 2);
    expect(infos.every((i) => Number.isFinite(i.loss![0]))).toBe(true);
    expect(state['fc1.bias.log_variance']).not.toEqual(start['fc1.bias.log_variance']);
  });

  it('say in words of the program what a value is', () => {
    const labels = build(engines.get('sgvb')!)
      .step(ROWS)
      .graph.values.map((v) => v.label);
    for (const words of [
      'mean of fc1.weight',
      'log variance of fc1.weight',
      'output of fc1',
      'log likelihood of y',
      'KL of fc1.weight',
    ])
      expect(labels).toContain(words);
  });
});
