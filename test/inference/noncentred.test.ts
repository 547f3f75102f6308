/** Non-centred sites against centred ones: the same distribution of weights, seen from numbers that a latent scale multiplies. */
import { describe, expect, it } from 'vitest';
import { childKey, rootKey } from '../../src/base/keys.ts';
import type { EngineProgram, StateArrays } from '../../src/inference/engine.ts';
import { buildDensity } from '../../src/model/density.ts';
import { drawWeights } from '../../src/model/posterior.ts';
import { inferencesOf, programOf } from '../helpers/inferences.ts';
import { constantNoise, numbersOf, real, runOnce, scalarsAt } from '../helpers/reference.ts';

const ROWS = 4;
const X = [0.3, -1.2, 0.8, 2, -0.4, 0.9, 1.5, -0.7];
const Y = [0.1, -0.9, 1.1, 1.2];
const batch = { x: real(X, [ROWS, 2]), y: real(Y) };

const inferenceOf = (lines: string, engine: string, more: string) =>
  inferencesOf(
    `data d = csv("d.csv") { x: real[2]; y: real }
network lin { input real[2]; fc = dense(1, bias = false) }
model m { ${lines}; y ~ Normal(lin(x), 0.5) }
guide for m { s ~ Delta(); fc.weight ~ Normal() }
run on d { infer ${engine} { steps = 1, batch = ${ROWS}, optimizer = sgd(1)${more} } }`,
    ROWS,
  )[0]!;

const SCALED = 's ~ HalfNormal(1); fc.weight ~ Normal(0, s)';
const SLAB = 's ~ HalfNormal(1); z[fc.weight] ~ Bernoulli(0.4); fc.weight ~ SpikeSlab(z, Normal(0, s))';
const NONCENTRED = ', parameterization of fc.weight = noncentred';

async function stepOf(program: EngineProgram, state: StateArrays, noise: number) {
  const step = program.step(ROWS);
  const feed = { batch, noise: constantNoise(step, noise), scalars: scalarsAt(program, 0, 0) };
  const [info, after] = await runOnce(step, state, feed);
  const slope = (name: string, i: number) => ROWS * (Number(state[name]!.data[i]) - Number(after[name]!.data[i]));
  return { loss: numbersOf(info).loss![0]!, slope };
}

const eps = [0.7, -0.4];
const sd = [0.3, 0.2];
/** In the numbers at scale 1, or in those of the weights, which are `scale` times as large. */
const stateAt = (logScale: number, centred: boolean, logits?: number): StateArrays => {
  const scale = centred ? Math.exp(logScale) : 1;
  return {
    's.mean': real([logScale], []),
    'fc.weight.mean': real(
      eps.map((e) => e * scale),
      [2, 1],
    ),
    'fc.weight.log_variance': real(
      sd.map((e) => 2 * Math.log(e * scale)),
      [2, 1],
    ),
    ...(logits === undefined ? {} : { 'z[fc.weight].logits': real([logits, logits], [2, 1]) }),
  };
};

describe('a non-centred weight', () => {
  it.each([
    [SCALED, undefined, 0.6],
    [SLAB, 0.3, 0.6],
    [SLAB, 0.3, 0.4],
  ])('has the loss of the centred one at the same distribution of weights: %s', async (lines, logits, noise) => {
    const centred = programOf(inferenceOf(lines, 'sgvb', ''));
    const other = programOf(inferenceOf(lines, 'sgvb', NONCENTRED));
    for (const logScale of [-1.3, 0.4]) {
      const here = await stepOf(other, stateAt(logScale, false, logits), noise);
      const there = await stepOf(centred, stateAt(logScale, true, logits), noise);
      // The floor of 1e-8 below the root of local reparameterisation stands beside variances of other size.
      expect(Math.abs(here.loss - there.loss)).toBeLessThan(1e-5);
    }
  });

  it('moves the scale with the weights: the slope of the loss by it is that of all of them together', async () => {
    const program = programOf(inferenceOf(SCALED, 'sgvb', NONCENTRED));
    const centred = programOf(inferenceOf(SCALED, 'sgvb', ''));
    const at = (logScale: number) => stepOf(centred, stateAt(logScale, true), 0.6);
    const [here, h] = [-0.5, 1e-5];
    const { slope } = await stepOf(program, stateAt(here, false), 0.6);
    const numeric = ((await at(here + h)).loss - (await at(here - h)).loss) / (2 * h);
    expect(Math.abs(slope('s.mean', 0) - numeric)).toBeLessThan(1e-4 * Math.max(1, Math.abs(numeric)));
    // The centred step moves the scale alone, while the weights stay where they are.
    expect(Math.abs((await at(here)).slope('s.mean', 0) - numeric)).toBeGreaterThan(0.1);
  });

  it.each(['svgd', 'map'])('is one of the numbers at scale 1 under %s too', async (engine) => {
    const more = engine === 'svgd' ? ', particles = 1' : '';
    const [program, centred] = [NONCENTRED, ''].map((p) => programOf(inferenceOf(SCALED, engine, more + p)));
    const logScale = -0.8;
    const scale = Math.exp(logScale);
    const name = (p: EngineProgram) => p.state.find((s) => s.name.startsWith('fc.weight.'))!;
    const ofScale = (p: EngineProgram) => p.state.find((s) => s.name.startsWith('s.'))!;
    const state = (p: EngineProgram, by: number): StateArrays => ({
      [ofScale(p).name]: real([logScale], ofScale(p).type.shape),
      [name(p).name]: real(
        eps.map((e) => e * by),
        name(p).type.shape,
      ),
    });
    const here = (await stepOf(program!, state(program!, 1), 0)).loss;
    const there = (await stepOf(centred!, state(centred!, scale), 0)).loss;
    // Log densities of two numbers differ by the logarithm of the scale for each.
    expect(Math.abs(here - (there - 2 * logScale))).toBeLessThan(1e-5);
  });

  it('predicts with what the scale makes of it', async () => {
    const step = inferenceOf(SCALED, 'sgvb', NONCENTRED);
    const program = programOf(step);
    const posterior = program.posterior(stateAt(-0.6, false));
    const weights = drawWeights(posterior, 0, (site) => childKey(rootKey(2), site));
    const predict = buildDensity(step.model).predict(ROWS);
    const state = Object.fromEntries(
      Object.entries(weights).map(([n, a]) => [n, real(Float64Array.from(a.data), a.type.shape)]),
    );
    const [info] = await runOnce(predict, state, { batch, noise: {}, scalars: {} });
    const own = weights['fc.weight']!.data;
    for (let i = 0; i < ROWS; i++) {
      const exact = Math.exp(-0.6) * (X[2 * i]! * Number(own[0]) + X[2 * i + 1]! * Number(own[1]));
      expect(numbersOf(info).mean![i]!).toBeCloseTo(exact, 5);
    }
  });
});
