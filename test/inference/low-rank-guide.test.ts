/**
 * `LowRankNormal` guides: exact where the posterior is normal, also across weights and latents that depend on each other; draws of the
 * posterior with the covariance of the guide; masks; and what carries over.
 */
import { describe, expect, it } from 'vitest';
import type { HostArray } from '../../src/base/host-array.ts';
import { sizeOf } from '../../src/base/host-array.ts';
import { childKey, rootKey } from '../../src/base/keys.ts';
import { fillNormal } from '../../src/base/normal.ts';
import { drawKey } from '../../src/base/streams.ts';
import type { EngineProgram, StateArrays } from '../../src/inference/engine.ts';
import { drawWeights, restrict } from '../../src/model/posterior.ts';
import { inferencesOf, programOf } from '../helpers/inferences.ts';
import { gram, invert, type Matrix, times } from '../helpers/linear-algebra.ts';
import { constantNoise, keyedNoise, numbersOf, real, runOnce, scalarsAt } from '../helpers/reference.ts';

const [ROWS, NOISE] = [9, 0.5];
const normals = new Float32Array(3 * ROWS);
fillNormal(childKey(rootKey(4), 'data'), normals);
const X = Array.from({ length: ROWS }, (_, i) => {
  const [a, c] = [normals[3 * i]!, normals[3 * i + 1]!];
  return [a, 0.7 * a + 0.7 * c, 1];
});
const Y = X.map(([a, c], i) => 0.8 * a! - 0.5 * c! + 0.3 + NOISE * normals[3 * i + 2]!);
const batch: Readonly<Record<string, HostArray>> = {
  x: real(
    X.flatMap((x) => x.slice(0, 2)),
    [ROWS, 2],
  ),
  y: real(Y),
};

const program = (model: string, guide: string, options = '') =>
  programOf(
    inferencesOf(
      `data d = csv("d.csv") { x: real[2]; y: real }
network net { input real[2]; fc = dense(1) }
model m { ${model}; y ~ Normal(net(x), ${NOISE}) }
guide { ${guide} }
run on d { infer sgvb { steps = 1, batch = ${ROWS}, optimizer = sgd(1)${options} } }`,
      ROWS,
    )[0]!,
  );

/** Lower triangular L with L L' = A. */
function cholesky(a: Matrix): number[][] {
  const l = a.map((row) => row.map(() => 0));
  a.forEach((row, i) => {
    for (let j = 0; j <= i; j++) {
      const rest = row[j]! - l[i]!.slice(0, j).reduce((s, v, k) => s + v * l[j]![k]!, 0);
      l[i]![j] = i === j ? Math.sqrt(rest) : rest / l[j]![j]!;
    }
  });
  return l;
}

/** Sites with the places of their elements in the joint mean and covariance. */
type Places = Readonly<Record<string, { readonly shape: readonly number[]; readonly at: readonly number[] }>>;

/** The state whose guide is a given normal: a little own variance, and the rest in as many columns as there are elements. */
function stateOf(places: Places, mean: readonly number[], covariance: Matrix, own = 0.002): StateArrays {
  const rank = mean.length;
  const factor = cholesky(covariance.map((row, i) => row.map((v, j) => (i === j ? v - own : v))));
  return Object.fromEntries(
    Object.entries(places).flatMap(([path, { shape, at }]) => [
      [
        `${path}.mean`,
        real(
          at.map((i) => mean[i]!),
          shape,
        ),
      ],
      [
        `${path}.log_variance`,
        real(
          at.map(() => Math.log(own)),
          shape,
        ),
      ],
      [
        `${path}.columns`,
        real(Array.from({ length: rank }, (_, k) => at.map((i) => factor[i]![k]!)).flat(), [rank, ...shape]),
      ],
    ]),
  );
}

/**
 * Loss and gradient of loss / N, each averaged over noise of +-sqrt(n) in one of its n places and 0 elsewhere, which integrates
 * polynomials of the third degree exactly: those of this model are of the second.
 */
async function expected(engine: EngineProgram, state: StateArrays) {
  const step = engine.step(ROWS);
  const sizes = step.noise.map((spec) => sizeOf(spec.type.shape));
  const n = sizes.reduce((s, size) => s + size, 0);
  const gradient = new Map(Object.keys(state).map((name) => [name, new Float64Array(state[name]!.data.length)]));
  let loss = 0;
  for (let place = 0; place < n; place++) {
    for (const sign of [1, -1]) {
      const noise: Record<string, HostArray> = { ...constantNoise(step, 0) };
      let at = place;
      step.noise.forEach((spec, k) => {
        if (at >= 0 && at < sizes[k]!) noise[spec.name]!.data[at] = sign * Math.sqrt(n);
        at -= sizes[k]!;
      });
      const [info, after] = await runOnce(step, state, { batch, noise, scalars: scalarsAt(engine, 0, 0) });
      loss += numbersOf(info).loss![0]! / (2 * n);
      for (const [name, sum] of gradient) {
        sum.forEach((_, i) => void (sum[i]! += (state[name]!.data[i]! - after[name]!.data[i]!) / (2 * n)));
      }
    }
  }
  return { loss, gradient: [...gradient.values()].flatMap((values) => [...values]) };
}

