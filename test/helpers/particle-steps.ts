/** SVGD, or another engine beside it, built and stepped on the reference executor with the same batch in every step. */
import type { OptionValues } from '../../src/base/catalogue.ts';
import type { HostArray } from '../../src/base/host-array.ts';
import type { EngineProgram, StateArrays } from '../../src/inference/engine.ts';
import { engines } from '../../src/inference/index.ts';
import type { CheckedModel } from '../../src/language/check/checked.ts';
import { buildDensity } from '../../src/model/density.ts';
import { guide, optimizer } from './models.ts';
import { openFor, scalarsAt } from './reference.ts';

export function buildParticles(
  model: CheckedModel,
  options: OptionValues,
  kind = 'sgd',
  rate = 0.1,
  engine = 'svgd',
): EngineProgram {
  return engines.get(engine)!.build({
    density: buildDensity(model),
    guide: guide(model, () => (engine === 'svgd' ? 'Particles' : 'Delta')),
    optimizer: optimizer(kind, rate),
    estimator: 'shared',
    options,
    schedules: {},
    masks: new Map(),
    course: { steps: 1000, stepsPerEpoch: 10 },
  });
}

/** The state after so many steps. */
export async function stepParticles(
  program: EngineProgram,
  start: StateArrays,
  batch: Readonly<Record<string, HostArray>>,
  steps: number,
): Promise<StateArrays> {
  const session = await openFor(program, start);
  const compiled = await session.compile(program.step(batch.x!.type.shape[0]!, { values: false }));
  for (let i = 0; i < steps; i++) {
    await session.run(compiled, [{ batch, noise: {}, scalars: scalarsAt(program, i, i) }]);
  }
  const after = await session.read();
  session.dispose();
  return after;
}
