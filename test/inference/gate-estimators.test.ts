/** Estimators of gates by themselves: what they draw, and their gradients against the enumerated expectation of a function. */
import { describe, expect, it } from 'vitest';
import { sizeOf } from '../../src/base/host-array.ts';
import { childKey, rootKey } from '../../src/base/keys.ts';
import { fillUniform } from '../../src/base/normal.ts';
import type { GraphBuilder, Ref } from '../../src/graph/builder.ts';
import { batch } from '../../src/graph/transforms/batch.ts';
import { gradients, pullback } from '../../src/graph/transforms/gradient.ts';
import type { GateDraw, GateStates, SlopeEstimator, StatesEstimator } from '../../src/inference/gate-estimator.ts';
import { gateEstimators } from '../../src/inference/index.ts';
import { compute, real } from '../helpers/reference.ts';

const sigmoid = (l: number) => 1 / (1 + Math.exp(-l));
const all = [...gateEstimators];
const slopes = all.filter((e): e is SlopeEstimator => e.kind === 'slope');
const several = all.filter((e): e is StatesEstimator => e.kind === 'states');
const optionsOf = (estimator: (typeof all)[number], given: object = {}) => ({
  ...Object.fromEntries(estimator.options.map((o) => [o.name, o.default!])),
  ...given,
});

function uniforms(seed: number, count: number): Float32Array {
  const values = new Float32Array(count);
  fillUniform(childKey(rootKey(seed), 'gates'), values);
  return values;
}

const LOGITS = [0.7, -1.2, 0.1];
const D = LOGITS.length;

/** No sum of functions of single gates, with curvature in each: what a smooth stand-in for a draw gets wrong. */
const lossOf = (z: readonly number[]) => (1.5 * z[0]! - 0.4 - 2 * z[1]! * z[2]!) ** 2 + 3 * z[0]! * z[2]! - z[1]!;

function lossIn(b: GraphBuilder, states: Ref): Ref {
  const count = states.type.shape[0]!;
  const gate = (i: number) => b.reshape(b.slice(states, [0, i], [count, 1]), [count]);
  const [x, y, z] = [gate(0), gate(1), gate(2)];
  const inner = b.sub(b.sub(b.mul(x, 1.5), 0.4), b.mul(b.mul(y, z), 2));
  return b.sub(b.add(b.square(inner), b.mul(b.mul(x, z), 3)), y);
}

/** By hand, over all eight states. */
function expectation(logits: readonly number[]): number {
  return Array.from({ length: 2 ** D }, (_, k) => logits.map((_, j) => (k >> j) & 1)).reduce((sum, z) => {
    const p = z.reduce((w, zj, j) => w * sigmoid(zj === 1 ? logits[j]! : -logits[j]!), 1);
    return sum + p * lossOf(z);
  }, 0);
}

function exactGradient(): readonly number[] {
  const h = 1e-5;
  return LOGITS.map((_, j) => {
    const at = (by: number) => expectation(LOGITS.map((l, i) => (i === j ? l + by : l)));
    return (at(h) - at(-h)) / (2 * h);
  });
}

interface Sampled {
  readonly mean: number;
  /** Standard error of the mean. */
  readonly se: number;
}

function summary(values: readonly number[]): Sampled {
  const mean = values.reduce((s, v) => s + v, 0) / values.length;
  const variance = values.reduce((s, v) => s + (v - mean) ** 2, 0) / (values.length - 1);
  return { mean, se: Math.sqrt(variance / values.length) };
}

/** Loss and gradient of `repeats` independent steps side by side. */
async function steps(estimator: StatesEstimator, options: ReturnType<typeof optionsOf>, repeats: number) {
  const rows = estimator.uniforms(options);
  const shape = [repeats, Math.max(1, rows), D];
  const fed = { l: real(LOGITS), u: real(uniforms(7, sizeOf(shape)), shape) };
  const found = await compute(fed, ({ graph }, { l, u }) =>
    batch(graph, repeats, { batched: { u: u! }, shared: { l: l! } }, (b, one) => {
      const memory = { slot: () => b.constant(0.9), scalar: (name: string) => b.constant(name === 'share' ? 0.1 : 1) };
      const states: GateStates = estimator.draw(b, one.l!, rows === 0 ? null : one.u!, options, memory);
      const each = lossIn(b, states.values);
      const loss = b.sum(b.mul(each, states.weights));
      const [through] = gradients(b, loss, [one.l!]);
      const score = states.score?.(each).gradient ?? null;
      return { loss, gradient: score === null ? through! : b.add(through!, score) };
    }),
  );
  return {
    loss: summary([...found.loss!]),
    gradient: LOGITS.map((_, j) => summary(Array.from({ length: repeats }, (_, i) => found.gradient![i * D + j]!))),
  };
}

