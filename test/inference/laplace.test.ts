/**
 * Laplace's approximation where it is known: linear regression, whose posterior is normal; logistic regression, whose Hessian is
 * written down here; a network against finite differences; and a scale, whose mode and curvature are those of its logarithm.
 */
import { describe, expect, it } from 'vitest';
import type { OptionValues } from '../../src/base/catalogue.ts';
import type { HostArray } from '../../src/base/host-array.ts';
import { childKey, rootKey } from '../../src/base/keys.ts';
import type { StateArrays } from '../../src/inference/engine.ts';
import { engines } from '../../src/inference/index.ts';
import type { CheckedModel } from '../../src/language/check/checked.ts';
import { buildDensity } from '../../src/model/density.ts';
import { drawWeights, type Posterior, restrict, type SitePosterior } from '../../src/model/posterior.ts';
import { gram, invert, type Matrix, times } from '../helpers/linear-algebra.ts';
import { classifier, distribution, guide, linearRegression, optimizer } from '../helpers/models.ts';
import { normalsFrom } from '../helpers/normals.ts';
import { passesOver } from '../helpers/passes.ts';
import { classes, real } from '../helpers/reference.ts';

const ROWS = 30;
const normals = normalsFrom(41);
/** Correlated columns, so that a diagonal would be wrong. */
const inputs = normals(2 * ROWS, 'x').map((v, i, all) => (i % 2 === 0 ? v : v + 0.8 * all[i - 1]!));
const X = Array.from({ length: ROWS }, (_, i) => [inputs[2 * i]!, inputs[2 * i + 1]!, 1]);

function build(model: CheckedModel, options: OptionValues, masks = new Map<string, Uint8Array>()) {
  return engines.get('laplace')!.build({
    density: buildDensity(model),
    guide: guide(model, () => 'Delta'),
    optimizer: optimizer('adam', 0.01),
    estimator: 'local_reparameterization',
    options,
    schedules: {},
    masks,
    course: { steps: 0, stepsPerEpoch: 1 },
  });
}

/** The posterior at weights that are given by site. */
async function at(
  model: CheckedModel,
  options: OptionValues,
  columns: Readonly<Record<string, HostArray>>,
  weights: Readonly<Record<string, readonly number[]>>,
  masks = new Map<string, Uint8Array>(),
): Promise<Posterior> {
  const program = build(model, options, masks);
  const given: StateArrays = Object.fromEntries(
    Object.entries(weights).map(([path, values]) => [`${path}.mean`, real(values)]),
  );
  const state = { ...program.initial(rootKey(1), null), ...given };
  return program.finish!(state, passesOver(columns, model.rows));
}

const whole = (posterior: Posterior) => posterior.sites.flatMap((s) => [...s.mean]);

/** Of all sites together, from the columns that their draws share. */
function covariance(posterior: Posterior): number[][] {
  const columns = posterior.sites.map((s) => (s.family === 'LowRankNormal' ? s.parts[0]!.columns : []));
  const rows = columns.flatMap((of) => [...(of[0] ?? [])].map((_, i) => of.map((column) => column[i]!)));
  return rows.map((a) => rows.map((b) => a.reduce((s, v, k) => s + v * b[k]!, 0)));
}

/** Both are single precision behind a double one: 1e-6 of the scale. */
function expectMatrix(found: Matrix, wanted: Matrix, tolerance = 1e-6): void {
  const scale = Math.max(...wanted.flat().map(Math.abs));
  found.forEach((row, i) => {
    row.forEach((v, j) => {
      expect(Math.abs(v - wanted[i]![j]!)).toBeLessThan(tolerance * scale);
    });
  });
}

