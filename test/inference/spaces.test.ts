/**
 * Which density a latent's point climbs, where all of them are known: a precision gamma under a Gamma prior, of normal data, has the
 * posterior Gamma(A, rate = R). Its mode is (A - 1) / R; the density of its logarithm is highest at A / R, with curvature A.
 */
import { describe, expect, it } from 'vitest';
import type { HostArray } from '../../src/base/host-array.ts';
import { rootKey } from '../../src/base/keys.ts';
import type { EngineProgram } from '../../src/inference/engine.ts';
import { inferencesOf, programOf } from '../helpers/inferences.ts';
import { passesOver } from '../helpers/passes.ts';
import { constantNoise, openFor, real, scalarsAt } from '../helpers/reference.ts';

const ROWS = 6;
const [a, r] = [3, 0.5];
const batch: Readonly<Record<string, HostArray>> = {
  x: real(new Float64Array(ROWS).fill(1), [ROWS, 1]),
  y: real(Array.from({ length: ROWS }, (_, i) => 1.5 * Math.cos(2.1 * i))),
};
const [A, R] = [a + ROWS / 2, r + [...batch.y!.data].reduce((sum, y) => sum + y * y, 0) / 2];

/** All weight is pruned away, so that the precision is alone. */
function program(infer: string): EngineProgram {
  const step = inferencesOf(
    `data d = csv("d.csv") { x: real[1]; y: real }
network net { input real[1]; fc = dense(1, bias = false) }
model m { gamma ~ Gamma(${a}, rate = ${r}); * ~ Normal(0, 1); y ~ Normal(net(x), 1 / sqrt(gamma)) }
run on d { infer map { steps = 1 }; infer ${infer} }`,
    ROWS,
  )[1]!;
  return programOf(step, new Map([['fc.weight', new Uint8Array([0])]]));
}

/** How far one step of rate 1 moves the logarithm from a value of gamma. */
async function moved(of: EngineProgram, gamma: number): Promise<number> {
  const step = of.step(ROWS);
  const start = of.initial(rootKey(1), null);
  const name = Object.keys(start).find((n) => /^gamma\.(mean|particles|chain)$/.test(n))!;
  const { shape } = start[name]!.type;
  const values = new Float64Array(start[name]!.data.length).fill(Math.log(gamma));
  const session = await openFor(of, { ...start, [name]: real(values, shape) });
  const feed = { batch, noise: constantNoise(step, 0), scalars: scalarsAt(of, 0, 0) };
  await session.run(await session.compile(step), [feed]);
  const after = await session.read([name]);
  session.dispose();
  return after[name]!.data[0]! - Math.log(gamma);
}

const OPTIONS = 'steps = 2, batch = 6, optimizer = sgd(1)';

describe('the highest density of a precision', () => {
  it.each([
    ['map', `map { ${OPTIONS} }`],
    ['ensemble', `ensemble { ${OPTIONS}, members = 1 }`],
  ])('under %s is that of the precision itself', async (_, infer) => {
    expect(Math.abs(await moved(program(infer), (A - 1) / R))).toBeLessThan(1e-12);
    // There is a slope of 1 / N towards it from the other mode.
    expect(await moved(program(infer), A / R)).toBeCloseTo(-1 / ROWS, 12);
  });

  it.each([
    ['laplace', `laplace { ${OPTIONS} }`, 1],
    ['swag', `swag { ${OPTIONS}, collect_every = 1 step }`, 1],
    ['swag of several members', `swag { ${OPTIONS}, collect_every = 1 step, members = 2 }`, 1],
    ['svgd', `svgd { ${OPTIONS}, particles = 1 }`, 1],
    ['sgld without noise', 'sgld { steps = 2, batch = 6, lr = 1 }', ROWS],
    ['sghmc without noise', 'sghmc { steps = 2, batch = 6, lr = 1 }', ROWS],
  ])('under %s is that of its logarithm', async (_, infer, unit) => {
    expect(Math.abs(await moved(program(infer), A / R))).toBeLessThan(1e-12);
    // From the mode of the precision a step goes up; in units of the step, its length is that of the slope, 1 / N.
    expect((await moved(program(infer), (A - 1) / R)) / unit).toBeCloseTo(1 / ROWS, 12);
  });

  it.each(['full', 'diagonal', 'last_layer'])(
    'is where Laplace lays a normal of variance 1 / A, %s',
    async (covariance) => {
      const of = program(`laplace { steps = 0, covariance = ${covariance}, newton = 30 }`);
      const start = of.initial(rootKey(1), null);
      const gamma = covariance === 'full' ? 1 : A / R;
      const at = { ...start, 'gamma.mean': real([Math.log(gamma)], []) };
      const { sites } = await of.finish!(at, passesOver(batch, ROWS));
      const site = sites.find((s) => s.path === 'gamma')!;
      // Single precision of what is kept.
      expect(site.mean[0]).toBeCloseTo(Math.log(A / R), 6);
      expect(site.sd[0]).toBeCloseTo(1 / Math.sqrt(A), 6);
    },
  );
});