/** Posterior of independent normal rows around a linear map, and the log evidence: prior precision P around 0. */
function exact(design: Matrix, prior: Matrix) {
  const precision = gram(design).map((row, i) => row.map((v, j) => v / NOISE ** 2 + prior[i]![j]!));
  const { inverse, logDeterminant } = invert(precision);
  const projected = prior.map((_, j) => design.reduce((s, x, i) => s + x[j]! * Y[i]!, 0) / NOISE ** 2);
  const mean = times(inverse, projected);
  const fit = Y.reduce((s, y) => s + y * y, 0) / NOISE ** 2 - mean.reduce((s, m, i) => s + m * projected[i]!, 0);
  const logEvidence =
    -0.5 * ROWS * Math.log(2 * Math.PI * NOISE ** 2) +
    0.5 * invert(prior).logDeterminant -
    0.5 * logDeterminant -
    0.5 * fit;
  return { mean, covariance: inverse, logEvidence };
}

const diagonal = (values: readonly number[]) => values.map((v, i) => values.map((_, j) => (i === j ? v : 0)));

describe('a guide of low rank', () => {
  const WEIGHTS: Places = { 'fc.weight': { shape: [2, 1], at: [0, 1] }, 'fc.bias': { shape: [1], at: [2] } };

  it.each(['local_reparameterization', 'shared'])(
    'is the exact posterior of linear regression under %s, where its loss is minus the log evidence',
    async (estimator) => {
      const { mean, covariance, logEvidence } = exact(X, diagonal([1, 1, 1]));
      const engine = program('* ~ Normal(0, 1)', '* ~ LowRankNormal(3)', `, estimator = ${estimator}`);
      const { loss, gradient } = await expected(engine, stateOf(WEIGHTS, mean, covariance));
      for (const slope of gradient) expect(Math.abs(slope)).toBeLessThan(1e-9);
      // The floor of 1e-8 under the root of local reparameterisation adds 2e-8 for each row.
      expect(Math.abs(loss + logEvidence)).toBeLessThan(1e-6);
    },
  );

  it('is exact across weights and the latent that their prior depends on', async () => {
    // w = mu + own: with mu ~ N(0, 1) and own ~ N(0, 1) the joint prior precision of (mu, w1, w2, b) is known.
    const prior = [
      [4, -1, -1, -1],
      [-1, 1, 0, 0],
      [-1, 0, 1, 0],
      [-1, 0, 0, 1],
    ];
    const design = X.map((x) => [0, ...x]);
    const { mean, covariance, logEvidence } = exact(design, prior);
    const places: Places = {
      mu: { shape: [], at: [0] },
      'fc.weight': { shape: [2, 1], at: [1, 2] },
      'fc.bias': { shape: [1], at: [3] },
    };
    const engine = program('mu ~ Normal(0, 1); * ~ Normal(mu, 1)', 'mu ~ LowRankNormal(4); * ~ LowRankNormal(4)');
    const { loss, gradient } = await expected(engine, stateOf(places, mean, covariance));
    for (const slope of gradient) expect(Math.abs(slope)).toBeLessThan(1e-9);
    expect(Math.abs(loss + logEvidence)).toBeLessThan(1e-6);
    // Without the correlation the loss is larger: by the total correlation at least.
    const apart = covariance.map((row, i) => row.map((v, j) => (i === j ? v : 0)));
    expect((await expected(engine, stateOf(places, mean, apart))).loss).toBeGreaterThan(0.1 - logEvidence);
  });

  it('has the gradient of central differences, with ranks that differ, a positive latent, a temperature and a mask', async () => {
    const text = `data d = csv("d.csv") { x: real[2]; y: real }
network net { input real[2]; fc = dense(2); tanh; out = dense(1) }
model m { s ~ Gamma(2, rate = 1); tau[fc.unit] ~ HalfCauchy(1); fc.weight ~ Normal(0, tau); out.weight ~ Laplace(0, s)
  *.bias ~ Normal(0, 1); y ~ Normal(net(x), s) }
guide { s ~ LowRankNormal(2); tau ~ LowRankNormal(1); *.weight ~ LowRankNormal(3); *.bias ~ Normal() }
run on d { infer sgvb { steps = 1, batch = ${ROWS}, optimizer = sgd(1), samples = 2, temperature = 0.7 } }`;
    const engine = programOf(inferencesOf(text, ROWS)[0]!, new Map([['fc.weight', new Uint8Array([1, 0, 1, 1])]]));
    const step = engine.step(ROWS);
    const feed = { batch, noise: keyedNoise(step, rootKey(3), 0), scalars: scalarsAt(engine, 0, 0) };
    const start = engine.initial(rootKey(1), null);
    const state = Object.fromEntries(
      Object.entries(start).map(([name, a]) => {
        const moved = (v: number, i: number) => (name.endsWith('.mask') ? v : v + 0.2 * Math.sin(5 * i + name.length));
        return [name, { type: a.type, data: Float64Array.from(a.data, moved) }];
      }),
    );
    const [, after] = await runOnce(step, state, feed);
    const h = 1e-5;
    let size = 0;
    for (const [name, array] of Object.entries(state)) {
      if (name.endsWith('.mask')) continue;
      for (let i = 0; i < array.data.length; i++) {
        const lossAt = async (by: number) => {
          const data = Float64Array.from(array.data, (v, j) => (j === i ? v + by : v));
          const [info] = await runOnce(step, { ...state, [name]: { type: array.type, data } }, feed);
          return numbersOf(info).loss![0]!;
        };
        const slope = ((await lossAt(h)) - (await lossAt(-h))) / (2 * h) / ROWS;
        const found = array.data[i]! - Number(after[name]!.data[i]);
        // Truncation is about h^2 times third derivatives, rounding 1e-14 / h of a loss near 100.
        expect(Math.abs(found - slope), `${name} ${i}`).toBeLessThan(1e-6 * Math.max(1, Math.abs(slope)));
        size = Math.max(size, Math.abs(slope));
      }
    }
    expect(size).toBeGreaterThan(0.05);
  });
});

