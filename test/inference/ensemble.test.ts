/** Members of an ensemble against `map`, one by one; the adversarial part by hand; and MultiSWAG against SWAG. */
import { describe, expect, it } from 'vitest';
import type { OptionValues } from '../../src/base/catalogue.ts';
import { type HostArray, sizeOf } from '../../src/base/host-array.ts';
import { rootKey } from '../../src/base/keys.ts';
import { drawKey } from '../../src/base/streams.ts';
import type { EngineProgram, StateArrays } from '../../src/inference/engine.ts';
import { engines } from '../../src/inference/index.ts';
import type { CheckedModel } from '../../src/language/check/checked.ts';
import { buildDensity } from '../../src/model/density.ts';
import { drawWeights, type SitePosterior } from '../../src/model/posterior.ts';
import { distribution, guide, linearRegression, model, network, number, optimizer, output } from '../helpers/models.ts';
import { classes, numbersOf, openFor, real, runOnce, scalarsAt } from '../helpers/reference.ts';

const ROWS = 6;
const nets = model({
  network: network(
    [4],
    [
      ['dense', { outputs: 5 }, 'fc1'],
      ['batch_norm', { momentum: 0.9, epsilon: 1e-3 }, 'bn'],
      ['relu'],
      ['dense', { outputs: 3 }, 'fc2'],
    ],
  ),
  prior: (site) => (site.startsWith('bn') ? distribution('Flat') : distribution('Normal', 0, 1)),
  column: { kind: 'class', classes: 3 },
  likelihood: distribution('Categorical', output),
  rows: 60,
});
const batch = {
  x: real(
    Array.from({ length: 24 }, (_, i) => Math.sin(i * 1.7)),
    [ROWS, 4],
  ),
  y: classes([0, 1, 2, 2, 1, 0]),
};
const paths = nets.sites.map((s) => s.path);
const statistics = ['bn.statistics.mean', 'bn.statistics.variance'];

function build(
  engine: string,
  options: OptionValues,
  of: CheckedModel = nets,
  rate = 0.01,
  kind = 'adam',
): EngineProgram {
  return engines.get(engine)!.build({
    density: buildDensity(of),
    guide: guide(of, () => (engine === 'ensemble' ? 'Particles' : 'Delta')),
    optimizer: optimizer(kind, rate),
    estimator: 'shared',
    options,
    schedules: { prior_weight: number(0.7) },
    masks: new Map(),
    course: { steps: 1000, stepsPerEpoch: 10 },
  });
}

async function run(program: EngineProgram, start: StateArrays, steps: number): Promise<StateArrays> {
  const session = await openFor(program, start);
  const compiled = await session.compile(program.step(ROWS));
  const collect = program.collect === undefined ? null : await session.compile(program.collect.program);
  for (let i = 0; i < steps; i++) {
    await session.run(compiled, [{ batch, noise: {}, scalars: scalarsAt(program, i, i) }]);
    if (collect !== null) await session.run(collect, [{ batch: {}, noise: {}, scalars: {} }]);
  }
  const after = await session.read();
  session.dispose();
  return after;
}

/** What member `member` of `members` has in a tensor of all. */
const part = ({ data }: HostArray, member: number, members: number) =>
  [...data].slice((member * data.length) / members, ((member + 1) * data.length) / members);

/** The state of one network that begins where a member begins. */
function alone(
  engine: string,
  options: OptionValues,
  start: StateArrays,
  member: number,
  members: number,
): StateArrays {
  const own = { ...build(engine, options).initial(rootKey(9), null) };
  for (const path of paths) {
    const { shape } = own[`${path}.mean`]!.type;
    own[`${path}.mean`] = real(part(start[`${path}.particles`]!, member, members), shape);
  }
  return own;
}

describe('members of an ensemble', () => {
  it('each do what `map` does from the same start, prior weight and batch norm included', async () => {
    const program = build('ensemble', { members: 3 });
    const start = program.initial(rootKey(1), null);
    const after = await run(program, start, 15);
    for (const member of [0, 1, 2]) {
      const expected = await run(build('map', {}), alone('map', {}, start, member, 3), 15);
      for (const name of [...paths.map((p) => [`${p}.particles`, `${p}.mean`]), ...statistics.map((s) => [s, s])]) {
        part(after[name[0]!]!, member, 3).forEach((x, i) => {
          expect(x, name[0]).toBeCloseTo(expected[name[1]!]!.data[i]!, 11);
        });
      }
    }
  });

  it('begin apart, and as they would in a larger ensemble', () => {
    const [few, many] = [2, 4].map((members) => build('ensemble', { members }).initial(rootKey(1), null));
    const weights = (state: StateArrays, members: number) =>
      Array.from({ length: members }, (_, m) => part(state['fc1.weight.particles']!, m, members));
    expect(weights(many!, 4).slice(0, 2)).toEqual(weights(few!, 2));
    expect(new Set(weights(many!, 4).map((w) => w.join())).size).toBe(4);
  });

  it('report the mean of their losses', async () => {
    const program = build('ensemble', { members: 2 });
    const start = program.initial(rootKey(1), null);
    const info = async (of: EngineProgram, at: StateArrays) => {
      const [found] = await runOnce(of.step(ROWS), at, { batch, noise: {}, scalars: scalarsAt(of, 0, 0) });
      return numbersOf(found);
    };
    const all = await info(program, start);
    const each = await Promise.all([0, 1].map((m) => info(build('map', {}), alone('map', {}, start, m, 2))));
    for (const name of ['nll', 'kl', 'loss'])
      expect(all[name]![0]).toBeCloseTo((each[0]![name]![0]! + each[1]![name]![0]!) / 2, 9);
  });
});

