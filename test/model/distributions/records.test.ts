/** What records say beside their densities: proximal maps, hierarchies, alternatives, guides, and densities of groups and rows. */
import { describe, expect, it } from 'vitest';
import { childKey, rootKey } from '../../../src/base/keys.ts';
import { fillNormal, fillUniform } from '../../../src/base/normal.ts';
import { GAMMA_NOISE } from '../../../src/base/samplers/gamma.ts';
import { readDataset } from '../../../src/data/index.ts';
import { samplers } from '../../../src/data/readers/simulate-samplers.ts';
import { gradients } from '../../../src/graph/transforms/gradient.ts';
import { dataRequests, evaluateConstant, parse, parseExpression } from '../../../src/language/index.ts';
import { simplex } from '../../../src/model/bijectors/index.ts';
import type { Noise } from '../../../src/model/distribution.ts';
import { logDensityOf } from '../../../src/model/distribution.ts';
import { distributions } from '../../../src/model/index.ts';
import { catalogue } from '../../../src/runtime/catalogue.ts';
import { FROM, line, memoryFiles } from '../../data/files.ts';
import { integrate } from '../../helpers/quadrature.ts';
import { compute, real } from '../../helpers/reference.ts';
import { cases, term } from './cases.ts';
import reference from './reference.json' with { type: 'json' };

function normals(name: string, shape: readonly number[]) {
  const values = new Float32Array(shape.reduce((n, k) => n * k, 1));
  fillNormal(childKey(rootKey(2), name), values);
  return real(values, shape);
}

/** What a gamma draw takes, one array for each kind of it. */
function gammaNoise(shape: readonly number[]): Readonly<Record<string, ReturnType<typeof real>>> {
  return Object.fromEntries(
    GAMMA_NOISE.map((kind, i) => {
      const values = new Float32Array(shape.reduce((n, k) => n * k, 1));
      (kind === 'normal' ? fillNormal : fillUniform)(childKey(childKey(rootKey(2), 'gamma'), i), values);
      return [`gamma${i}`, real(values, shape)];
    }),
  );
}

describe('proximal maps', () => {
  const known = cases.filter((c) => c.record.prox !== null);

  it('are those of the records that declare one', () => {
    const names = [...distributions].filter((d) => d.prox !== null).map((d) => d.name);
    expect(names.filter((n) => !known.some((c) => c.record.name === n))).toEqual(['Flat', 'GroupLaplace']);
  });

  it.each(known)('of $title minimises -log p(z) + (z - x)^2 / (2 step)', async (c) => {
    const step = 0.4;
    const xs = [-3, -0.7, -0.1, 0.2, 0.9, 4];
    const { z } = await compute({ x: real(xs) }, ({ graph: b }, { x }) => ({
      z: b.broadcast(c.record.prox!(b, x!, step, term(c.record, c.args)), [xs.length]),
    }));
    // The minimum of a convex function: no neighbour at any of these distances is lower.
    const moves = [0, 1e-4, -1e-4, 1e-2, -1e-2, 0.3, -0.3];
    const around = xs.flatMap((_, i) => moves.map((d) => z![i]! + d));
    const { log } = await compute({ x: real(around) }, ({ graph: b }, { x }) => ({
      log: b.broadcast(logDensityOf(b, x!, term(c.record, c.args)), [around.length]),
    }));
    xs.forEach((x, i) => {
      const values = moves.map((_, k) => {
        const at = i * moves.length + k;
        return -log![at]! + (around[at]! - x) ** 2 / (2 * step);
      });
      expect(Math.min(...values)).toBeGreaterThanOrEqual(values[0]! - 1e-12);
    });
  });

  it('shrinks whole groups, and leaves flat ones alone', async () => {
    const { group, flat } = await compute({ x: real([3, 0.1, 4, 0.2], [2, 2]) }, ({ graph: b }, { x }) => {
      const laplace = distributions.get('GroupLaplace')!;
      return {
        group: laplace.prox!(b, x!, 0.5, term(laplace, { scale: 0.5 })),
        flat: distributions.get('Flat')!.prox!(b, x!, 0.5, term(distributions.get('Flat')!, {})),
      };
    });
    // The first group has length 5 and loses 1, the second is shorter than 1.
    [2.4, 0, 3.2, 0].forEach((v, i) => {
      expect(group![i]).toBeCloseTo(v, 12);
    });
    expect([...flat!]).toEqual([3, 0.1, 4, 0.2]);
  });
});

