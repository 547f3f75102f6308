import { describe, expect, it } from 'vitest';
import { runStepKey } from '../../src/base/streams.ts';
import { load } from '../../src/executors/tfjs/load.ts';
import { tfjsExecutor } from '../../src/executors/tfjs/tfjs.ts';
import { engines } from '../../src/inference/index.ts';
import { buildDensity } from '../../src/model/density.ts';
import { classifier, distribution, guide, optimizer } from '../helpers/models.ts';
import { keyedNoise, scalarsAt } from '../helpers/reference.ts';

const ROWS = 8;

/** A whole sparse-VD step with Adam, masks included. */
function training() {
  const model = classifier([6, 5, 3], distribution('LogUniform'));
  const masks = new Map([['fc1.weight', Uint8Array.from({ length: 30 }, (_, i) => i % 2)]]);
  return engines.get('sgvb')!.build({
    density: buildDensity(model),
    guide: guide(model, (site) => (site.endsWith('.weight') ? 'Normal' : 'Delta'), 0.1),
    optimizer: optimizer('adam', 1e-3, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }),
    estimator: 'local_reparameterization',
    options: {},
    schedules: { kl_weight: { kind: 'number', value: 1, unit: null, percent: false, span: model.span } },
    masks,
    course: { steps: 1000, stepsPerEpoch: 10 },
  });
}

describe.each(['cpu', 'wasm'] as const)('memory of tfjs %s', (name) => {
  it('is flat from step to step over 200 steps, and all freed at the end', async () => {
    const { tf, backend } = await load(name);
    const program = training();
    const key = runStepKey(1, 1);
    const before = backend.numDataIds();
    const session = await tfjsExecutor(name).open(program.state);
    await session.write(program.initial(key, null));
    const compiled = await session.compile(program.step(ROWS));
    const x = Float32Array.from({ length: ROWS * 6 }, (_, i) => Math.sin(i));
    const y = Int32Array.from({ length: ROWS }, (_, i) => i % 3);
    const batch = Object.fromEntries(
      compiled.program.batch.map(({ name: column, type }) => [column, { type, data: type.dtype === 'i32' ? y : x }]),
    );
    const counts = new Set<string>();
    for (let step = 0; step < 200; step++) {
      const feed = { batch, noise: keyedNoise(compiled.program, key, step), scalars: scalarsAt(program, step, 0) };
      await session.run(compiled, [feed]);
      if (step >= 2) counts.add(`${backend.numDataIds()} buffers, ${tf.memory().numTensors} tensors`);
    }
    expect([...counts]).toHaveLength(1);
    session.dispose();
    expect(backend.numDataIds()).toBe(before);
  });
});
