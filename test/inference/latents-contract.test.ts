/** What every engine owes to a model with latents: a closed state, finite steps, the same bytes again, a posterior that can be drawn from, masks. */
import { describe, expect, it } from 'vitest';
import type { HostArray } from '../../src/base/host-array.ts';
import { rootKey } from '../../src/base/keys.ts';
import { drawKey } from '../../src/base/streams.ts';
import type { EngineProgram } from '../../src/inference/engine.ts';
import { engines } from '../../src/inference/index.ts';
import { drawWeights, masksOf, restrict } from '../../src/model/posterior.ts';
import { checkText, stubFacts } from '../helpers/check-text.ts';
import { inferencesOf, programOf } from '../helpers/inferences.ts';
import { keyedNoise, numbersOf, openFor, real, scalarsAt } from '../helpers/reference.ts';

const ROWS = 6;
const X = Array.from({ length: ROWS * 2 }, (_, i) => Math.sin(i * 1.7));
const batch: Readonly<Record<string, HostArray>> = {
  x: real(X, [ROWS, 2]),
  y: real(Array.from({ length: ROWS }, (_, i) => X[2 * i]! - 0.5)),
};

const sampling = (engine: string) => (['sgld', 'sghmc'].includes(engine) ? 'lr = 1e-4, burn_in = 1 steps,' : '');

const text = (engine: string, lines: string) => `data d = csv("d.csv") { x: real[2]; y: real }
network net { input real[2]; fc1 = dense(3); tanh; fc2 = dense(1) }
model m {
  ${lines}
  fc2.weight ~ Normal(0, 1)
  *.bias ~ Normal(0, 1)
  y ~ Normal(net(x), noise)
}
run on d { infer ${engine} { steps = 12, batch = ${ROWS}, ${sampling(engine)} } }`;

/** A positive one for each unit under one of all, one of real numbers, and one between bounds. */
const LATENTS = `global ~ HalfNormal(1)
  tau[fc1.unit] ~ Gamma(2, 2)
  shift ~ Normal(0, 1)
  noise ~ Uniform(0.2, 2)
  fc1.weight ~ Normal(shift, global * tau)`;

const PATHS = ['global', 'tau[fc1.unit]', 'shift', 'noise'];

async function train(program: EngineProgram, start = program.initial(rootKey(1), null), steps = 12) {
  const session = await openFor(program, start);
  const step = program.step(ROWS);
  const compiled = await session.compile(step);
  const collect = program.collect === undefined ? null : await session.compile(program.collect.program);
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    const feed = { batch, noise: keyedNoise(step, rootKey(5), i), scalars: scalarsAt(program, i, i) };
    const [info] = await session.run(compiled, [feed]);
    losses.push(numbersOf(info!).loss![0]!);
    if (collect !== null && program.collect!.due(i + 1))
      await session.run(collect, [{ batch: {}, noise: {}, scalars: {} }]);
  }
  const state = await session.read();
  session.dispose();
  return { losses, state, posterior: program.posterior(state) };
}

const names = [...engines].map((engine) => engine.name);
const build = (engine: string) => programOf(inferencesOf(text(engine, LATENTS), ROWS)[0]!);

describe('latents', () => {
  it.each(names)('under %s train with weights, and are in the posterior', async (engine) => {
    const program = build(engine);
    const { losses, state, posterior } = await train(program);
    expect(Object.keys(state).sort()).toEqual(program.state.map((s) => s.name).sort());
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(Object.values(state).every((a) => a.data.every(Number.isFinite))).toBe(true);
    expect(new Set(losses).size).toBeGreaterThan(1);
    expect(posterior.sites.map((s) => s.path)).toEqual(expect.arrayContaining(PATHS));
    const before = program.posterior(program.initial(rootKey(1), null));
    const meanOf = (of: typeof posterior, path: string) => [...of.sites.find((s) => s.path === path)!.mean];
    for (const path of PATHS) expect(meanOf(posterior, path), path).not.toEqual(meanOf(before, path));
    const draw = drawWeights(posterior, 1, (path) => drawKey(rootKey(3), 1, path));
    for (const path of PATHS) expect(draw[path]!.data.every(Number.isFinite), path).toBe(true);
  });

  it.each(names)('under %s are the same for the same seed', async (engine) => {
    expect(await train(build(engine))).toEqual(await train(build(engine)));
  });

  it.each(names)('under %s stay whole beside weights that are pruned', async (engine) => {
    const first = await train(build(engine));
    const keep = new Map([['fc1.weight', Uint8Array.from([1, 0, 1, 0, 1, 0])]]);
    const pruned = restrict(first.posterior, { keep });
    const program = programOf(inferencesOf(text(engine, LATENTS), ROWS)[0]!, masksOf(pruned));
    const { posterior } = await train(program, program.initial(rootKey(2), pruned));
    const weight = posterior.sites.find((s) => s.path === 'fc1.weight')!;
    expect([...weight.mean].map((v) => (v === 0 ? 0 : 1))).toEqual([1, 0, 1, 0, 1, 0]);
    for (const path of PATHS) expect(posterior.sites.find((s) => s.path === path)!.mask, path).toBeNull();
  });
});

describe('latents of 0 and 1', () => {
  const gates = `z[fc1.unit] ~ Bernoulli(0.5)
  gate fc1.unit with z
  noise ~ Uniform(0.2, 2)
  fc1.weight ~ Normal(0, 1)`;

  /** Kernels draw what only priors mention, and a gate is in the likelihood; what is held must have been fitted before. */
  const refusal = (engine: string) => {
    const { moveKernels, holds } = engines.get(engine)!;
    if (moveKernels !== undefined)
      return 'BP5034 `gibbs` cannot draw `z`: how probable it is depends on the likelihood of all rows';
    if (holds !== undefined)
      return `BP5033 \`${engine}\` holds \`z\` as an inference before it left it, and there is none`;
    return `BP2003 \`z\`, which is 0 or 1, under engine \`${engine}\` is not available yet in this version`;
  };

  it.each(names)('are trained by %s, or refused by name when the program is checked', async (engine) => {
    const { diagnostics, result } = checkText('program', text(engine, gates), {}, (request) =>
      stubFacts(request, { train: ROWS, test: ROWS }),
    );
    if (engines.get(engine)!.guides.includes('Bernoulli')) {
      expect(diagnostics).toEqual([]);
      const { losses } = await train(programOf(inferencesOf(text(engine, gates), ROWS)[0]!));
      expect(losses.every(Number.isFinite)).toBe(true);
      return;
    }
    expect(result.runs).toEqual([]);
    expect(diagnostics.map((d) => `${d.code} ${d.message}`)).toContain(refusal(engine));
  });
});