describe('hierarchies', () => {
  const hierarchies = [...distributions].filter((d) => d.expansion !== null);

  it('are in the words of the language', () => {
    for (const { name, expansion } of hierarchies) {
      for (const text of [...expansion!.latents.map((l) => l.distribution), expansion!.given]) {
        const { expr, diagnostics } = parseExpression({ name: 'p', text });
        expect(diagnostics.map(line), `${name}: ${text}`).toEqual([]);
        const callee = expr?.kind === 'call' && expr.callee.kind === 'name' ? expr.callee.name : null;
        if (callee !== null) expect(distributions.has(callee), `${name}: ${callee}`).toBe(true);
      }
    }
  });

  it.each([
    ['StudentT', { df: 5, mean: 1, scale: 0.5 }],
    ['Horseshoe', { global: 0.5 }],
    ['RegularizedHorseshoe', { global: 0.5, slab: 1.5 }],
  ] as const)('of %s have the distribution of its own draws', async (name, args) => {
    const { expansion } = distributions.get(name)!;
    const constants = Object.entries(args).map(([n, v]) => `const ${n} = ${v}`);
    const latents = expansion!.latents.map((l) => `  ${l.name}0: real ~ ${l.distribution}`);
    const given = expansion!.latents.reduce(
      (t, l) => t.replaceAll(new RegExp(`\\b${l.name}\\b`, 'g'), `${l.name}0`),
      expansion!.given,
    );
    const text = `${constants.join('\n')}\ndata d = simulate(n = 20_000) {\n${latents.join('\n')}\n  w: real ~ ${given}\n}\n`;
    const { program } = parse({ name: 'p', text });
    const { requests, diagnostics } = dataRequests(program, catalogue, new Map());
    expect(diagnostics.map(line)).toEqual([]);
    const { dataset } = await readDataset(requests[0]!, memoryFiles({}), FROM);
    const hierarchical = Float64Array.from(dataset!.splits.train!.columns.w!.data).sort();
    const sampler = samplers[name]!;
    const noise = sampler.noise.map((kind, i) => {
      const values = new Float32Array(hierarchical.length);
      (kind === 'normal' ? fillNormal : fillUniform)(childKey(childKey(rootKey(3), name), i), values);
      return values;
    });
    const drawn = hierarchical
      .map((_, i) =>
        sampler.draw(
          sampler.arguments.map((a) => (args as Readonly<Record<string, number>>)[a]!),
          noise.map((n) => n[i]!),
        ),
      )
      .sort();
    // Kolmogorov-Smirnov for two samples of n: 1.95 sqrt(2 / n) is passed once in a thousand times.
    let [i, j, distance] = [0, 0, 0];
    while (i < drawn.length && j < drawn.length) {
      if (drawn[i]! <= hierarchical[j]!) i++;
      else j++;
      distance = Math.max(distance, Math.abs(i - j) / drawn.length);
    }
    expect(distance).toBeLessThan(1.95 * Math.sqrt(2 / drawn.length));
  });
});

describe('parameters', () => {
  it('have defaults that fit, and alternatives that say the same', () => {
    for (const record of distributions) {
      for (const a of record.alternatives) {
        expect(record.params.map((p) => p.name)).toContain(a.replaces);
        const at = { name: 'p', text: '0.25' };
        const value = evaluateConstant(a.convert(parseExpression(at).expr!));
        expect(value.ok && typeof value.value === 'number' && Number.isFinite(value.value), a.name).toBe(true);
      }
      // Only a guide is fitted.
      if (!record.roles.includes('guide')) expect(record.params.some((p) => p.learned)).toBe(false);
      expect(record.likelihood !== null).toBe(record.roles.includes('likelihood'));
      expect(record.predicts !== null).toBe(record.roles.includes('likelihood'));
      // Of a gated distribution the slab has the density, of a correlated guide all its sites together.
      if (record.logDensity === null) {
        const elsewhere = record.point === true || record.gated !== null || record.ofReals === true;
        expect(record.needs !== null || elsewhere).toBe(true);
      }
    }
    const improper = [...distributions].filter((d) => !d.proper).map((d) => d.name);
    expect(improper).toEqual(['LogUniform', 'Flat', 'GroupNormalJeffreys']);
  });
});