describe('linear regression', () => {
  const [NOISE, TAU] = [0.5, 1.5];
  const model = linearRegression(2, ROWS, NOISE, TAU);
  const y = X.map((x, i) => 0.8 * x[0]! - 1.1 * x[1]! + 0.4 + NOISE * normals(ROWS, 'noise')[i]!);
  const columns = {
    x: real(
      X.flatMap((r) => r.slice(0, 2)),
      [ROWS, 2],
    ),
    y: real(y),
  };
  const precision = gram(X).map((row, i) => row.map((v, j) => v / NOISE ** 2 + (i === j ? 1 / TAU ** 2 : 0)));
  const { inverse } = invert(precision);
  const mean = times(
    inverse,
    [0, 1, 2].map((j) => X.reduce((s, x, i) => s + x[j]! * y[i]!, 0) / NOISE ** 2),
  );
  const far = { 'fc1.weight': [3, -2], 'fc1.bias': [1] };

  it('is exact with a full covariance, from wherever it begins', async () => {
    const posterior = await at(model, { covariance: 'full' }, columns, far);
    whole(posterior).forEach((m, i) => {
      expect(m).toBeCloseTo(mean[i]!, 6);
    });
    expectMatrix(covariance(posterior), inverse);
  });

  it('without steps of Newton has the same covariance at the point where it is', async () => {
    const posterior = await at(model, { covariance: 'full', newton: 0 }, columns, far);
    expect(whole(posterior)).toEqual([3, -2, 1]);
    expectMatrix(covariance(posterior), inverse);
  });

  it('has the last layer alone where that is all there is', async () => {
    const posterior = await at(model, { covariance: 'last_layer' }, columns, far);
    expectMatrix(covariance(posterior), inverse);
  });

  it('has the precision of each weight, given the others, as its diagonal', async () => {
    const posterior = await at(model, { covariance: 'diagonal' }, columns, far);
    posterior.sites
      .flatMap((s) => [...s.sd])
      .forEach((sd, i) => {
        expect(sd * sd * precision[i]![i]!).toBeCloseTo(1, 5);
      });
  });

  it('leaves what was pruned out: the normal is that of the rest given zeros', async () => {
    const masks = new Map([['fc1.weight', Uint8Array.of(0, 1)]]);
    const posterior = await at(
      model,
      { covariance: 'full' },
      columns,
      { 'fc1.weight': [0, 1], 'fc1.bias': [0] },
      masks,
    );
    const rest = invert([1, 2].map((i) => [1, 2].map((j) => precision[i]![j]!))).inverse;
    expectMatrix(covariance(posterior), [
      [0, 0, 0],
      [0, ...rest[0]!],
      [0, ...rest[1]!],
    ]);
    expect(posterior.sites[0]!.mean[0]).toBe(0);
  });

  it('draws with that covariance', async () => {
    const posterior = await at(model, { covariance: 'full' }, columns, far);
    const draws = Array.from({ length: 4000 }, (_, d) => {
      const values = drawWeights(posterior, d, (path) => childKey(childKey(rootKey(7), d), path));
      return posterior.sites.flatMap((s) => [...values[s.path]!.data]).map((v, i) => v - mean[i]!);
    });
    inverse.forEach((row, i) => {
      row.forEach((wanted, j) => {
        const found = draws.reduce((s, d) => s + d[i]! * d[j]!, 0) / draws.length;
        const error = Math.sqrt((inverse[i]![i]! * inverse[j]![j]! + wanted ** 2) / draws.length);
        expect(Math.abs(found - wanted)).toBeLessThan(4 * error);
      });
    });
  });

  it('goes through pruning as every posterior does', async () => {
    const posterior = await at(model, { covariance: 'full' }, columns, far);
    const cut = restrict(posterior, { keep: new Map([['fc1.weight', Uint8Array.of(1, 0)]]) });
    const draw = drawWeights(cut, 0, (path) => childKey(rootKey(3), path))['fc1.weight']!.data;
    expect([cut.sites[0]!.sd[1], draw[1]]).toEqual([0, 0]);
    expect(cut.sites[0]!.sd[0]).toBe(posterior.sites[0]!.sd[0]);
  });
});

