/**
 * Predictions by the tangent, in double precision: of a linear model they are those of the network and of the exact posterior; of a
 * network they are what its outputs and their central differences say, draw by draw; their variance is J S J'.
 */
import { describe, expect, it } from 'vitest';
import type { OptionValues } from '../../src/base/catalogue.ts';
import type { HostArray } from '../../src/base/host-array.ts';
import { childKey, rootKey } from '../../src/base/keys.ts';
import { reference } from '../../src/executors/reference/reference.ts';
import { engines } from '../../src/inference/index.ts';
import type { CheckedModel } from '../../src/language/check/checked.ts';
import { buildDensity } from '../../src/model/density.ts';
import { predictorOf } from '../../src/model/linearised.ts';
import { drawWeights, type Posterior, restrict, statisticsAreForeign } from '../../src/model/posterior.ts';
import { inferencesOf } from '../helpers/inferences.ts';
import { gram, invert, times } from '../helpers/linear-algebra.ts';
import {
  classifier,
  distribution,
  guide,
  linearRegression,
  model,
  network,
  optimizer,
  output,
} from '../helpers/models.ts';
import { normalsFrom } from '../helpers/normals.ts';
import { passesOver } from '../helpers/passes.ts';
import { classes, numbersOf, real } from '../helpers/reference.ts';

const ROWS = 12;
const normals = normalsFrom(43);
const X = Array.from({ length: ROWS }, (_, i) => normals(2 * ROWS, 'x').slice(2 * i, 2 * i + 2));
const x = real(X.flat(), [ROWS, 2]);

/** The posterior of `laplace` at given weights. */
async function laplaceAt(
  of: CheckedModel,
  options: OptionValues,
  columns: Readonly<Record<string, HostArray>>,
  weights: Readonly<Record<string, readonly number[]>>,
): Promise<Posterior> {
  const program = engines.get('laplace')!.build({
    ...{ density: buildDensity(of), guide: guide(of, () => 'Delta'), optimizer: optimizer('adam', 0.01) },
    ...{ estimator: 'local_reparameterization', options: { newton: 0, ...options }, schedules: {}, masks: new Map() },
    course: { steps: 0, stepsPerEpoch: 1 },
  });
  const given = Object.fromEntries(Object.entries(weights).map(([path, v]) => [`${path}.mean`, real(v)]));
  return program.finish!({ ...program.initial(rootKey(1), null), ...given }, passesOver(columns, of.rows));
}

const draw = (posterior: Posterior, number: number) =>
  drawWeights(posterior, number, (path) => childKey(childKey(rootKey(7), number), path));

/** What draws say of the rows of `columns`, the first `count` of them. */
async function predictions(
  of: CheckedModel,
  posterior: Posterior,
  columns: Readonly<Record<string, HostArray>>,
  count: number,
) {
  const { program, fixed } = predictorOf(buildDensity(of), posterior);
  const session = await reference.open(program(ROWS).state);
  const compiled = await session.compile(program(ROWS));
  await session.write(fixed);
  const found: Readonly<Record<string, Float64Array>>[] = [];
  for (let number = 0; number < count; number++) {
    await session.write(draw(posterior, number));
    const [info] = await session.run(compiled, [{ batch: columns, noise: {}, scalars: {} }]);
    found.push(numbersOf(info!));
  }
  session.dispose();
  return found;
}

function sampled({ linearised: _, ...rest }: Posterior): Posterior {
  return rest;
}

/** Means and weights are single precision in a posterior, and so are draws; what follows from them is double. */
const CLOSE = 1e-9;

function expectClose(found: ArrayLike<number>, wanted: readonly number[], tolerance = CLOSE): void {
  expect(found.length).toBe(wanted.length);
  wanted.forEach((w, i) => {
    expect(Math.abs(found[i]! - w)).toBeLessThan(tolerance * (1 + Math.abs(w)));
  });
}