describe('the posterior of a guide of low rank', () => {
  const engine = program('mu ~ Normal(0, 1); * ~ Normal(mu, 1)', 'mu, * ~ LowRankNormal(2, sd = 0.3)');
  const start = engine.initial(rootKey(5), null);
  const state = Object.fromEntries(
    Object.entries(start).map(([name, a]) => [
      name,
      name.endsWith('.columns') ? { ...a, data: a.data.map((v) => 20 * Number(v)) as Float32Array } : a,
    ]),
  );
  const posterior = engine.posterior(state);

  it('draws all sites together with the covariance of the guide', () => {
    const n = 20_000;
    const draws = Array.from({ length: n }, (_, i) => {
      const values = drawWeights(posterior, i, (site) => drawKey(rootKey(6), i, site));
      return posterior.sites.flatMap(({ path }) => [...values[path]!.data].map(Number));
    });
    const parts = posterior.sites.map((site) => (site.family === 'LowRankNormal' ? site.parts[0]! : null)!);
    const means = parts.flatMap((part) => [...part.mean]);
    const own = parts.flatMap((part) => [...part.own]);
    const columns = [0, 1].map((k) => parts.flatMap((part) => [...part.columns[k]!]));
    const covariance = own.map((v, i) =>
      own.map((_, j) => columns.reduce((s, c) => s + c[i]! * c[j]!, i === j ? v * v : 0)),
    );
    means.forEach((_, i) => {
      means.forEach((__, j) => {
        const found = draws.reduce((s, d) => s + (d[i]! - means[i]!) * (d[j]! - means[j]!), 0) / n;
        // The product of two correlated normals has variance v_i v_j + c^2.
        const error = Math.sqrt((covariance[i]![i]! * covariance[j]![j]! + covariance[i]![j]! ** 2) / n);
        expect(Math.abs(found - covariance[i]![j]!)).toBeLessThan(4.5 * error);
      });
    });
    // The test could not see it if nothing was correlated.
    expect(Math.abs(covariance[0]![1]!) / Math.sqrt(covariance[0]![0]! * covariance[1]![1]!)).toBeGreaterThan(0.05);
  });

  it('carries over, columns and all, and starts where it ended', () => {
    const again = engine.initial(rootKey(9), posterior);
    for (const name of Object.keys(start)) {
      again[name]!.data.forEach((v, i) => {
        expect(v, name).toBeCloseTo(Number(state[name]!.data[i]), 5);
      });
    }
  });

  it('is 0 in all its parts where it was pruned', () => {
    const cut = restrict(posterior, { keep: new Map([['fc.weight', new Uint8Array([0, 1])]]) });
    const values = drawWeights(cut, 0, (site) => drawKey(rootKey(6), 0, site))['fc.weight']!.data;
    expect(values[0]).toBe(0);
    expect(values[1]).not.toBe(0);
  });
});