describe('logistic regression', () => {
  const [weight, bias] = [
    [0.7, -0.4, -0.3, 0.2, 0.1, 0.5],
    [0.1, -0.2, 0.3],
  ];
  const model = classifier([2, 3], distribution('Normal', 0, 2), distribution('Normal', 0, 3), ROWS);
  const columns = {
    x: real(
      X.flatMap((r) => r.slice(0, 2)),
      [ROWS, 2],
    ),
    y: classes(X.map((x) => (x[0]! > 0.3 ? 0 : x[1]! > 0 ? 1 : 2))),
  };
  /** sum over rows of (diag p - p p') times x x', with weights `[input, class]` before biases, and the prior. */
  const hessian = (() => {
    const rows = [0, 1, 2, 3, 4, 5, 6, 7, 8];
    const unit = (place: number) => [place < 6 ? Math.floor(place / 3) : 2, place < 6 ? place % 3 : place - 6] as const;
    const p = X.map((x) => {
      const logits = [0, 1, 2].map((c) => x[0]! * weight[c]! + x[1]! * weight[3 + c]! + bias[c]!);
      const total = logits.reduce((s, l) => s + Math.exp(l), 0);
      return logits.map((l) => Math.exp(l) / total);
    });
    return rows.map((a) =>
      rows.map((b) => {
        const [[i, c], [j, d]] = [unit(a), unit(b)];
        const data = X.reduce((s, x, n) => s + x[i]! * x[j]! * p[n]![c]! * ((c === d ? 1 : 0) - p[n]![d]!), 0);
        return data + (a === b ? (a < 6 ? 1 / 4 : 1 / 9) : 0);
      }),
    );
  })();
  const here = { 'fc1.weight': weight, 'fc1.bias': bias };

  it('has the inverse of the Hessian as its full covariance', async () => {
    const posterior = await at(model, { covariance: 'full', newton: 0 }, columns, here);
    expectMatrix(covariance(posterior), invert(hessian).inverse);
  });

  it('is taken to its mode by the steps of Newton', async () => {
    const posterior = await at(model, { covariance: 'full' }, columns, here);
    const [w, b] = posterior.sites.map((s) => s.mean);
    // The slope by every weight and bias: predicted minus true share, times input, plus what the prior pulls.
    const slope = new Float64Array(9);
    X.forEach((x, n) => {
      const logits = [0, 1, 2].map((c) => x[0]! * w![c]! + x[1]! * w![3 + c]! + b![c]!);
      const total = logits.reduce((s, l) => s + Math.exp(l), 0);
      logits.forEach((l, c) => {
        const excess = Math.exp(l) / total - (columns.y.data[n] === c ? 1 : 0);
        [x[0]! * excess, x[1]! * excess, excess].forEach((v, i) => void (slope[3 * i + c]! += v));
      });
    });
    for (let i = 0; i < 6; i++) slope[i]! += w![i]! / 4;
    for (let c = 0; c < 3; c++) slope[6 + c]! += b![c]! / 9;
    // Means are single precision: 1e-7 times a curvature of about 10.
    for (const s of slope) expect(Math.abs(s)).toBeLessThan(1e-5);
  });

  it('has its diagonal', async () => {
    const posterior = await at(model, { covariance: 'diagonal' }, columns, here);
    posterior.sites
      .flatMap((s) => [...s.sd])
      .forEach((sd, i) => {
        expect(sd * sd * hessian[i]![i]!).toBeCloseTo(1, 5);
      });
  });

  it('says which number has no width, where neither data nor prior hold it', async () => {
    const flat = classifier([2, 3], distribution('Flat'), distribution('Flat'), ROWS);
    const blind = {
      ...columns,
      x: real(
        X.flatMap((r) => [r[0]!, 0]),
        [ROWS, 2],
      ),
    };
    await expect(at(flat, { covariance: 'diagonal' }, blind, here)).rejects.toThrow(/fc1\.weight\[2, 1\]/);
  });
});