describe('several states', () => {
  const cases = [
    ...several.map((estimator) => ({ title: estimator.name, estimator, options: optionsOf(estimator) })),
    { title: 'arm(3)', estimator: gateEstimators.get('arm') as StatesEstimator, options: { pairs: 3 } },
    {
      title: 'reinforce with a running mean',
      estimator: gateEstimators.get('reinforce') as StatesEstimator,
      options: { samples: 1, decay: 0.9 },
    },
  ];

  it.each(cases)('$title estimate the expected loss and its gradient without bias', async ({ estimator, options }) => {
    const repeats = estimator.uniforms(options) === 0 ? 2 : 20_000;
    const { loss, gradient } = await steps(estimator, options, repeats);
    // Four standard errors of the mean, and rounding where nothing is random.
    expect(Math.abs(loss.mean - expectation(LOGITS))).toBeLessThan(4 * loss.se + 1e-9);
    exactGradient().forEach((wanted, j) => {
      expect(Math.abs(gradient[j]!.mean - wanted)).toBeLessThan(4 * gradient[j]!.se + 1e-7);
      // An error as small as a tenth of the gradient would be seen.
      expect(gradient[j]!.se).toBeLessThan(0.03 * Math.max(1, Math.abs(wanted)));
    });
  });

  it.each(cases)('$title count as many states as they draw', async ({ estimator, options }) => {
    const rows = estimator.uniforms(options);
    const shapes: (readonly number[])[] = [];
    await compute({ l: real(LOGITS), u: real(uniforms(7, 99), [33, D]) }, ({ graph: b }, { l, u }) => {
      const own = rows === 0 ? null : b.slice(u!, [0, 0], [rows, D]);
      const memory = { slot: () => b.constant(0), scalar: () => b.constant(1) };
      const { values, weights } = estimator.draw(b, l!, own, options, memory);
      shapes.push(values.type.shape, weights.type.shape);
      return { total: b.sum(weights), values: b.sum(values) };
    }).then(({ total }) => expect(total![0]).toBeCloseTo(1, 12));
    const states = estimator.states(D, options);
    expect(shapes).toEqual([[states, D], [states]]);
  });

  it('reinforce passes nothing on before it has a baseline', async () => {
    const estimator = gateEstimators.get('reinforce') as StatesEstimator;
    const { gradient, moved } = await compute(
      { l: real(LOGITS), u: real([0.1, 0.5, 0.9], [1, D]) },
      ({ graph: b }, { l, u }) => {
        const memory = { slot: () => b.constant(0), scalar: (n: string) => b.constant(n === 'known' ? 0 : 1) };
        const { values, score } = estimator.draw(b, l!, u!, { samples: 1, decay: 0.9 }, memory);
        const { gradient, slots } = score!(lossIn(b, values));
        return { gradient, moved: b.sub(slots.baseline!, lossIn(b, values)) };
      },
    );
    expect([...gradient!].map(Math.abs)).toEqual([0, 0, 0]);
    expect([...moved!]).toEqual([0]);
  });
});

/** What each draw passes on to its own log odds. */
function slopeBy(b: GraphBuilder, { smooth }: GateDraw, logits: Ref): Ref {
  return pullback(b, smooth!, b.full(logits.type.shape, 1), [logits])[0]!;
}

