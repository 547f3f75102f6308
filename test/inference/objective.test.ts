/** `objective = ...`: against the weight that says the same, and against finite differences of the expression worked out here. */
import { describe, expect, it } from 'vitest';
import { rootKey } from '../../src/base/keys.ts';
import type { EngineProgram, StateArrays } from '../../src/inference/engine.ts';
import { guaranteeOf } from '../../src/inference/guarantee.ts';
import { compileSchedule } from '../../src/language/index.ts';
import { inferencesOf, programOf } from '../helpers/inferences.ts';
import { keyedNoise, numbersOf, real, runOnce } from '../helpers/reference.ts';

const ROWS = 5;
const X = Array.from({ length: 2 * ROWS }, (_, i) => Math.sin(i * 1.7));
const batch = { x: real(X, [ROWS, 2]), y: real(X.slice(0, ROWS)) };

const stepOf = (options: string, guide = '') =>
  inferencesOf(
    `data d = csv("d.csv") { x: real[2]; y: real }
network net { input real[2]; fc1 = dense(3); tanh; fc2 = dense(1) }
model m { * ~ Normal(0, 1); y ~ Normal(net(x), 1) }
${guide}
run on d { infer sgvb { steps = 10, batch = ${ROWS}, optimizer = sgd(1), ${options} } }`,
    2 * ROWS,
  )[0]!;

async function stepAt(program: EngineProgram, state: StateArrays, step: number) {
  const at = { step, epoch: step / 2 };
  const scalars = Object.fromEntries(
    Object.entries(program.scalars).map(([n, s]) => [n, typeof s === 'function' ? s(at) : compileSchedule(s)(at)]),
  );
  const compiled = program.step(ROWS);
  const [info, after] = await runOnce(compiled, state, {
    batch,
    noise: keyedNoise(compiled, rootKey(5), 0),
    scalars,
  });
  const { loss, nll, kl } = numbersOf(info);
  return { loss: loss![0]!, nll: nll![0]!, kl: kl![0]!, after };
}

describe('an objective', () => {
  it('is a weight of the divergence where it says no more', async () => {
    const [own, weighted] = ['objective = nll + clamp(epoch / 4, 0, 1) * kl', 'kl_weight = clamp(epoch / 4, 0, 1)'].map(
      (options) => programOf(stepOf(options)),
    );
    const start = own!.initial(rootKey(1), null);
    for (const step of [0, 3, 9]) {
      const [a, b] = [await stepAt(own!, start, step), await stepAt(weighted!, start, step)];
      expect(a.loss).toBeCloseTo(b.loss, 10);
      for (const [name, { data }] of Object.entries(a.after)) {
        data.forEach((value, i) => {
          expect(Number(value), name).toBeCloseTo(Number(b.after[name]!.data[i]), 12);
        });
      }
    }
  });

  it('has the slope that finite differences of it have, whatever it is of its terms', async () => {
    // A capacity that grows with the steps (Burgess et al. 2018, eq. 8), and a term that mixes the two.
    const program = programOf(stepOf('objective = nll + 2 * abs(kl - 0.5 * step) + 0.01 * nll * kl'));
    const wanted = (nll: number, kl: number, step: number) => nll + 2 * Math.abs(kl - 0.5 * step) + 0.01 * nll * kl;
    const start = program.initial(rootKey(1), null);
    const valueAt = async (state: StateArrays, step: number) => {
      const { nll, kl } = await stepAt(program, state, step);
      return wanted(nll, kl, step) / (2 * ROWS);
    };
    const h = 1e-5;
    for (const step of [2, 400]) {
      const { loss, nll, kl, after } = await stepAt(program, start, step);
      expect(loss).toBeCloseTo(wanted(nll, kl, step), 8);
      // On both sides of the kink.
      expect(kl > 0.5 * step).toBe(step === 2);
      for (const name of ['fc1.weight.mean', 'fc1.weight.log_variance', 'fc2.bias.mean']) {
        for (let j = 0; j < start[name]!.data.length; j++) {
          const moved = (by: number) => {
            const data = Float64Array.from(start[name]!.data);
            data[j]! += by;
            return valueAt({ ...start, [name]: { ...start[name]!, data } }, step);
          };
          const slope = Number(start[name]!.data[j]) - Number(after[name]!.data[j]);
          expect(slope, name).toBeCloseTo(((await moved(h)) - (await moved(-h))) / (2 * h), 6);
        }
      }
    }
  });

  it('is no bound, unless it is the sum itself', () => {
    const of = (options: string) => guaranteeOf(stepOf(options), compileSchedule);
    expect(of('objective = kl + nll')).toMatchObject({ verdict: 'bound', weights: [] });
    const cold = of('objective = nll + 0.01 * kl');
    expect(cold.verdict).toBe('not_a_bound');
    expect(cold.reasons.map((r) => r.kind)).toEqual(['objective']);
    expect(of('objective = nll + kl * 1').verdict).toBe('not_a_bound');
  });
});
