/** Images changed at random: in training alone, and the same in each step whatever was fed before, so that `resume` goes on with the same bytes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runStepKey } from '../../src/base/streams.ts';
import { reference } from '../../src/executors/reference/reference.ts';
import { courseOf } from '../../src/inference/course.ts';
import { guaranteeOf } from '../../src/inference/guarantee.ts';
import { engines } from '../../src/inference/index.ts';
import { compileSchedule } from '../../src/language/index.ts';
import { buildDensity } from '../../src/model/density.ts';
import { feeder } from '../../src/runtime/feed.ts';
import { nodeHost } from '../../src/runtime/host-node.ts';
import { loadSource, runPlan, silentReporter } from '../../src/runtime/index.ts';
import { readData } from '../../src/runtime/read-data.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bprune-augmentation-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ROWS = 6;

/** Training at a rate at which no weight moves. */
async function load(data: string) {
  const text = `
data d = simulate(n = 20, test = 10) { x: image[4, 4, 2] ~ Uniform(0.1, 1); y: class[3] ~ Categorical(logits = 0) }
data moved = d { x = augment(x, flip(), shift(1)) }
network net { input image[4, 4, 2]; flatten; dense(3) }
model m { * ~ Normal(0, 1); y ~ Categorical(logits = net(x)) }
run for m on ${data} {
  infer map { epochs = 2, batch = ${ROWS}, optimizer = sgd(1e-30) }
  evaluate on test { nll, nll(train) }
}`;
  const host = nodeHost();
  const { checked, source, diagnostics } = await loadSource(host, { name: join(folder, 'm.bprune'), text }, new Map());
  expect(diagnostics.filter((d) => d.severity === 'error')).toEqual([]);
  return { plan: checked.runs[0]!, source, host };
}

async function feeds(data: string) {
  const { plan, host } = await load(data);
  const step = plan.steps[0]!;
  if (step.kind !== 'infer') throw new Error('the program has no training');
  const engine = engines.get(step.engine)!.build({
    ...step,
    density: buildDensity(step.model),
    masks: new Map(),
    course: courseOf(step, step.model.rows),
  });
  const dataset = await readData(plan.data, host);
  const made = () => feeder(dataset, ROWS, engine.scalars, runStepKey(7, 1));
  return { made, program: engine.step(ROWS, { values: true }) };
}

async function figures(data: string) {
  const { plan, source, host } = await load(data);
  const about = { seed: 3, executor: reference, reason: 'test', settings: new Map(), version: '0', argv: [] };
  const where = { out: join(folder, data), overwrite: false, logSteps: 0, checkpointEvery: null };
  const { steps } = await runPlan({ plan, source, ...about, ...where }, host, silentReporter);
  return steps.map((step) => step.metrics);
}

describe('augmented images', () => {
  it('are those of the step, whatever was fed before it', async () => {
    const { made, program } = await feeds('moved');
    const [all, one] = [made(), made()];
    const upTo = [0, 1, 2, 4, 5].map((step) => all.feed(program, step).batch.x!.data);
    expect(one.feed(program, 5).batch.x!.data).toEqual(upTo[4]);
    expect(one.passingFeed(program, 1).batch.x!.data).toEqual(upTo[1]);
  });

  it('are those of the files, moved: labels and order stay', async () => {
    const [plain, moved] = [await feeds('d'), await feeds('moved')];
    const [a, b] = [plain, moved].map((f) => f.made().feed(f.program, 1).batch);
    expect(b!.y!.data).toEqual(a!.y!.data);
    expect(b!.x!.data).not.toEqual(a!.x!.data);
    const width = 32;
    for (let row = 0; row < ROWS; row++) {
      const [before, after] = [a, b].map((batch) => [...batch!.x!.data.slice(row * width, (row + 1) * width)]);
      // Every number was in the image, or came in at its edge.
      expect(after!.filter((n) => n !== 0 && !before!.includes(n))).toEqual([]);
    }
  });

  it('are trained with, and never evaluated on', async () => {
    const [plain, moved] = [await figures('d'), await figures('moved')];
    expect(moved[0]!.nll).not.toBe(plain[0]!.nll);
    expect(moved[1]).toEqual(plain[1]);
  });

  it('are a reason against a bound', async () => {
    const kinds = async (data: string) => {
      const [step] = (await load(data)).plan.steps;
      if (step?.kind !== 'infer') throw new Error('the program has no training');
      return guaranteeOf(step, compileSchedule).reasons.map((reason) => reason.kind);
    };
    expect(await kinds('moved')).toEqual([...(await kinds('d')), 'augmented_rows']);
  });
});