describe('densities of groups', () => {
  const laplace = distributions.get('GroupLaplace')!;

  it('integrate to 1 over the groups: 2 pi r p(r) for two weights, 4 pi r^2 p(r) for three', async () => {
    for (const [d, sphere] of [
      [1, () => 2],
      [2, (r: number) => 2 * Math.PI * r],
      [3, (r: number) => 4 * Math.PI * r * r],
    ] as const) {
      const radii: number[] = [];
      integrate((r) => radii.push(r), 0, 40, 400);
      // Each group is one column, with all its length in the first weight.
      const x = real([...radii, ...new Array<number>((d - 1) * radii.length).fill(0)], [d, radii.length]);
      const { log } = await compute({ x }, ({ graph: b }, refs) => ({
        log: logDensityOf(b, refs.x!, term(laplace, { scale: 0.7 })),
      }));
      let i = 0;
      const mass = integrate((r) => sphere(r) * Math.exp(log![i++]!), 0, 40, 400);
      expect(mass).toBeCloseTo(1, 8);
    }
  });

  it('are those of single weights where a group is one, and have a slope at 0', async () => {
    const jeffreys = distributions.get('GroupNormalJeffreys')!;
    const found = await compute(
      { x: real([0.3, -2]), zeros: real([0, 0, 0, 0], [2, 2]) },
      ({ graph: b }, { x, zeros }) => ({
        group: logDensityOf(b, x!, term(laplace, { scale: 0.7 })),
        single: logDensityOf(b, x!, term(distributions.get('Laplace')!, { mean: 0, scale: 0.7 })),
        // The prior 1 / scale on the whole line of scales has twice the constant of one on half of it: log(1 / 2) here.
        jeffreys: b.sub(
          logDensityOf(b, x!, term(jeffreys, {})),
          logDensityOf(b, x!, term(distributions.get('LogUniform')!, {})),
        ),
        slope: gradients(b, b.sum(logDensityOf(b, zeros!, term(laplace, { scale: 0.7 }))), [zeros!])[0]!,
      }),
    );
    found.group!.forEach((v, i) => {
      expect(v).toBeCloseTo(found.single![i]!, 9);
    });
    found.jeffreys!.forEach((v) => {
      expect(v).toBeCloseTo(-Math.LN2, 9);
    });
    expect(found.slope!.every((v) => Math.abs(v) === 0)).toBe(true);
  });

  it('are drawn with lengths that are Gamma(d, 1 / scale) and directions that favour none', async () => {
    const [d, groups, scale] = [3, 8000, 0.7];
    const inputs = { directions: normals('directions', [d, groups]), ...gammaNoise([groups]) };
    const { w } = await compute(inputs, ({ graph: b }, refs) => {
      let next = 0;
      const noise: Noise = (_, shape) => (shape.length === 2 ? refs.directions! : refs[`gamma${next++}`]!);
      return { w: laplace.draw!.emit(b, term(laplace, { scale }), [d, groups], noise) };
    });
    const lengths = Array.from({ length: groups }, (_, g) => Math.hypot(w![g]!, w![groups + g]!, w![2 * groups + g]!));
    const mean = lengths.reduce((sum, l) => sum + l, 0) / groups;
    // Five standard errors; the variance is d scale^2.
    expect(Math.abs(mean - d * scale)).toBeLessThan((5 * scale * Math.sqrt(d)) / Math.sqrt(groups));
    const first = w!.subarray(0, groups).reduce((sum, v, g) => sum + (v / lengths[g]!) ** 2, 0) / groups;
    // A squared share of d directions is Beta(1/2, (d - 1)/2): variance 2 (d - 1) / (d^2 (d + 2)).
    const spread = Math.sqrt((2 * (d - 1)) / (d * d * (d + 2)));
    expect(Math.abs(first - 1 / d)).toBeLessThan((5 * spread) / Math.sqrt(groups));
  });
});