describe('linear regression', () => {
  const [NOISE, TAU] = [0.5, 1.5];
  const of = linearRegression(2, ROWS, NOISE, TAU);
  const y = X.map((r, i) => 0.8 * r[0]! - 1.1 * r[1]! + 0.4 + NOISE * normals(ROWS, 'noise')[i]!);
  const columns = { x, y: real(y) };
  const design = X.map((r) => [...r, 1]);
  const precision = gram(design).map((row, i) => row.map((v, j) => v / NOISE ** 2 + (i === j ? 1 / TAU ** 2 : 0)));
  const { inverse } = invert(precision);
  const mean = times(
    inverse,
    [0, 1, 2].map((j) => design.reduce((s, r, i) => s + r[j]! * y[i]!, 0) / NOISE ** 2),
  );
  const at = { 'fc1.weight': mean.slice(0, 2), 'fc1.bias': mean.slice(2) };

  it.each(['full', 'last_layer', 'kronecker', 'diagonal'])('is its own tangent, %s', async (covariance) => {
    const posterior = await laplaceAt(of, { covariance }, columns, at);
    expect(posterior.linearised).toBe(true);
    const tangent = await predictions(of, posterior, columns, 3);
    const plain = await predictions(of, sampled(posterior), columns, 3);
    for (const name of ['mean', 'log_likelihood'])
      tangent.forEach((info, number) => {
        expectClose(info[name]!, [...plain[number]![name]!]);
      });
  });

  it('averaged over draws is the exact predictive', async () => {
    const posterior = await laplaceAt(of, { covariance: 'full' }, columns, at);
    const DRAWS = 2000;
    const densities = y.map(() => [] as number[]);
    for (const { log_likelihood: logs } of await predictions(of, posterior, columns, DRAWS))
      logs!.forEach((log, i) => void densities[i]!.push(Math.exp(log)));
    densities.forEach((values, i) => {
      const variance = NOISE ** 2 + design[i]!.reduce((s, v, j) => s + v * times(inverse, design[i]!)[j]!, 0);
      const exact =
        Math.exp((-0.5 * (y[i]! - dot(design[i]!, mean)) ** 2) / variance) / Math.sqrt(2 * Math.PI * variance);
      const { centre, se } = moments(values);
      expect(Math.abs(centre - exact)).toBeLessThan(4 * se);
    });
  });

  it('draws by the network where it is asked to', async () => {
    expect((await laplaceAt(of, { covariance: 'full', predict: 'sampled' }, columns, at)).linearised).toBeUndefined();
  });
});

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((s, v, i) => s + v * b[i]!, 0);

function moments(values: readonly number[]) {
  const centre = values.reduce((s, v) => s + v, 0) / values.length;
  const variance = values.reduce((s, v) => s + (v - centre) ** 2, 0) / (values.length - 1);
  return { centre, variance, se: Math.sqrt(variance / values.length) };
}

