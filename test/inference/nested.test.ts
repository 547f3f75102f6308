/** `k[fc1.unit] ~ Ordered(rate, groups)` by `sgvb`: loss, slopes and the posterior that is found, against how many blocks can be open. */
import { describe, expect, it } from 'vitest';
import type { HostArray } from '../../src/base/host-array.ts';
import { childKey, rootKey } from '../../src/base/keys.ts';
import { fillUniform } from '../../src/base/normal.ts';
import { batch as batches } from '../../src/graph/transforms/batch.ts';
import type { EngineProgram, StateArrays } from '../../src/inference/engine.ts';
import type { SlopeEstimator } from '../../src/inference/gate-estimator.ts';
import { gateEstimators } from '../../src/inference/index.ts';
import { blockOfUnits } from '../../src/model/nested.ts';
import { drawSite, masked } from '../../src/model/posterior.ts';
import { inferencesOf, programOf } from '../helpers/inferences.ts';
import { compute, real } from '../helpers/reference.ts';
import { numbersIn, stepperOf } from '../helpers/steppers.ts';

const ROWS = 8;
const x = Array.from({ length: ROWS * 2 }, (_, i) => Math.sin(1.3 * i + 0.4));
const y = Array.from({ length: ROWS }, (_, i) => x[2 * i]! + 0.1 * Math.cos(3 * i));
const batch: Readonly<Record<string, HostArray>> = { x: real(x, [ROWS, 2]), y: real(y) };

/** The noise leaves every number of blocks some probability. */
const [UNITS, BLOCKS, PRIOR, RATE, NOISE] = [5, 3, 0.6, 0.01, 1.5];
/** Weights of the first layer `[input, unit]` and of the second. */
const W = [0.6, -0.9, 0.8, 0.5, 0.3, 0.2, 0.4, -0.7, 0.9, -0.2];
const V = [1.1, 0.7, -0.5, 0.4, 0.8];
const LOGITS = [0.7, -0.4];

function programWith(estimator: string, more = ''): EngineProgram {
  const text = `data d = csv("d.csv") { x: real[2]; y: real }
network net { input real[2]; fc1 = dense(${UNITS}, bias = false); tanh; fc2 = dense(1, bias = false) }
model m {
  k[fc1.unit] ~ Ordered(rate = ${PRIOR}, groups = ${BLOCKS})
  gate fc1.unit with k
  * ~ Flat()
  y ~ Normal(net(x), ${NOISE})
}
run on d { infer sgvb { steps = 1, batch = ${ROWS}, optimizer = sgd(${RATE}), estimator of k = ${estimator} ${more} } }`;
  return programOf(inferencesOf(text, ROWS)[0]!);
}

const STEPS = 'k[fc1.unit].logits';

function stateAt(program: EngineProgram, logits: readonly number[]): StateArrays {
  const start = program.initial(rootKey(1), null);
  return {
    ...start,
    [STEPS]: real(logits),
    'fc1.weight.mean': real(W, [2, UNITS]),
    'fc2.weight.mean': real(V, [UNITS, 1]),
  };
}

const block = blockOfUnits(UNITS, BLOCKS);

/** Minus the log likelihood with the first k blocks open, by hand. */
function nllOf(k: number): number {
  return y.reduce((sum, target, n) => {
    const out = V.reduce((total, v, u) => {
      const input = x[2 * n]! * W[u]! + x[2 * n + 1]! * W[UNITS + u]!;
      return block[u]! < k ? total + v * Math.tanh(input) : total;
    }, 0);
    return sum + 0.5 * ((target - out) / NOISE) ** 2 + Math.log(NOISE) + 0.5 * Math.log(2 * Math.PI);
  }, 0);
}

const COUNTS = [1, 2, 3];
const shares = (steps: readonly number[]) =>
  COUNTS.map((k) => steps.slice(0, k - 1).reduce((p, q) => p * q, 1) * (1 - (steps[k - 1] ?? 0)));
const sigmoid = (l: number) => 1 / (1 + Math.exp(-l));
const prior = shares([PRIOR, PRIOR]);

function exactLoss(logits: readonly number[]): number {
  const q = shares(logits.map(sigmoid));
  return COUNTS.reduce((sum, k, i) => sum + q[i]! * (nllOf(k) + Math.log(q[i]! / prior[i]!)), 0);
}

function exactSlopes(): readonly number[] {
  const h = 1e-5;
  return LOGITS.map((_, j) => {
    const at = (by: number) => exactLoss(LOGITS.map((l, i) => (i === j ? l + by : l)));
    return (at(h) - at(-h)) / (2 * h);
  });
}

const slopesIn = (after: StateArrays) => numbersIn(after, STEPS).map((l, j) => ((LOGITS[j]! - l) * ROWS) / RATE);

