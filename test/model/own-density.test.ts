/** Densities of the program's own in a graph: against the records of the same formula, finite differences, and their own quadrature. */
import { describe, expect, it } from 'vitest';
import { childKey, rootKey } from '../../src/base/keys.ts';
import { fillNormal } from '../../src/base/normal.ts';
import type { Ref } from '../../src/graph/builder.ts';
import { gradients } from '../../src/graph/transforms/gradient.ts';
import type { CheckedDistribution } from '../../src/language/check/checked.ts';
import { buildDensity } from '../../src/model/density.ts';
import { logDensityOf, type Term } from '../../src/model/distribution.ts';
import { normalGuide } from '../../src/model/guides/normal.ts';
import { siteKl } from '../../src/model/kl.ts';
import { termOf } from '../../src/model/likelihood.ts';
import { ownDistribution } from '../../src/model/own-density.ts';
import { StepProgramBuilder } from '../../src/model/step-program.ts';
import { checkText } from '../helpers/golden.ts';
import { distribution, HERE } from '../helpers/models.ts';
import { expectNormal } from '../helpers/quadrature.ts';
import { compute, keyedNoise, real, runOnce } from '../helpers/reference.ts';

/** The prior of the weights of a program whose model says `prior`. */
function checkedPrior(density: string, prior: string): CheckedDistribution {
  const text = `
data d = csv("d.csv", test = "t.csv") { x: real[4]; y: class[3] }
network net { input real[4]; fc1 = dense(3) }
${density}
model m { *.weight ~ ${prior}; *.bias ~ Flat(); y ~ Categorical(logits = net(x)) }
run on d { infer sgvb { epochs = 1 } }`;
  const { result } = checkText('test.bprune', text);
  expect(result.diagnostics).toEqual([]);
  return result.models[0]!.sites[0]!.prior;
}

/** Log density and its slope at each place. */
async function logAndSlope(prior: CheckedDistribution, xs: readonly number[]) {
  const { log, slope } = await compute({ x: real(xs) }, ({ graph: b }, { x }) => {
    const log = logDensityOf(
      b,
      x!,
      termOf(b, prior, () => null),
    );
    return { log, slope: gradients(b, b.sum(log), [x!])[0]! };
  });
  return { log: [...log!], slope: [...slope!] };
}

const PLACES = [-30, -3, -0.7, 0.2, 1, 4, 50];

const TWINS: readonly (readonly [density: string, prior: string, record: CheckedDistribution])[] = [
  [
    'density Bell(x | m, s) { log = -0.5 * ((x - m) / s) ^ 2 - log(s) - 0.5 * log(2 * pi) }',
    'Bell(0.4, 2)',
    distribution('Normal', 0.4, 2),
  ],
  ['density Tent(x | s = 1) { log = -abs(x) / s - log(2 * s) }', 'Tent(0.3)', distribution('Laplace', 0, 0.3)],
  ['density Wide(x | s) { log = -log(pi * s * (1 + (x / s) ^ 2)) }', 'Wide(1.5)', distribution('Cauchy', 0, 1.5)],
];