describe('a network', () => {
  const of = classifier([2, 4, 3], distribution('Normal', 0, 1), distribution('Normal', 0, 1), ROWS);
  const labels = X.map((r) => (r[0]! > 0.3 ? 0 : r[1]! > 0 ? 1 : 2));
  const columns = { x, y: classes(labels) };
  const weights = {
    ...{ 'fc1.weight': normals(8, 'a'), 'fc1.bias': normals(4, 'b') },
    ...{ 'fc2.weight': normals(12, 'c'), 'fc2.bias': normals(3, 'd') },
  };
  const whole = (values: Readonly<Record<string, HostArray>>) =>
    of.sites.flatMap(({ path }) => [...values[path]!.data]);

  /** The logits of all rows, row by row, written out: relu(x W1 + b1) W2 + b2. */
  function logits(w: readonly number[]): number[] {
    const [w1, b1, w2, b2] = [w.slice(0, 8), w.slice(8, 12), w.slice(12, 24), w.slice(24)];
    return X.flatMap((r) => {
      const h = b1.map((b, j) => Math.max(0, b + r[0]! * w1[j]! + r[1]! * w1[4 + j]!));
      return b2.map((b, c) => b + h.reduce((s, v, j) => s + v * w2[3 * j + c]!, 0));
    });
  }

  /** By central differences, a row for each logit of each row. */
  function jacobian(w: readonly number[]): number[][] {
    const step = 1e-6;
    const slopes = w.map((_, i) => {
      const [up, down] = [step, -step].map((by) => logits(w.map((v, k) => (k === i ? v + by : v))));
      return up!.map((v, n) => (v - down![n]!) / (2 * step));
    });
    return logits(w).map((_, n) => slopes.map((slope) => slope[n]!));
  }

  function softmaxOf(values: readonly number[]): number[] {
    return values.flatMap((_, i) => {
      if (i % 3 !== 0) return [];
      const parts = values.slice(i, i + 3).map(Math.exp);
      return parts.map((p) => p / parts.reduce((s, v) => s + v, 0));
    });
  }

  async function expectTangent(posterior: Posterior): Promise<void> {
    const point = of.sites.flatMap(({ path }) => [...posterior.sites.find((s) => s.path === path)!.mean]);
    const [at, J] = [logits(point), jacobian(point)];
    const found = await predictions(of, posterior, columns, 3);
    found.forEach(({ probabilities, log_likelihood: logs }, number) => {
      const move = whole(draw(posterior, number)).map((v, i) => v - point[i]!);
      expect(Math.max(...move.map(Math.abs))).toBeGreaterThan(0.1);
      const wanted = softmaxOf(at.map((f, n) => f + dot(J[n]!, move)));
      // Differences of step 1e-6 leave 1e-9 of a slope.
      expectClose(probabilities!, wanted, 1e-7);
      expectClose(
        logs!,
        labels.map((c, i) => Math.log(wanted[3 * i + c]!)),
        1e-7,
      );
    });
  }

  it.each(['full', 'last_layer', 'kronecker', 'diagonal'])('moves along its tangent, %s', async (covariance) => {
    await expectTangent(await laplaceAt(of, { covariance }, columns, weights));
  });

  it('is not its tangent away from the point', async () => {
    const posterior = await laplaceAt(of, { covariance: 'full' }, columns, weights);
    const [[tangent], [plain]] = [
      await predictions(of, posterior, columns, 1),
      await predictions(of, sampled(posterior), columns, 1),
    ];
    const other = plain!.probabilities!;
    expect(Math.max(...tangent!.probabilities!.map((p, i) => Math.abs(p - other[i]!)))).toBeGreaterThan(0.01);
  });

  it('after pruning touches at what is left, and moves what is left', async () => {
    const posterior = await laplaceAt(of, { covariance: 'full' }, columns, weights);
    const keep = Uint8Array.from({ length: 8 }, (_, i) => i % 2);
    await expectTangent(restrict(posterior, { keep: new Map([['fc1.weight', keep]]) }));
  });

  it('is linear in its last layer, so that both ways are one', async () => {
    const posterior = await laplaceAt(of, { covariance: 'last_layer' }, columns, weights);
    const [[tangent], [plain]] = [
      await predictions(of, posterior, columns, 1),
      await predictions(of, sampled(posterior), columns, 1),
    ];
    expectClose(tangent!.probabilities!, [...plain!.probabilities!]);
  });

  it.each(['full', 'last_layer'])("has logits with the covariance J S J', %s", async (covariance) => {
    const posterior = await laplaceAt(of, { covariance }, columns, weights);
    const point = of.sites.flatMap(({ path }) => [...posterior.sites.find((s) => s.path === path)!.mean]);
    // The columns whose products are S; those of points are empty.
    const count = Math.max(
      ...posterior.sites.map((s) => (s.family === 'LowRankNormal' ? s.parts[0]!.columns.length : 0)),
    );
    const columnsOf = Array.from({ length: count }, (_, k) =>
      posterior.sites.flatMap((s) =>
        s.family === 'LowRankNormal' ? [...s.parts[0]!.columns[k]!] : [...s.mean].map(() => 0),
      ),
    );
    const J = jacobian(point);
    const DRAWS = 1500;
    // Differences of two logits, which the probabilities show.
    const logOdds = (await predictions(of, posterior, columns, DRAWS)).map(({ probabilities: p }) =>
      X.map((_, i) => Math.log(p![3 * i]! / p![3 * i + 1]!)),
    );
    X.forEach((_, i) => {
      const slope = J[3 * i]!.map((v, k) => v - J[3 * i + 1]![k]!);
      const exact = columnsOf.reduce((s, column) => s + dot(slope, column) ** 2, 0);
      const { variance } = moments(logOdds.map((odds) => odds[i]!));
      // The variance of a normal is estimated with the relative error sqrt(2 / n).
      expect(Math.abs(variance / exact - 1)).toBeLessThan(4 * Math.sqrt(2 / DRAWS));
    });
  });
});

