/** Latents of 0 and 1: the loss and its gradient against all 2^d patterns. */
import { describe, expect, it } from 'vitest';
import type { EngineProgram, StateArrays } from '../../src/inference/engine.ts';
import { numbersOf, real, runOnce, scalarsAt } from '../helpers/reference.ts';
import { correlated, NOISE, PI, regression } from '../helpers/spike-and-slab.ts';

const sigmoid = (l: number) => 1 / (1 + Math.exp(-l));
const patternsOf = (d: number) =>
  Array.from({ length: 2 ** d }, (_, k) => Array.from({ length: d }, (_, j) => (k >> j) & 1));

describe('a spike and a slab for each of three slopes', () => {
  const d = 3;
  const rows = 7;
  const { X, Y, batch } = correlated(rows, [1, -0.5, 0], 1);
  const mean = [0.8, -0.3, 0.2];
  const sd = [0.1, 0.3, 0.5];

  const stateAt = (logits: readonly number[]): StateArrays => ({
    'z[fc.weight].logits': real(logits, [d, 1]),
    'fc.weight.mean': real(mean, [d, 1]),
    'fc.weight.log_variance': real(
      sd.map((s) => 2 * Math.log(s)),
      [d, 1],
    ),
  });

  /** Over all patterns of gates, and over noise of +1 and -1, which integrates the squares of local reparameterisation exactly. */
  async function expected(program: EngineProgram, logits: readonly number[]) {
    const step = program.step(rows);
    const state = stateAt(logits);
    const gradient = new Array<number>(d).fill(0);
    let loss = 0;
    for (const pattern of patternsOf(d)) {
      const weight = pattern.reduce((w, z, j) => w * (z === 1 ? sigmoid(logits[j]!) : sigmoid(-logits[j]!)), 1);
      for (const sign of [1, -1]) {
        const noise = Object.fromEntries(
          step.noise.map((spec) => {
            const size = spec.type.shape.reduce((n, m) => n * m, 1);
            const values =
              spec.kind === 'uniform' ? pattern.map((z) => (z === 1 ? 0.999 : 0.001)) : new Array(size).fill(sign);
            return [spec.name, real(values, spec.type.shape)];
          }),
        );
        const [info, after] = await runOnce(step, state, { batch, noise, scalars: scalarsAt(program, 0, 0) });
        loss += 0.5 * weight * numbersOf(info).loss![0]!;
        after['z[fc.weight].logits']!.data.forEach((v, j) => {
          gradient[j] = gradient[j]! + 0.5 * weight * rows * (logits[j]! - Number(v));
        });
      }
    }
    return { loss, gradient };
  }

  /** In closed form: a gated slope has the mean p m and the variance p (s^2 + m^2) - p^2 m^2. */
  function exactLoss(logits: readonly number[]): number {
    const p = logits.map(sigmoid);
    const nll = X.reduce((total, x, i) => {
      const centre = x.reduce((s, v, j) => s + v * p[j]! * mean[j]!, 0);
      const spread = x.reduce(
        (s, v, j) => s + v * v * (p[j]! * (sd[j]! ** 2 + mean[j]! ** 2) - (p[j]! * mean[j]!) ** 2),
        0,
      );
      const constant = Math.log(NOISE) + 0.5 * Math.log(2 * Math.PI);
      return total + ((Y[i]! - centre) ** 2 + spread) / (2 * NOISE ** 2) + constant;
    }, 0);
    const slab = mean.map((m, j) => 0.5 * (m * m + sd[j]! ** 2 - 1) - Math.log(sd[j]!));
    const kl = p.map((q, j) => q * Math.log(q / PI) + (1 - q) * Math.log((1 - q) / (1 - PI)) + q * slab[j]!);
    return nll + kl.reduce((s, v) => s + v, 0);
  }

  it.each(['gumbel(0.5, hard)', 'ste'])(
    'has minus the evidence lower bound for its expected loss with %s',
    async (estimator) => {
      const logits = [0.7, -1.2, 0.1];
      const { loss } = await expected(regression(d, rows, `, estimator of z = ${estimator}`), logits);
      // The floor of 1e-8 under the root of local reparameterisation adds 1e-8 / (2 noise^2) for each row.
      expect(Math.abs(loss - exactLoss(logits))).toBeLessThan(1e-6);
    },
  );

  it('has an unbiased gradient by the straight-through estimator at even odds, where it is exact for squares', async () => {
    const logits = [0, 0, 0];
    const { gradient } = await expected(regression(d, rows, ', estimator of z = ste'), logits);
    const h = 1e-5;
    logits.forEach((_, j) => {
      const at = (by: number) => exactLoss(logits.map((l, i) => (i === j ? l + by : l)));
      expect(gradient[j]!).toBeCloseTo((at(h) - at(-h)) / (2 * h), 6);
    });
  });
});