describe('densities of the program', () => {
  it.each(TWINS)('%s is the record of the same formula', async (density, prior, record) => {
    const [own, known] = [await logAndSlope(checkedPrior(density, prior), PLACES), await logAndSlope(record, PLACES)];
    PLACES.forEach((_, i) => {
      expect(own.log[i]).toBeCloseTo(known.log[i]!, 10);
      expect(own.slope[i]).toBeCloseTo(known.slope[i]!, 10);
    });
  });

  it('have the slope of their logarithm: -tanh(x / s) / s of the hyperbolic secant, also where its cosine overflows', async () => {
    const prior = checkedPrior(
      'density Hyperbolic(x | s) { log = -log(pi * s) - log(cosh(x / s)), support = real }',
      'Hyperbolic(0.5)',
    );
    const places = [...PLACES, 1e6];
    const { log, slope } = await logAndSlope(prior, places);
    places.forEach((x, i) => {
      expect(slope[i]).toBeCloseTo(-Math.tanh(x / 0.5) / 0.5, 12);
    });
    expect(log[places.length - 1]).toBeCloseTo(-Math.log(Math.PI * 0.5) - 2e6 + Math.LN2, 6);
    const h = 1e-5;
    const around = await logAndSlope(prior, [0.3 - h, 0.3, 0.3 + h]);
    expect(around.slope[1]).toBeCloseTo((around.log[2]! - around.log[0]!) / (2 * h), 8);
  });

  it('are a prior of a model: the sum of logarithms over a site', async () => {
    const { result } = checkText(
      'test.bprune',
      `
data d = csv("d.csv", test = "t.csv") { x: real[4]; y: class[3] }
network net { input real[4]; fc1 = dense(3) }
density Bell(x | s) { log = -0.5 * (x / s) ^ 2 - log(s) - 0.5 * log(2 * pi) }
model m { *.weight ~ Mixture(0.25: Bell(1), 0.75: Bell(0.1)); *.bias ~ Bell(2); y ~ Categorical(logits = net(x)) }
run on d { infer sgvb { epochs = 1 } }`,
    );
    const density = buildDensity(result.models[0]!);
    const weights = Array.from({ length: 12 }, (_, i) => (i - 6) / 10);
    const [site] = density.sites;
    const { prior } = await compute({ w: real(weights, [4, 3]) }, ({ graph: b }, { w }) => ({
      prior: density.logPrior(b, site!, w!, () => w!),
    }));
    const bell = (x: number, s: number) => Math.exp(-0.5 * (x / s) ** 2) / (s * Math.sqrt(2 * Math.PI));
    const expected = weights.reduce((sum, w) => sum + Math.log(0.25 * bell(w, 1) + 0.75 * bell(w, 0.1)), 0);
    expect(prior![0]).toBeCloseTo(expected, 10);
  });
});

describe('the divergence of a Normal guide', () => {
  it('is estimated without bias by draws: the mean over many is that of quadrature', async () => {
    const prior = checkedPrior('density Secant(x | s) { log = -log(pi * s) - log(cosh(x / s)) }', 'Secant(0.5)');
    const [n, mean, sd] = [20_000, 0.3, 0.8];
    const parameter = {
      ...{ role: 'weight', shape: [n], fanIn: n },
      initialiser: 'kaiming',
      counts: 'weight',
    } as const;
    const site = {
      ...{ path: 'w', layer: 'w', parameter: { ...parameter, byName: false }, shape: [n], support: 'real' as const },
      ...{ prior, span: HERE, priorSpan: HERE },
    };
    const z = new Float32Array(n);
    fillNormal(childKey(rootKey(5), 'draws'), z);
    const of = (values: number) => real(new Float64Array(n).fill(values));
    const inputs = { mean: of(mean), log_variance: of(2 * Math.log(sd)), z: real(z) };
    const { kl } = await compute(inputs, ({ graph: b }, refs) => {
      const view = normalGuide.view(b, site, (name) => refs[name]!, null);
      const draw = () => b.add(view.mean, b.mul(refs.z!, sd));
      return {
        kl: siteKl(
          b,
          view,
          termOf(b, prior, () => null),
          draw,
        ),
      };
    });
    const log = (x: number) => -Math.log(Math.PI * 0.5) - Math.log(Math.cosh(x / 0.5));
    const entropy = Math.log(sd) + 0.5 * Math.log(2 * Math.PI * Math.E);
    const meanOfLog = expectNormal(log, mean, sd);
    const variance = expectNormal((x) => (log(x) - meanOfLog) ** 2, mean, sd);
    // Four standard errors of the mean of 20,000 draws.
    expect(Math.abs(kl![0]! / n - (-entropy - meanOfLog))).toBeLessThan(4 * Math.sqrt(variance / n));
  });
});

/** The only density of a program, with its parameters put in. */
function term(text: string, args: Readonly<Record<string, number>>): Term {
  const { result } = checkText('test.bprune', text);
  expect(result.diagnostics).toEqual([]);
  const [own] = result.densities;
  return { distribution: ownDistribution(own!), args, components: [] };
}