describe('a network with running statistics', () => {
  const of = model({
    network: network(
      [2],
      [
        ['dense', { outputs: 3 }, 'fc1'],
        ['batch_norm', { momentum: 0.9, epsilon: 1e-5 }, 'bn'],
        ['tanh'],
        ['dense', { outputs: 1 }, 'fc2'],
      ],
    ),
    prior: () => distribution('Normal', 0, 1),
    column: { kind: 'real', shape: [] },
    likelihood: distribution('Normal', output, 0.5),
    rows: ROWS,
  });
  const columns = { x, y: real(normals(ROWS, 'y')) };

  it('keeps those of the weights that were trained', async () => {
    const posterior = await laplaceAt(of, { covariance: 'full' }, columns, {});
    expect(posterior.statistics).toHaveLength(2);
    expect(statisticsAreForeign(posterior)).toBe(false);
    expect(statisticsAreForeign(sampled(posterior))).toBe(true);
    // At the mean a tangent is the network itself: with the same statistics, and only with them.
    const atMean = (statistics: Posterior['statistics']): Posterior => ({
      ...posterior,
      statistics,
      sites: posterior.sites.map(({ path, layer, counts, shape, mean, mask }) => ({
        ...{ path, layer, counts, shape, mean, mask },
        ...{ family: 'Normal' as const, sd: new Float32Array(mean.length) },
      })),
    });
    const other = posterior.statistics.map((s) => ({ ...s, draws: s.draws.map((d) => d.map((v) => 1.5 * v + 0.2)) }));
    const [[tangent], [network], [before]] = [
      await predictions(of, atMean(other), columns, 1),
      await predictions(of, sampled(atMean(other)), columns, 1),
      await predictions(of, atMean(posterior.statistics), columns, 1),
    ] as const;
    expect(Math.max(...tangent!.mean!.map((m, i) => Math.abs(m - network!.mean![i]!)))).toBeLessThan(1e-12);
    expect(Math.max(...tangent!.mean!.map((m, i) => Math.abs(m - before!.mean![i]!)))).toBeGreaterThan(0.01);
  });
});

describe('latents', () => {
  const of = inferencesOf(
    `data d = csv("d.csv") { x: real[2]; y: real }
network net { input real[2]; fc1 = dense(2); tanh; fc2 = dense(1) }
model m {
  gamma ~ Gamma(2, 1)
  g[fc1.unit] ~ LogNormal(0, 0.3)
  gate fc1.unit with g
  * ~ Normal(0, 1)
  y ~ Normal(net(x), 1 / sqrt(gamma))
}
run on d { infer laplace { epochs = 1 } }`,
    ROWS,
  )[0]!.model;
  const y = normals(ROWS, 'y');
  const columns = { x, y: real(y) };
  const paths = ['g[fc1.unit]', 'fc1.weight', 'fc1.bias', 'fc2.weight', 'fc2.bias'];
  const numbersIn = (values: (path: string) => ArrayLike<number>) => paths.flatMap((path) => Array.from(values(path)));

  /** The outputs of all rows: a gate multiplies what comes out of a unit. */
  function outputs(w: readonly number[]): number[] {
    const [g, w1, b1, w2, b2] = [w.slice(0, 2).map(Math.exp), w.slice(2, 6), w.slice(6, 8), w.slice(8, 10), w[10]!];
    return X.map((r) =>
      b1.reduce((s, b, j) => s + w2[j]! * Math.tanh(g[j]! * (b + r[0]! * w1[j]! + r[1]! * w1[2 + j]!)), b2),
    );
  }

  it('that multiply units move along the tangent; those of the likelihood are as they were drawn', async () => {
    const sites = of.sites.map(({ path, layer, parameter, shape }) => {
      const size = shape.reduce((n, m) => n * m, 1);
      const family = 'Normal' as const;
      const [mean, sd] = [Float32Array.from(normals(size, path)), new Float32Array(size).fill(0.4)];
      return { path, layer, counts: parameter.counts, shape, family, mean, sd, mask: null };
    });
    const posterior: Posterior = { kind: 'posterior', sites, statistics: [], linearised: true };
    const point = numbersIn((path) => sites.find((s) => s.path === path)!.mean);
    const all = await predictions(of, posterior, columns, 2);
    all.forEach((found, number) => {
      const drawn = draw(posterior, number);
      const move = numbersIn((path) => drawn[path]!.data).map((v, i) => v - point[i]!);
      const step = 1e-6;
      const [up, down] = [step, -step].map((by) => outputs(point.map((v, i) => v + by * move[i]!)));
      const mean = outputs(point).map((f, i) => f + (up![i]! - down![i]!) / (2 * step));
      expectClose(found.mean!, mean, 1e-7);
      const precision = Math.exp(drawn.gamma!.data[0]!);
      const logs = mean.map((m, i) => 0.5 * (Math.log(precision / (2 * Math.PI)) - precision * (y[i]! - m) ** 2));
      expectClose(found.log_likelihood!, logs, 1e-6);
    });
  });
});