describe('a network', () => {
  const model = classifier([2, 4, 3], distribution('Normal', 0, 1), distribution('Normal', 0, 1), ROWS);
  const columns = {
    x: real(
      X.flatMap((r) => r.slice(0, 2)),
      [ROWS, 2],
    ),
    y: classes(X.map((x) => (x[0]! > 0.3 ? 0 : x[1]! > 0 ? 1 : 2))),
  };
  const weights = {
    'fc1.weight': normals(8, 'a'),
    'fc1.bias': normals(4, 'b'),
    'fc2.weight': normals(12, 'c'),
    'fc2.bias': normals(3, 'd'),
  };
  const paths = Object.keys(weights) as (keyof typeof weights)[];
  const flat = paths.flatMap((path) => weights[path]);

  /** The logits of all rows, written out: relu(x W1 + b1) W2 + b2. */
  function logits(w: readonly number[]): number[][] {
    const [w1, b1, w2, b2] = [w.slice(0, 8), w.slice(8, 12), w.slice(12, 24), w.slice(24)];
    return X.map((x) => {
      const h = b1.map((b, j) => Math.max(0, b + x[0]! * w1[j]! + x[1]! * w1[4 + j]!));
      return b2.map((b, c) => b + h.reduce((s, v, j) => s + v * w2[3 * j + c]!, 0));
    });
  }

  /** J' L J with Jacobians by central differences, and the prior's 1. */
  const matrix = (() => {
    const step = 1e-6;
    const slopes = flat.map((_, i) => {
      const [up, down] = [1, -1].map((sign) => logits(flat.map((w, k) => (k === i ? w + sign * step : w))));
      return up!.map((row, n) => row.map((v, c) => (v - down![n]![c]!) / (2 * step)));
    });
    const p = logits(flat).map((row) => {
      const total = row.reduce((s, l) => s + Math.exp(l), 0);
      return row.map((l) => Math.exp(l) / total);
    });
    const of = (i: number, j: number, n: number) => {
      const [a, b, q] = [slopes[i]![n]!, slopes[j]![n]!, p[n]!];
      const dot = (u: readonly number[]) => u.reduce((s, v, c) => s + v * q[c]!, 0);
      return a.reduce((s, v, c) => s + v * b[c]! * q[c]!, 0) - dot(a) * dot(b);
    };
    return flat.map((_, i) => flat.map((__, j) => X.reduce((s, ___, n) => s + of(i, j, n), i === j ? 1 : 0)));
  })();

  it('has the Gauss-Newton matrix that finite differences of its outputs give', async () => {
    const posterior = await at(model, { covariance: 'full', newton: 0 }, columns, weights);
    // Differences of step 1e-6 leave 1e-9 of an entry near 10; the inverse is as exact as its condition number allows.
    expectMatrix(covariance(posterior), invert(matrix).inverse, 1e-5);
    const diagonal = await at(model, { covariance: 'diagonal' }, columns, weights);
    diagonal.sites
      .flatMap((s) => [...s.sd])
      .forEach((sd, i) => {
        expect(sd * sd * matrix[i]![i]!).toBeCloseTo(1, 5);
      });
  });

  it('has a last layer with the covariance given the others, which stay points', async () => {
    const posterior = await at(model, { covariance: 'last_layer' }, columns, weights);
    const last = Array.from({ length: 15 }, (_, i) => i + 12);
    const wanted = invert(last.map((i) => last.map((j) => matrix[i]![j]!))).inverse;
    expectMatrix(covariance(posterior), wanted, 1e-5);
    expect(posterior.sites.map((s: SitePosterior) => s.family)).toEqual([
      'Delta',
      'Delta',
      'LowRankNormal',
      'LowRankNormal',
    ]);
  });
});