const SUPPORTED: readonly (readonly [
  text: string,
  args: Readonly<Record<string, number>>,
  record: CheckedDistribution,
])[] = [
  ['density Decay(x | r) { log = log(r) - r * x, support = positive }', { r: 1.7 }, distribution('Exponential', 1.7)],
  ['density Rise(x) { log = log(2) + log(x), support = unit }', {}, distribution('Beta', 2, 1)],
  [
    'density Box(x | a = 0, b = 1) { log = -log(b - a), support = [a, b] }',
    { a: -1, b: 2.5 },
    distribution('Uniform', -1, 2.5),
  ],
  [
    'density Bell(x | s) { log = 0.5 * log(2 / pi) - log(s) - 0.5 * (x / s) ^ 2, support = nonnegative }',
    { s: 0.8 },
    distribution('HalfNormal', 0.8),
  ],
];

describe('densities of other supports', () => {
  const places = [-2, -0.5, 0.1, 0.6, 0.9, 1.3, 2.4, 3];

  it.each(SUPPORTED)('%s is the record of the same formula, and nothing outside', async (text, args, record) => {
    const own = term(text, args);
    const { mine, known } = await compute({ x: real(places) }, ({ graph: b }, { x }) => ({
      mine: logDensityOf(b, x!, own),
      known: logDensityOf(
        b,
        x!,
        termOf(b, record, () => null),
      ),
    }));
    places.forEach((_, i) => {
      expect(mine![i]).toBeCloseTo(known![i]!, 10);
    });
  });

  it.each(SUPPORTED)('%s has a map from the real numbers under which it still integrates to 1', async (text, args) => {
    const own = term(text, args);
    const zs = Array.from({ length: 4001 }, (_, i) => (i - 2000) / 50);
    const { log, back } = await compute({ z: real(zs) }, ({ graph: b }, { z }) => {
      const bijector = own.distribution.bijector!(own);
      const x = bijector.forward(b, z!);
      return { log: b.add(logDensityOf(b, x, own), bijector.logDetJacobian(b, z!)), back: bijector.inverse(b, x) };
    });
    // The trapezoidal rule converges faster than any power for what falls off exponentially to both sides.
    expect(log!.reduce((sum, l) => sum + Math.exp(l), 0) / 50).toBeCloseTo(1, 6);
    expect(back![2050]).toBeCloseTo(zs[2050]!, 9);
  });
});

describe('draws of densities', () => {
  const text = `density Secant(x | s) {
    log = -log(pi * s) - log(cosh(x / s))
    draw = s * log(sqrt((1 + cosine(uniform)) / (1 - cosine(uniform))))
  }
  /** tan(pi u / 2) by the half-angle formula, without a tangent in the language. */
  def cosine(u) = 1 - 2 * u`;

  it('are refused where they do not follow', () => {
    const codes = checkText('test.bprune', text).diagnostics.map((d) => d.code);
    expect(codes).toContain('BP4022');
  });

  it('have the moments of the density, from noise as the runtime feeds it', async () => {
    const logistic = term(
      `density Logistic(x | m, s) {
        log = -(x - m) / s - 2 * softplus(-(x - m) / s) - log(s)
        draw = m + s * (log(uniform) - log1p(-uniform))
      }`,
      { m: 0.7, s: 0.4 },
    );
    const n = 20_000;
    const program = new StepProgramBuilder();
    const draw = logistic.distribution.draw!;
    const noise = (kind: 'normal' | 'uniform', shape: readonly number[]): Ref => program.noise('u', ['u'], kind, shape);
    program.info('x', draw.emit(program.graph, logistic, [n], noise));
    const step = program.finish();
    const [info] = await runOnce(step, {}, { batch: {}, noise: keyedNoise(step, rootKey(7), 0), scalars: {} });
    const xs = [...info.x!.data];
    const mean = xs.reduce((sum, x) => sum + x, 0) / n;
    const variance = xs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n;
    const exact = (Math.PI * 0.4) ** 2 / 3;
    // Five standard errors; the fourth central moment of a logistic density is 4.2 times the squared variance.
    expect(Math.abs(mean - 0.7)).toBeLessThan(5 * Math.sqrt(exact / n));
    expect(Math.abs(variance - exact)).toBeLessThan(5 * exact * Math.sqrt(3.2 / n));
    expect(draw.reparameterised).toBe(true);
  });
});