describe('slopes of draws', () => {
  /** Loss and gradient in expectation, over many draws side by side. */
  async function biasOf(estimator: SlopeEstimator, given: object = {}) {
    const count = 20_000;
    const options = optionsOf(estimator, given);
    const l = Array.from({ length: count }, () => LOGITS).flat();
    const found = await compute(
      { l: real(l, [count, D]), u: real(uniforms(11, count * D), [count, D]) },
      ({ graph: b }, { l, u }) => {
        const { value, smooth } = estimator.draw(b, l!, u!, options);
        const each = lossIn(b, value);
        const [passed] = gradients(b, b.sum(each), [smooth === null ? l! : value]);
        return { loss: each, gradient: smooth === null ? passed! : pullback(b, smooth, passed!, [l!])[0]! };
      },
    );
    const column = (j: number) => summary(Array.from({ length: count }, (_, i) => found.gradient![i * D + j]!));
    return { loss: summary([...found.loss!]), gradient: LOGITS.map((_, j) => column(j)), options };
  }

  const cases = [
    ...slopes.map((estimator) => ({ title: estimator.name, estimator, given: {} })),
    { title: 'ste(clipped)', estimator: gateEstimators.get('ste') as SlopeEstimator, given: { slope: 'clipped' } },
    {
      title: 'gumbel(0.5, soft)',
      estimator: gateEstimators.get('gumbel') as SlopeEstimator,
      given: { values: 'soft' },
    },
  ];

  it.each(cases)('$title is biased where its record says so', async ({ estimator, given }) => {
    const { loss, gradient, options } = await biasOf(estimator, given);
    const off = Math.abs(loss.mean - expectation(LOGITS)) / loss.se;
    if (estimator.bias(options) === null) expect(off).toBeLessThan(4);
    else expect(off).toBeGreaterThan(6);
    const exact = exactGradient();
    const worst = Math.max(...gradient.map((g, j) => Math.abs(g.mean - exact[j]!) / g.se));
    // Of a relaxed loss the gradient is that loss's own, which is another one.
    expect(worst).toBeGreaterThan(6);
    expect(estimator.bias(options) !== null || estimator.gradientBias(options) !== null).toBe(true);
  });
});

describe('draws of gates', () => {
  const count = 20_000;
  const uniform = uniforms(4, count);
  const hard = slopes.filter((e) => e.bias(optionsOf(e)) === null);

  const drawn = (estimator: SlopeEstimator, logit: number) =>
    compute({ l: real(new Array(count).fill(logit)), u: real(uniform) }, ({ graph: b }, { l, u }) => ({
      value: estimator.draw(b, l!, u!, optionsOf(estimator)).value,
    }));

  it.each(hard)('of $name are 1 with the probability of the guide', async (estimator) => {
    for (const logit of [-2, 0.5]) {
      const { value } = await drawn(estimator, logit);
      expect([...new Set(value)].sort()).toEqual([0, 1]);
      const p = sigmoid(logit);
      const share = value!.reduce((s, v) => s + v, 0) / count;
      expect(Math.abs(share - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / count));
    }
  });

  it('of hard_concrete are not 0 with the probability of the guide, and often exactly 0 or 1', async () => {
    for (const logit of [-2, 0.5]) {
      const { value } = await drawn(gateEstimators.get('hard_concrete') as SlopeEstimator, logit);
      const p = sigmoid(logit);
      const share = value!.filter((v) => v > 0).length / count;
      expect(Math.abs(share - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / count));
      // Symmetric around 1/2, so that 1 has the probability that 0 has at the opposite log alpha.
      const shift = (2 / 3) * Math.log(0.1 / 1.1);
      const ofOne = sigmoid(logit + 2 * shift);
      const ones = value!.filter((v) => v === 1).length / count;
      expect(Math.abs(ones - ofOne)).toBeLessThan(4 * Math.sqrt((ofOne * (1 - ofOne)) / count));
      expect(value!.every((v) => v >= 0 && v <= 1)).toBe(true);
    }
  });

  it('of hard Gumbel-softmax have the slope of the soft ones', async () => {
    const gumbel = gateEstimators.get('gumbel') as SlopeEstimator;
    const h = 1e-6;
    const options = (values: string) => ({ temperature: 0.7, values });
    const found = await compute({ l: real([-1, 0.3, 2]), u: real([0.2, 0.5, 0.9]) }, ({ graph: b }, { l, u }) => ({
      slope: slopeBy(b, gumbel.draw(b, l!, u!, options('hard')), l!),
      up: gumbel.draw(b, b.add(l!, h), u!, options('soft')).value,
      down: gumbel.draw(b, b.sub(l!, h), u!, options('soft')).value,
    }));
    found.slope!.forEach((slope, i) => {
      expect(slope).toBeCloseTo((found.up![i]! - found.down![i]!) / (2 * h), 8);
    });
  });

  it('of ste(clipped) pass nothing on where a gate is all but decided', async () => {
    const ste = gateEstimators.get('ste') as SlopeEstimator;
    const { slope } = await compute(
      { l: real([-3.1, -2.9, 0, 3.1]), u: real([0.2, 0.5, 0.9, 0.5]) },
      ({ graph: b }, { l, u }) => ({
        slope: slopeBy(b, ste.draw(b, l!, u!, { slope: 'clipped' }), l!),
      }),
    );
    expect([...slope!]).toEqual([0, 1 / 6, 1 / 6, 0]);
  });
});
