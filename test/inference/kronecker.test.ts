/** Kronecker factors where they are exact: linear layers with normal noise, dense or convolutions of a whole image, under any priors of inputs. */
import { describe, expect, it } from 'vitest';
import type { HostArray, Shape } from '../../src/base/host-array.ts';
import { childKey, rootKey } from '../../src/base/keys.ts';
import { engines } from '../../src/inference/index.ts';
import { layerNormal } from '../../src/inference/laplace/kronecker.ts';
import type { CheckedDistribution, CheckedModel } from '../../src/language/check/checked.ts';
import { buildDensity } from '../../src/model/density.ts';
import { drawWeights, type Posterior } from '../../src/model/posterior.ts';
import { gram, invert, type Matrix } from '../helpers/linear-algebra.ts';
import { classifier, distribution, guide, type Line, model, network, optimizer, output } from '../helpers/models.ts';
import { normalsFrom } from '../helpers/normals.ts';
import { passesOver } from '../helpers/passes.ts';
import { classes, real } from '../helpers/reference.ts';

const ROWS = 20;
const NOISE = 0.7;
const normals = normalsFrom(43);

function linear(input: Shape, lines: readonly Line[], prior: (site: string) => CheckedDistribution): CheckedModel {
  const column = { kind: 'real', shape: [2] } as const;
  return model({
    network: network(input, lines),
    prior,
    column,
    likelihood: distribution('Normal', output, NOISE),
    rows: ROWS,
  });
}

async function posteriorOf(
  of: CheckedModel,
  columns: Readonly<Record<string, HostArray>>,
  masks = new Map<string, Uint8Array>(),
): Promise<Posterior> {
  const program = engines.get('laplace')!.build({
    density: buildDensity(of),
    guide: guide(of, () => 'Delta'),
    optimizer: optimizer('adam', 0.01),
    estimator: 'local_reparameterization',
    options: { covariance: 'kronecker' },
    schedules: {},
    masks,
    course: { steps: 0, stepsPerEpoch: 1 },
  });
  return program.finish!(program.initial(rootKey(1), null), passesOver(columns, ROWS));
}

/** Of all sites: the outer products of what each entry of E moves. */
function covariance({ sites }: Posterior): number[][] {
  const moves = sites.map((site) => {
    if (site.family !== 'KroneckerNormal') throw new Error(site.family);
    const { part, mask } = site;
    const [K, O] = part.inner;
    const outputs = part.right.length / O;
    return Array.from(site.mean, (_, place) => {
      const [i, o] = [Math.floor(place / outputs), place % outputs];
      return Array.from(part.scale, (s, e) =>
        mask?.[place] === 0 ? 0 : part.left[i * K + Math.floor(e / O)]! * s * part.right[o * O + (e % O)]!,
      );
    });
  });
  const rows = moves.flat();
  return rows.map((a) => rows.map((b) => a.reduce((s, v, k) => s + v * b[k]!, 0)));
}

/** Precision of weights `[input, output]` and then biases, of X with a last 1: X'X / s^2 for each output, and the prior. */
function precisionOf(X: Matrix, prior: (input: number) => number): number[][] {
  const G = gram(X);
  const places = X[0]!.flatMap((_, i) => [0, 1].map((o) => [i, o] as const));
  return places.map(([i, o]) =>
    places.map(([j, p]) => (o === p ? G[i]![j]! / NOISE ** 2 : 0) + (i === j && o === p ? prior(i) : 0)),
  );
}

/** Kept in single precision: 1e-6 of the scale. */
function expectMatrix(found: Matrix, wanted: Matrix): void {
  const scale = Math.max(...wanted.flat().map(Math.abs));
  found.forEach((row, i) => {
    row.forEach((v, j) => {
      expect(Math.abs(v - wanted[i]![j]!)).toBeLessThan(1e-6 * scale);
    });
  });
}

const values = normals(3 * ROWS, 'x').map((v, i, all) => (i % 3 === 0 ? v : v + 0.8 * all[i - 1]!));
const X = Array.from({ length: ROWS }, (_, n) => [...values.slice(3 * n, 3 * n + 3), 1]);
const columns = { x: real(values, [ROWS, 3]), y: real(normals(2 * ROWS, 'y'), [ROWS, 2]) };
const dense: readonly Line[] = [['dense', { outputs: 2 }, 'fc']];

