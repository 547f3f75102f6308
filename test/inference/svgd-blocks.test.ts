/** SVGD with a kernel for each layer or site, and of some sites while the others are held: in double precision, against the sums written out. */
import { describe, expect, it } from 'vitest';
import type { HostArray } from '../../src/base/host-array.ts';
import { rootKey } from '../../src/base/keys.ts';
import type { EngineProgram, StateArrays } from '../../src/inference/engine.ts';
import { buildDensity } from '../../src/model/density.ts';
import { gram, invert, type Matrix, times } from '../helpers/linear-algebra.ts';
import { classifier, distribution, linearRegression, model, network, output } from '../helpers/models.ts';
import { normalsFrom } from '../helpers/normals.ts';
import { buildParticles, stepParticles } from '../helpers/particle-steps.ts';
import { classes, openFor, real } from '../helpers/reference.ts';

const [N, P, NOISE, TAU] = [20, 5, 0.5, 1.5];
const normals = normalsFrom(51);

type Points = number[][];

/** A start at which all numbers of some sites are drawn with this spread, in double precision as what comes of it. */
function spreadOut(program: EngineProgram, sites: readonly string[], sd: number): Record<string, HostArray> {
  const all = Object.entries(program.initial(rootKey(2), null)).map(([name, { type, data }]) => {
    const drawn = sites.includes(name.replace('.particles', ''));
    const values = drawn ? normals(data.length, name).map((v) => sd * v) : Array.from(data, Number);
    return [name, { type, data: Float64Array.from(values) }] as const;
  });
  return Object.fromEntries(all);
}

/** The particles of some sites as points, the numbers of one site after those of the other. */
function pointsOf(state: StateArrays, sites: readonly string[], particles = P): Points {
  return Array.from({ length: particles }, (_, i) =>
    sites.flatMap((path) => {
      const data = Array.from(state[`${path}.particles`]!.data, Number);
      const size = data.length / particles;
      return data.slice(i * size, (i + 1) * size);
    }),
  );
}

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((s, v, i) => s + v * b[i]!, 0);
const squared = (x: readonly number[], y: readonly number[]) => x.reduce((s, v, k) => s + (v - y[k]!) ** 2, 0);

/** Liu & Wang 2016, eq. 8, for k = exp(-|x - y|^2 / h): the mean over j of k(j, i) s_j and of grad_j k(j, i) = 2 k (x_i - x_j) / h. */
function steinDirections(points: Points, scores: Points, h: number): Points {
  return points.map((x) =>
    x.map((_, d) => {
      const terms = points.map((y, j) => {
        const k = Math.exp(-squared(x, y) / h);
        return k * (scores[j]![d]! + (2 / h) * (x[d]! - y[d]!));
      });
      return terms.reduce((s, t) => s + t, 0) / points.length;
    }),
  );
}

/** By sorting; the lower one of two in the middle. */
function medianRule(points: Points): number {
  const pairs = points.flatMap((x, i) => points.slice(i + 1).map((y) => squared(x, y))).sort((a, b) => a - b);
  return pairs[Math.ceil(pairs.length / 2) - 1]! / Math.log(points.length + 1);
}

function expectPoints(found: Points, wanted: Points, tolerance: number): void {
  found.forEach((x, i) => {
    x.forEach((v, d) => {
      expect(Math.abs(v - wanted[i]![d]!)).toBeLessThan(tolerance);
    });
  });
}

/** An input whose sum is 0, so that its weight and the bias are independent given the data. */
const centred = Array.from({ length: N }, (_, i) => (i % 2 === 0 ? 1 : -1) * (1 + (i >> 1) / N));
const y = centred.map((x, i) => 0.8 * x + 0.4 + NOISE * normals(N, 'noise')[i]!);
const line = linearRegression(1, N, NOISE, TAU);
const lineBatch = { x: real(centred, [N, 1]), y: real(y) };
/** Mean and precision of each number by itself. */
const alone = [centred, centred.map(() => 1)].map((x) => {
  const precision = dot(x, x) / NOISE ** 2 + 1 / TAU ** 2;
  return { precision, mean: dot(x, y) / NOISE ** 2 / precision };
});
const lineSites = ['fc1.weight', 'fc1.bias'];