describe('nested masks', () => {
  it('have the loss of an enumeration and its slopes, with `exact`', async () => {
    const program = programWith('exact');
    const { loss, after } = await (await stepperOf(program, ROWS, batch))(stateAt(program, LOGITS));
    expect(loss).toBeCloseTo(exactLoss(LOGITS), 10);
    slopesIn(after).forEach((slope, j) => void expect(slope).toBeCloseTo(exactSlopes()[j]!, 7));
  });

  it.each([
    ['arm', true],
    ['reinforce(4)', true],
    ['exact_difference', true],
    ['gumbel(2, hard)', false],
    ['ste', false],
  ])(
    'have that loss with `%s` in the mean over draws, and its slopes where these are unbiased',
    async (estimator, unbiased) => {
      const program = programWith(estimator);
      const DRAWS = 600;
      const [losses, slopes]: [number[], number[][]] = [[], []];
      const stepped = await stepperOf(program, ROWS, batch);
      for (let i = 0; i < DRAWS; i++) {
        const { loss, after } = await stepped(stateAt(program, LOGITS), i);
        losses.push(loss);
        slopes.push([...slopesIn(after)]);
      }
      const near = (values: readonly number[], wanted: number) => {
        const mean = values.reduce((a, b) => a + b) / DRAWS;
        const variance = values.reduce((s, v) => s + (v - mean) ** 2, 0) / (DRAWS - 1);
        // Four standard errors of the mean.
        expect(Math.abs(mean - wanted)).toBeLessThan(4 * Math.sqrt(variance / DRAWS) + 1e-6);
      };
      near(losses, exactLoss(LOGITS));
      if (!unbiased) return;
      exactSlopes().forEach(
        (wanted, j) =>
          void near(
            slopes.map((s) => s[j]!),
            wanted,
          ),
      );
    },
  );

  it.each(['gumbel(0.7, soft)', 'hard_concrete'])(
    'follow the slope of their relaxed draw with `%s`',
    async (estimator) => {
      const program = programWith(estimator);
      const stepped = await stepperOf(program, ROWS, batch);
      const { after } = await stepped(stateAt(program, LOGITS), 3);
      const h = 1e-5;
      for (const [j, slope] of slopesIn(after).entries()) {
        const at = async (by: number) => {
          const moved = LOGITS.map((l, i) => (i === j ? l + by : l));
          return (await stepped(stateAt(program, moved), 3)).loss;
        };
        expect(slope).toBeCloseTo(((await at(h)) - (await at(-h))) / (2 * h), 5);
      }
    },
  );

  it('choose each number of open blocks as often as its probability says, with `gumbel`', async () => {
    const [probabilities, count] = [[0.5, 0.2, 0.27, 0.03], 20_000];
    const uniform = new Float32Array(count * probabilities.length);
    fillUniform(rootKey(9), uniform);
    const logs = real(probabilities.map(Math.log));
    const gumbel = gateEstimators.get('gumbel') as SlopeEstimator;
    const { chosen } = await compute({ logs, u: real(uniform, [count, probabilities.length]) }, ({ graph }, all) =>
      batches(graph, count, { batched: { u: all.u! }, shared: { logs: all.logs! } }, (b, one) => ({
        chosen: gumbel.choose!(b, one.logs!, one.u!, { temperature: 2, values: 'hard' }).value,
      })),
    );
    const ones = probabilities.map(
      (_, k) => chosen!.filter((v, i) => i % probabilities.length === k && v === 1).length,
    );
    expect(chosen!.reduce((a, b) => a + b)).toBe(count);
    probabilities.forEach((p, k) => {
      expect(Math.abs(ones[k]! / count - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / count));
    });
  });

  it('follow the slope of the relaxed draw with `gumbel(0.7, hard)`', async () => {
    // Of a loss that is linear in the mask both have the same: weights are near 0, and the divergence is left out.
    const slopesWith = async (values: string) => {
      const program = programWith(`gumbel(0.7, ${values})`, ', kl_weight = 0');
      const small = (weights: readonly number[]) => weights.map((w) => 1e-2 * w);
      const weights = { 'fc1.weight.mean': real(small(W), [2, UNITS]), 'fc2.weight.mean': real(small(V), [UNITS, 1]) };
      const { after } = await (await stepperOf(program, ROWS, batch))({ ...stateAt(program, LOGITS), ...weights }, 3);
      return slopesIn(after);
    };
    const [hard, soft] = [await slopesWith('hard'), await slopesWith('soft')];
    hard.forEach((slope, j) => {
      expect(slope / soft[j]!).toBeCloseTo(1, 3);
      expect(Math.abs(soft[j]!)).toBeGreaterThan(1e-8);
    });
  });

  it('find the exact posterior of how many are open, which is one of their guides', async () => {
    // The weights have a learning rate of 0, so that their nll is that above.
    const text = `data d = csv("d.csv") { x: real[2]; y: real }
network net { input real[2]; fc1 = dense(${UNITS}, bias = false); tanh; fc2 = dense(1, bias = false) }
model m { k[fc1.unit] ~ Ordered(${PRIOR}, ${BLOCKS}); gate fc1.unit with k; * ~ Flat(); y ~ Normal(net(x), ${NOISE}) }
run on d { infer sgvb { steps = 1500, batch = ${ROWS}, optimizer = sgd(0), optimizer of k = adam(0.05), estimator of k = exact } }`;
    const program = programOf(inferencesOf(text, ROWS)[0]!);
    const stepped = await stepperOf(program, ROWS, batch);
    let state = stateAt(program, LOGITS);
    for (let i = 0; i < 1500; i++) state = (await stepped(state, i)).after;
    const joint = COUNTS.map((k, i) => prior[i]! * Math.exp(-nllOf(k)));
    const evidence = joint.reduce((a, b) => a + b);
    const found = program.posterior(state).sites.find((s) => s.path === 'k[fc1.unit]')!;
    block.forEach((own, u) => {
      const open = joint.reduce((sum, p, i) => (COUNTS[i]! > own ? sum + p / evidence : sum), 0);
      expect(found.mean[u]).toBeCloseTo(open, 4);
    });
  });
});