describe('Kronecker factors of a linear layer with normal noise', () => {
  it.each([
    ['one prior', distribution('Normal', 0, 1.5), 1 / 1.5 ** 2],
    ['another prior of the bias', distribution('Normal', 0, 0.1), 100],
    ['no prior of the bias', distribution('Flat'), 0],
  ])('are exact under %s', async (_, ofBias, precision) => {
    const prior = (site: string) => (site === 'fc.bias' ? ofBias : distribution('Normal', 0, 1.5));
    const posterior = await posteriorOf(linear([3], dense, prior), columns);
    const wanted = invert(precisionOf(X, (i) => (i === 3 ? precision : 1 / 1.5 ** 2))).inverse;
    expectMatrix(covariance(posterior), wanted);
    posterior.sites
      .flatMap((s) => [...s.sd])
      .forEach((sd, i) => {
        expect(sd).toBeCloseTo(Math.sqrt(wanted[i]![i]!), 6);
      });
  });

  it('are exact for the windows of a convolution that sees the whole image', async () => {
    const lines: readonly Line[] = [['conv2d', { filters: 2, size: 2 }, 'fc'], ['flatten']];
    const images = normals(4 * ROWS, 'image');
    const rows = Array.from({ length: ROWS }, (_, n) => [...images.slice(4 * n, 4 * n + 4), 1]);
    const seen = { ...columns, x: real(images, [ROWS, 2, 2, 1]) };
    const posterior = await posteriorOf(
      linear([2, 2, 1], lines, () => distribution('Normal', 0, 2)),
      seen,
    );
    expectMatrix(covariance(posterior), invert(precisionOf(rows, () => 1 / 4)).inverse);
  });

  it('are exact where each row shows something to one of several windows', async () => {
    const lines: readonly Line[] = [
      ['conv2d', { filters: 2, size: 2, stride: 2, bias: false }, 'fc'],
      ['global_avg_pool'],
    ];
    const shown = normals(4 * ROWS, 'window');
    // Row n has its four numbers in window n modulo 4 of a 4 x 4 image; each output is their product with a filter, over 4 windows.
    const images = new Array<number>(16 * ROWS).fill(0);
    shown.forEach((v, i) => {
      const [n, k] = [Math.floor(i / 4), i % 4];
      const [y, x] = [2 * ((n % 4) >> 1) + (k >> 1), 2 * (n % 2) + (k % 2)];
      images[16 * n + 4 * y + x] = v;
    });
    const rows = Array.from({ length: ROWS }, (_, n) => shown.slice(4 * n, 4 * n + 4).map((v) => v / 4));
    const posterior = await posteriorOf(
      linear([4, 4, 1], lines, () => distribution('Normal', 0, 2)),
      { ...columns, x: real(images, [ROWS, 4, 4, 1]) },
    );
    expectMatrix(covariance(posterior), invert(precisionOf(rows, () => 1 / 4)).inverse);
  });

  it('leave out an input that was pruned away, and one of nothing but zeros has the width of its prior', async () => {
    const masks = new Map([['fc.weight', Uint8Array.of(1, 1, 0, 0, 1, 1)]]);
    const blind = {
      ...columns,
      x: real(
        values.map((v, i) => (i % 3 === 0 ? 0 : v)),
        [ROWS, 3],
      ),
    };
    const posterior = await posteriorOf(
      linear([3], dense, () => distribution('Normal', 0, 2)),
      blind,
      masks,
    );
    const kept = [0, 1, 4, 5, 6, 7];
    const whole = precisionOf(
      X.map(([, b, c, d]) => [0, b!, c!, d!]),
      () => 1 / 4,
    );
    const rest = invert(kept.map((i) => kept.map((j) => whole[i]![j]!))).inverse;
    const wanted = whole.map((row, i) =>
      row.map((_, j) => (kept.includes(i) && kept.includes(j) ? rest[kept.indexOf(i)]![kept.indexOf(j)]! : 0)),
    );
    expectMatrix(covariance(posterior), wanted);
    expect(posterior.sites[0]!.sd[0]).toBeCloseTo(2, 6);
  });

  it('draw weight and bias with their covariance', async () => {
    const posterior = await posteriorOf(
      linear([3], dense, () => distribution('Normal', 0, 1.5)),
      columns,
    );
    const wanted = covariance(posterior);
    const centre = posterior.sites.flatMap((s) => [...s.mean]);
    const draws = Array.from({ length: 4000 }, (_, d) => {
      const drawn = drawWeights(posterior, d, (path) => childKey(childKey(rootKey(7), d), path));
      return posterior.sites.flatMap((s) => [...drawn[s.path]!.data]).map((v, i) => v - centre[i]!);
    });
    wanted.forEach((row, i) => {
      row.forEach((c, j) => {
        const found = draws.reduce((s, d) => s + d[i]! * d[j]!, 0) / draws.length;
        const error = Math.sqrt((wanted[i]![i]! * wanted[j]![j]! + c * c) / draws.length);
        expect(Math.abs(found - c)).toBeLessThan(4.5 * error);
      });
    });
  });
});

describe('Kronecker factors elsewhere', () => {
  it('have the exact part of each layer of a network where there is a single row', async () => {
    // With a single row A and B have no average to lose, so that their product is exact.
    const of = classifier([3, 4, 3], distribution('Normal', 0, 1), distribution('Normal', 0, 1), 1);
    const one = { x: real(values.slice(0, 3), [1, 3]), y: classes([1]) };
    const build = (covariance: string) => {
      const program = engines.get('laplace')!.build({
        density: buildDensity(of),
        guide: guide(of, () => 'Delta'),
        optimizer: optimizer('adam', 0.01),
        estimator: 'local_reparameterization',
        options: { covariance, newton: 0 },
        schedules: {},
        masks: new Map(),
        course: { steps: 0, stepsPerEpoch: 1 },
      });
      return program.finish!(program.initial(rootKey(1), null), passesOver(one, 1));
    };
    const [factored, last] = [await build('kronecker'), await build('last_layer')];
    for (const path of ['fc2.weight', 'fc2.bias']) {
      const [found, wanted] = [factored, last].map((p) => p.sites.find((s) => s.path === path)!.sd);
      found!.forEach((sd, i) => {
        expect(sd).toBeCloseTo(wanted![i]!, 5);
      });
    }
  });

  it('say where there is no width', () => {
    const blank = { inputs: 2, outputs: 1, ofOutputs: Float64Array.of(1), kept: Uint8Array.of(1, 1) };
    const ofInputs = Float64Array.of(1, 0, 0, 0);
    expect(layerNormal({ ...blank, ofInputs, prior: Float64Array.of(0, 0) })).toEqual({
      kind: 'no-width',
      input: 1,
      output: 0,
    });
    expect(layerNormal({ ...blank, ofInputs, prior: Float64Array.of(0, 1) }).kind).toBe('normal');
  });
});