describe('a kernel for each site', () => {
  it.each([0.3, 'median'] as const)(
    'moves independent sites as SVGD moves each alone, bandwidth %s',
    async (bandwidth) => {
      const [RATE, STEPS] = [0.05, 30];
      const program = buildParticles(line, { particles: P, kernel_per: 'site', bandwidth }, 'sgd', RATE);
      const start = spreadOut(program, lineSites, 0.5);
      const after = await stepParticles(program, start, lineBatch, STEPS);
      lineSites.forEach((site, s) => {
        const { precision, mean } = alone[s]!;
        let points = pointsOf(start, [site]);
        for (let step = 0; step < STEPS; step++) {
          const h = bandwidth === 'median' ? medianRule(points) : bandwidth;
          const scores = points.map(([x]) => [-precision * (x! - mean)]);
          // The optimizer sees -phi / N.
          const moves = steinDirections(points, scores, h);
          points = points.map(([x], i) => [x! + (RATE / N) * moves[i]![0]!]);
        }
        expectPoints(pointsOf(after, [site]), points, 1e-9);
      });
      const together = await stepParticles(
        buildParticles(line, { particles: P, bandwidth }, 'sgd', RATE),
        start,
        lineBatch,
        STEPS,
      );
      const [own, other] = [after, together].map((state) => pointsOf(state, lineSites).flat());
      expect(Math.max(...own!.map((v, i) => Math.abs(v - other![i]!)))).toBeGreaterThan(1e-3);
    },
  );

  it('comes to rest with the mean of a Gaussian, and blocks of covariance times precision that are the identity', async () => {
    const inputs = normals(2 * N, 'x').map((v, i, all) => (i % 2 === 0 ? v : v + 0.4 * all[i - 1]!));
    const X = Array.from({ length: N }, (_, i) => [inputs[2 * i]!, inputs[2 * i + 1]! + 0.3, 1]);
    const of = linearRegression(2, N, NOISE, TAU);
    const targets = X.map((x, i) => x[0]! - 0.5 * x[1]! + 0.3 + NOISE * normals(N, 'noise')[i]!);
    const batch = {
      x: real(
        X.flatMap((x) => x.slice(0, 2)),
        [N, 2],
      ),
      y: real(targets),
    };
    const precision: Matrix = gram(X).map((row, i) => row.map((v, j) => v / NOISE ** 2 + (i === j ? 1 / TAU ** 2 : 0)));
    const slopes = [0, 1, 2].map((j) => X.reduce((s, x, i) => s + (x[j]! * targets[i]!) / NOISE ** 2, 0));
    const mean = times(invert(precision).inverse, slopes);
    const program = buildParticles(of, { particles: 6, kernel: 'linear', kernel_per: 'site' }, 'sgd', 0.1);
    const start = spreadOut(program, lineSites, 0.15);
    const points = pointsOf(await stepParticles(program, start, batch, 4000), lineSites, 6);
    const centre = [0, 1, 2].map((d) => points.reduce((s, x) => s + x[d]!, 0) / 6);
    centre.forEach((m, d) => {
      expect(m).toBeCloseTo(mean[d]!, 5);
    });
    const covariance = [0, 1, 2].map((i) =>
      [0, 1, 2].map((j) => points.reduce((s, x) => s + (x[i]! - centre[i]!) * (x[j]! - centre[j]!), 0) / 6),
    );
    // Stein's identity with k = 1 + <x - c, y - c> over the numbers of one site alone. Particles come near it like a geometric series: 0.004 is left.
    for (const block of [[0, 1], [2]])
      for (const i of block)
        for (const j of block) {
          const found = [0, 1, 2].reduce((s, k) => s + covariance[i]![k]! * precision[k]![j]!, 0);
          expect(Math.abs(found - (i === j ? 1 : 0))).toBeLessThan(0.01);
        }
  });
});

const nets = classifier([4, 5, 3], distribution('Normal', 0, 1), distribution('Normal', 0, 1));
const netBatch = {
  x: real(
    Array.from({ length: 24 }, (_, i) => Math.sin(i * 1.7)),
    [6, 4],
  ),
  y: classes([0, 1, 2, 2, 1, 0]),
};