describe('adversarial inputs', () => {
  it('are moved against each member, and count as much as the rows themselves', async () => {
    const [rows, noise, distance, rate] = [4, 0.5, 0.3, 0.1];
    const regression = linearRegression(2, rows, noise, 1.5);
    const x = [0.5, -1, 2, 0.3, -0.7, 1.1, 0.2, 0.9];
    const y = [1, -0.5, 0.3, 2];
    const program = engines.get('ensemble')!.build({
      density: buildDensity(regression),
      guide: guide(regression, () => 'Particles'),
      optimizer: optimizer('sgd', rate),
      estimator: 'shared',
      options: { members: 2, adversarial: distance },
      schedules: { prior_weight: number(0) },
      masks: new Map(),
      course: { steps: 1000, stepsPerEpoch: 10 },
    });
    const weights = [
      [0.4, -0.8, 0.1],
      [-1.2, 0.6, -0.3],
    ];
    const start = {
      'fc1.weight.particles': real(
        weights.flatMap((w) => w.slice(0, 2)),
        [2, 2, 1],
      ),
      'fc1.bias.particles': real(
        weights.map((w) => w[2]!),
        [2, 1],
      ),
    };
    const feed = { batch: { x: real(x, [rows, 2]), y: real(y) }, noise: {}, scalars: scalarsAt(program, 0, 0) };
    const [info, after] = await runOnce(program.step(rows), start, feed);
    let nll = 0;
    weights.forEach((w, member) => {
      const gradient = [0, 0, 0];
      for (let i = 0; i < rows; i++) {
        const clean = [x[2 * i]!, x[2 * i + 1]!, 1];
        const residual = (at: readonly number[]) => at.reduce((s, v, j) => s + v * w[j]!, -y[i]!);
        // The slope of a row's loss by its inputs has the sign of residual * weight.
        const moved = clean.map((v, j) => (j === 2 ? v : v + distance * Math.sign(residual(clean) * w[j]!)));
        for (const at of [clean, moved]) {
          at.forEach((v, j) => {
            gradient[j]! += (residual(at) * v) / (2 * rows * noise ** 2);
          });
          nll += (residual(at) ** 2 / (2 * noise ** 2) + Math.log(noise) + 0.5 * Math.log(2 * Math.PI)) / 4;
        }
      }
      const found = [
        ...part(after['fc1.weight.particles']!, member, 2),
        ...part(after['fc1.bias.particles']!, member, 2),
      ];
      found.forEach((v, j) => {
        expect(v).toBeCloseTo(w[j]! - rate * gradient[j]!, 12);
      });
    });
    expect(info.nll!.data[0]).toBeCloseTo(nll, 10);
  });
});

describe('MultiSWAG', () => {
  const options = { rank: 3, scale: 1, members: 2 };
  const partsOf = (site: SitePosterior) => (site.family === 'LowRankNormal' ? site.parts : []);

  it('has for each member the normal that SWAG has from the same start', async () => {
    const program = build('swag', options);
    const start = program.initial(rootKey(1), null);
    const posterior = program.posterior(await run(program, start, 6));
    for (const member of [0, 1]) {
      const single = build('swag', { rank: 3, scale: 1 });
      const own = alone('swag', { rank: 3, scale: 1 }, start, member, 2);
      const expected = single.posterior(await run(single, own, 6));
      posterior.sites.forEach((site, s) => {
        const [found, wanted] = [partsOf(site)[member]!, partsOf(expected.sites[s]!)[0]!];
        const flat = (p: typeof found) => [p.mean, p.own, ...p.columns].flatMap((a) => [...a]);
        expect(flat(found)).toHaveLength(5 * sizeOf(site.shape));
        flat(found).forEach((v, i) => {
          expect(v).toBeCloseTo(flat(wanted)[i]!, 6);
        });
      });
    }
  });

  it('has the moments of an equal mixture, and draws from its normals in turn', async () => {
    const program = build('swag', options);
    const posterior = program.posterior(await run(program, program.initial(rootKey(1), null), 6));
    const site = posterior.sites[0]!;
    const [a, b] = partsOf(site);
    const variance = (p: typeof a, i: number) => p!.own[i]! ** 2 + p!.columns.reduce((s, c) => s + c[i]! ** 2, 0);
    site.mean.forEach((m, i) => {
      expect(m).toBeCloseTo((a!.mean[i]! + b!.mean[i]!) / 2, 6);
      const apart = ((a!.mean[i]! - b!.mean[i]!) / 2) ** 2;
      expect(site.sd[i]! ** 2).toBeCloseTo((variance(a, i) + variance(b, i)) / 2 + apart, 6);
    });
    for (const draw of [0, 1, 2, 3]) {
      const values = drawWeights(posterior, draw, (path) => drawKey(rootKey(2), draw, path))[site.path]!.data;
      const distance = (p: typeof a) => [...values].reduce((s, v, i) => s + (v - p!.mean[i]!) ** 2, 0);
      expect(distance(a) < distance(b)).toBe(draw % 2 === 0);
    }
  });

  it('begins at the members of an ensemble', async () => {
    const ensemble = build('ensemble', { members: 2 });
    const trained = ensemble.posterior(await run(ensemble, ensemble.initial(rootKey(1), null), 3));
    const start = build('swag', options).initial(rootKey(2), trained);
    trained.sites.forEach((site) => {
      if (site.family !== 'Particles') throw new Error('no members');
      site.particles.forEach((values, m) => {
        expect(part(start[`${site.path}.particles`]!, m, 2)).toEqual([...values]);
      });
    });
  });
});