describe('a posterior of nested masks', () => {
  const program = programWith('exact');
  const site = program.posterior(stateAt(program, LOGITS)).sites.find((s) => s.path === 'k[fc1.unit]')!;
  const draws = (of: typeof site, count: number) =>
    Array.from({ length: count }, (_, i) => [...drawSite(of, i, childKey(rootKey(5), i), rootKey(6))]);

  it('is drawn whole: the first blocks are open, as often as they are in the guide', () => {
    const q = shares(LOGITS.map(sigmoid));
    const count = 4000;
    const seen = [0, 0, 0];
    for (const draw of draws(site, count)) {
      const k = draw.reduce((most, v, u) => (v === 1 ? Math.max(most, block[u]! + 1) : most), 0);
      expect(draw).toEqual(block.map((own) => (own < k ? 1 : 0)));
      seen[k - 1]! += 1;
    }
    q.forEach((p, i) => {
      expect(Math.abs(seen[i]! / count - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / count));
    });
  });

  it('is where the next inference begins, also when some units are gone', () => {
    const again = (from: typeof site) =>
      numbersIn(program.initial(rootKey(1), { kind: 'posterior', sites: [from], statistics: [] }), STEPS);
    // Single precision of the probabilities.
    again(site).forEach((l, j) => void expect(l).toBeCloseTo(LOGITS[j]!, 4));
    const pruned = masked(site, Uint8Array.from([0, 1, 1, 0, 1]));
    again(pruned).forEach((l, j) => void expect(l).toBeCloseTo(LOGITS[j]!, 4));
    expect(draws(pruned, 50).every((draw) => draw[0] === 0 && draw[3] === 0)).toBe(true);
  });

  it('begins anew behind a point, which does not say how sure it was', () => {
    const point = {
      ...site,
      family: 'Delta',
      mean: Float32Array.of(1, 1, 0, 0, 0),
      sd: new Float32Array(UNITS),
    } as const;
    const start = program.initial(rootKey(1), { kind: 'posterior', sites: [point], statistics: [] });
    expect(numbersIn(start, STEPS)).toEqual(numbersIn(program.initial(rootKey(1), null), STEPS));
  });

  it('passes over a block that is pruned whole', () => {
    const pruned = masked(site, Uint8Array.from([1, 1, 0, 0, 1]));
    const start = program.initial(rootKey(1), { kind: 'posterior', sites: [pruned], statistics: [] });
    const [first, second] = numbersIn(start, STEPS).map(sigmoid);
    const open = LOGITS.map(sigmoid);
    expect(first! * second!).toBeCloseTo(open[0]! * open[1]!, 5);
  });
});

it('of forty units in four blocks are no more than eight states for `exact`', () => {
  const text = `data d = csv("d.csv") { x: real[2]; y: real }
network net { input real[2]; fc1 = dense(40); tanh; fc2 = dense(1) }
model m { k[fc1.unit] ~ Ordered(0.5, groups = 4); gate fc1.unit with k; * ~ Normal(0, 1); y ~ Normal(net(x), 1) }
run on d { infer sgvb { steps = 1, batch = 2, estimator of k = exact } }`;
  const noise = programOf(inferencesOf(text, 2)[0]!).step(2).noise;
  // `exact` draws no gates.
  expect(noise.some((spec) => spec.name.startsWith('k['))).toBe(false);
});