describe('a kernel for each layer', () => {
  it('looks at the numbers of that layer and at no other', async () => {
    const [RATE, H] = [0.1, 3];
    const start = buildParticles(nets, { particles: P }).initial(rootKey(1), null);
    const layers = ['fc1', 'fc2'].map((layer) => [`${layer}.weight`, `${layer}.bias`]);
    const after = await stepParticles(
      buildParticles(nets, { particles: P, kernel_per: 'layer', bandwidth: H }, 'sgd', RATE),
      start,
      netBatch,
      1,
    );
    // Under a kernel that sees no neighbour a particle takes a share 1 / P of a step along its own score.
    const single = await stepParticles(
      buildParticles(nets, { particles: P, bandwidth: 1e-9 }, 'sgd', RATE),
      start,
      netBatch,
      1,
    );
    for (const sites of layers) {
      const [points, moved] = [start, single].map((state) => pointsOf(state, sites));
      const scores = points!.map((x, i) => x.map((v, d) => ((moved![i]![d]! - v) * P * nets.rows) / RATE));
      const wanted = steinDirections(points!, scores, H).map((move, i) =>
        move.map((v, d) => points![i]![d]! + (RATE / nets.rows) * v),
      );
      expectPoints(pointsOf(after, sites), wanted, 1e-9);
    }
  });

  it('is that of whole particles where there is one layer', async () => {
    const [layer, particle] = ['layer', 'particle'].map((per) =>
      buildParticles(line, { particles: P, kernel_per: per }),
    );
    const start = layer!.initial(rootKey(3), null);
    expect(await stepParticles(layer!, start, lineBatch, 5)).toEqual(
      await stepParticles(particle!, start, lineBatch, 5),
    );
  });
});

describe('particles that a kernel sees as one point', () => {
  const apart = (start: StateArrays, path: string) => new Set(pointsOf(start, [path]).map(String)).size;

  it('begin apart, since nothing else would part them', () => {
    // Biases begin at 0; with a kernel of their own, or alone among what is held, all would stay one.
    const starts = ['particle', 'layer', 'site'].map((per) =>
      buildParticles(nets, { particles: P, kernel_per: per }).initial(rootKey(1), null),
    );
    expect(starts.map((start) => apart(start, 'fc1.bias'))).toEqual([1, 1, P]);
    const alone = buildParticles(nets, { particles: P, sites: ['fc2.bias'] }).initial(rootKey(1), null);
    expect([apart(alone, 'fc1.bias'), apart(alone, 'fc2.bias')]).toEqual([1, P]);
    const weights = starts.map((start) => pointsOf(start, ['fc1.weight']));
    expect(weights[2]).toEqual(weights[0]);
  });

  it('stay where they are where there is one', () => {
    const one = buildParticles(nets, { particles: 1, kernel_per: 'site' }).initial(rootKey(1), null);
    expect(pointsOf(one, ['fc1.bias'], 1)[0]).toEqual([0, 0, 0, 0, 0]);
  });
});

describe('one particle', () => {
  it.each(['layer', 'site'])('climbs as `map` does, with a kernel for each %s', async (per) => {
    const svgd = buildParticles(nets, { particles: 1, kernel_per: per }, 'adam', 0.01);
    const map = buildParticles(nets, {}, 'adam', 0.01, 'map');
    const start = svgd.initial(rootKey(1), null);
    const same = map.initial(rootKey(1), null);
    for (const { path } of nets.sites) (same[`${path}.mean`]!.data as Float32Array).set(pointsOf(start, [path], 1)[0]!);
    const [a, b] = [await stepParticles(svgd, start, netBatch, 20), await stepParticles(map, same, netBatch, 20)];
    for (const { path } of nets.sites)
      expectPoints(pointsOf(a, [path], 1), [Array.from(b[`${path}.mean`]!.data, Number)], 1e-12);
  });
});