describe('densities of rows', () => {
  it("of MultivariateNormal are SciPy's, and its draws have the covariance", async () => {
    const { mean, factor, covariance, points } = reference.vectors.MultivariateNormal;
    const record = distributions.get('MultivariateNormal')!;
    const n = 20_000;
    const rows = points.flatMap(([x]) => x as number[]);
    const inputs = {
      mean: real(mean),
      factor: real(factor.flat(), [3, 3]),
      x: real(rows, [points.length, 3]),
      z: normals('rows', [n, 3]),
    };
    const { log, draws } = await compute(inputs, ({ graph: b }, refs) => {
      const t = term(record, { mean: refs.mean!, factor: refs.factor! });
      return { log: logDensityOf(b, refs.x!, t), draws: record.draw!.emit(b, t, [n, 3], () => refs.z!) };
    });
    points.forEach(([, exact], i) => {
      expect(log![i]).toBeCloseTo(exact as number, 11);
    });
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += (draws![3 * k + i]! - mean[i]!) * (draws![3 * k + j]! - mean[j]!);
        const error = Math.sqrt((covariance[i]![i]! * covariance[j]![j]! + covariance[i]![j]! ** 2) / n);
        expect(Math.abs(sum / n - covariance[i]![j]!)).toBeLessThan(5 * error);
      }
    }
  });

  it("of Dirichlet are SciPy's, and its draws are shares with its mean", async () => {
    const { concentration, mean, variance, points } = reference.vectors.Dirichlet;
    const record = distributions.get('Dirichlet')!;
    const n = 10_000;
    let next = 0;
    const x = real(
      points.flatMap(([p]) => p as number[]),
      [points.length, 3],
    );
    const { log, draws, m, v } = await compute(
      { a: real(concentration), x, ...gammaNoise([n, 3]) },
      ({ graph: b }, refs) => {
        const t = term(record, { concentration: refs.a! });
        return {
          log: logDensityOf(b, refs.x!, t),
          draws: record.draw!.emit(b, t, [n, 3], () => refs[`gamma${next++}`]!),
          m: b.add(refs.a!, b.sub(record.moments!.mean(b, t), refs.a!)),
          v: b.add(refs.a!, b.sub(record.moments!.variance(b, t), refs.a!)),
        };
      },
    );
    points.forEach(([, exact], i) => {
      expect(log![i]).toBeCloseTo(exact as number, 11);
    });
    for (let j = 0; j < 3; j++) {
      expect(m![j]).toBeCloseTo(mean[j]!, 12);
      expect(v![j]).toBeCloseTo(variance[j]!, 12);
      const column = draws!.filter((_, i) => i % 3 === j);
      const found = column.reduce((s, p) => s + p, 0) / n;
      expect(Math.abs(found - mean[j]!)).toBeLessThan(5 * Math.sqrt(variance[j]! / n));
    }
    for (let i = 0; i < n; i++) expect(draws![3 * i]! + draws![3 * i + 1]! + draws![3 * i + 2]!).toBeCloseTo(1, 12);
  });

  it('of Dirichlet integrate to 1 on the plane of the stick-breaking bijector', async () => {
    const record = distributions.get('Dirichlet')!;
    const { concentration } = reference.vectors.Dirichlet;
    const side = 240;
    const reach = 24;
    const grid = Array.from({ length: side }, (_, i) => -reach + ((i + 0.5) * 2 * reach) / side);
    const z = real(
      grid.flatMap((p) => grid.flatMap((q) => [p, q])),
      [side * side, 2],
    );
    const { log, back } = await compute({ z, a: real(concentration) }, ({ graph: b }, refs) => {
      const x = simplex.forward(b, refs.z!);
      const t = term(record, { concentration: refs.a! });
      return {
        log: b.add(logDensityOf(b, x, t), simplex.logDetJacobian(b, refs.z!)),
        back: b.sub(simplex.inverse(b, x), refs.z!),
      };
    });
    // The midpoint rule is exact to many digits for smooth functions that vanish at the ends.
    const mass = log!.reduce((s, l) => s + Math.exp(l), 0) * ((2 * reach) / side) ** 2;
    expect(mass).toBeCloseTo(1, 6);
    const near = back!.filter(
      (_, i) => Math.abs(grid[Math.floor(i / 2 / side)]!) < 8 && Math.abs(grid[Math.floor(i / 2) % side]!) < 8,
    );
    expect(Math.max(...near.map(Math.abs))).toBeLessThan(1e-8);
  });
});