describe('some sites while the others are held', () => {
  it('come to the density of these given the others', async () => {
    const program = buildParticles(line, { particles: 4, kernel: 'linear', sites: ['fc1.bias'] }, 'sgd', 0.2);
    const start = spreadOut(program, ['fc1.bias'], 0.3);
    // All particles have one weight, so that there is one such density, and Gaussian.
    const { type } = start['fc1.weight.particles']!;
    start['fc1.weight.particles'] = { type, data: new Float64Array(4).fill(-0.7) };
    const after = await stepParticles(program, start, lineBatch, 1500);
    const points = pointsOf(after, ['fc1.bias'], 4).flat();
    const centre = points.reduce((s, v) => s + v, 0) / 4;
    // The sum of the input is 0, so the bias does not depend on the weight.
    expect(centre).toBeCloseTo(alone[1]!.mean, 6);
    const variance = points.reduce((s, v) => s + (v - centre) ** 2, 0) / 4;
    expect(variance * alone[1]!.precision).toBeCloseTo(1, 5);
    expect(after['fc1.weight.particles']).toEqual(start['fc1.weight.particles']);
  });

  it('are seen by no kernel: those that move do as they do where the others are one', async () => {
    const program = buildParticles(line, { particles: P, sites: ['fc1.bias'] });
    const start = spreadOut(program, lineSites, 0.5);
    const { type } = start['fc1.weight.particles']!;
    const same = { ...start, 'fc1.weight.particles': { type, data: new Float64Array(P) } };
    const [a, b] = [
      await stepParticles(program, start, lineBatch, 10),
      await stepParticles(program, same, lineBatch, 10),
    ];
    expectPoints(pointsOf(a, ['fc1.bias']), pointsOf(b, ['fc1.bias']), 1e-12);
  });

  it('stay bit for bit, and have no slots', async () => {
    const program = buildParticles(nets, { particles: P, sites: ['fc2.bias'] }, 'adam', 0.01);
    const start = spreadOut(program, ['fc2.bias'], 0.5);
    expect(program.state.map(({ name }) => name).filter((name) => /\.[mv]$/.test(name))).toEqual([
      'fc2.bias.particles.m',
      'fc2.bias.particles.v',
    ]);
    const after = await stepParticles(program, start, netBatch, 3);
    for (const { path } of nets.sites.filter(({ path }) => path !== 'fc2.bias'))
      expect(after[`${path}.particles`]).toEqual(start[`${path}.particles`]);
    expect(pointsOf(after, ['fc2.bias'])).not.toEqual(pointsOf(start, ['fc2.bias']));
  });

  const layered = model({
    network: network(
      [4],
      [
        ['dense', { outputs: 3 }, 'fc1'],
        ['batch_norm', { momentum: 0.9, epsilon: 1e-5 }, 'bn'],
        ['dropout', { rate: 0.5 }],
        ['dense', { outputs: 3 }, 'fc2'],
      ],
    ),
    prior: () => distribution('Normal', 0, 1),
    column: { kind: 'class', classes: 3 },
    likelihood: distribution('Categorical', output),
    rows: 6,
  });

  it('leave the network as it predicts: running statistics stay, and nothing is dropped', async () => {
    const program = buildParticles(layered, { particles: 1, sites: ['fc2.bias'] }, 'sgd', 0.1);
    const start = spreadOut(program, ['fc2.bias'], 0.5);
    const step = program.step(6);
    expect([step.noise, buildParticles(layered, { particles: 1 }).step(6).noise.length]).toEqual([[], 1]);
    const after = await stepParticles(program, start, netBatch, 1);
    for (const role of ['mean', 'variance'])
      expect(after[`bn.statistics.${role}`]).toEqual(start[`bn.statistics.${role}`]);
    // The slope by a bias of the last layer: predicted minus true share, plus what the prior pulls.
    const density = buildDensity(layered);
    const session = await openFor({ ...program, state: density.predict(6).state }, predicting(start));
    const [info] = await session.run(await session.compile(density.predict(6)), [
      { batch: netBatch, noise: {}, scalars: {} },
    ]);
    const p = Array.from(info!.probabilities!.data, Number);
    const before = pointsOf(start, ['fc2.bias'], 1)[0]!;
    const wanted = before.map((b, c) => {
      const excess = [0, 1, 2, 3, 4, 5].reduce((s, r) => s + p[3 * r + c]! - (netBatch.y.data[r] === c ? 1 : 0), 0);
      return b - (0.1 / 6) * (excess + b);
    });
    expectPoints(pointsOf(after, ['fc2.bias'], 1), [wanted], 1e-9);
  });

  /** The state of one particle as that of a prediction. */
  function predicting(state: StateArrays): StateArrays {
    return Object.fromEntries(
      Object.entries(state).flatMap(([name, { type, data }]) =>
        /\.(particles|mean|variance)$/.test(name)
          ? [[name.replace('.particles', ''), { type: { ...type, shape: type.shape.slice(1) }, data }] as const]
          : [],
      ),
    );
  }

  it('of a point are that point in every particle', () => {
    const map = buildParticles(nets, {}, 'sgd', 0.1, 'map');
    const from = map.posterior(map.initial(rootKey(4), null));
    const held = buildParticles(nets, { particles: 3, sites: ['fc2.bias'] }).initial(rootKey(1), from);
    const weights = pointsOf(held, ['fc1.weight'], 3);
    expect(weights).toEqual(weights.map(() => [...from.sites[0]!.mean]));
    expect(new Set(pointsOf(held, ['fc2.bias'], 3).map(String)).size).toBe(3);
  });
});
