/**
 * How fast each backend is on this machine: a step of a small Bayesian network of each kind, timed on each. The figures
 * are only good for comparing backends with each other; `test/bench` has those to quote.
 */
import type { DataFacts } from '../base/data.ts';
import { type HostArray, sizeOf, type TensorType } from '../base/host-array.ts';
import { keyAt, rootKey } from '../base/keys.ts';
import { fillNormal } from '../base/normal.ts';
import type { Executor, Feed } from '../executors/executor.ts';
import type { StepProgram } from '../graph/program.ts';
import { courseOf } from '../inference/course.ts';
import type { EngineProgram } from '../inference/engine.ts';
import { engines } from '../inference/index.ts';
import type { RunPlan } from '../language/check/checked.ts';
import { check, parse } from '../language/index.ts';
import { buildDensity } from '../model/density.ts';
import { catalogue } from './catalogue.ts';

/** What most of a step's time goes into. */
export const workloads = ['dense', 'convolution'] as const;
export type Workload = (typeof workloads)[number];

/** Milliseconds a step by workload and backend. */
export type Measurements = Readonly<Record<Workload, Readonly<Record<string, number>>>>;

/** The workload that is most like a run. */
export function workloadOf(plan: RunPlan): Workload {
  const layers = plan.steps.flatMap((s) => (s.kind === 'infer' ? s.model.network.layers : []));
  return layers.some((l) => /^(depthwise_)?conv/.test(l.kind)) ? 'convolution' : 'dense';
}

const networks: Readonly<Record<Workload, string>> = {
  dense: 'flatten\n dense(300)\n relu\n dense(100)\n relu\n dense(10)',
  convolution: 'conv2d(20, 5)\n relu\n max_pool(2)\n conv2d(50, 5)\n relu\n max_pool(2)\n flatten\n dense(10)',
};

function programText(workload: Workload): string {
  return `data d = idx("d") { x: image[28, 28, 1]; y: class[10] }
network net { input image[28, 28, 1]
 ${networks[workload]} }
model m { * ~ Normal(0, 1); y ~ Categorical(logits = net(x)) }
run on d { infer sgvb { epochs = 1, batch = ${ROWS} } }`;
}

const ROWS = 128;
const BLOCK = 5;
/** Each backend is timed for about this long, in milliseconds, and for at least three blocks. */
const LONG_ENOUGH = 1000;

export async function measure(executor: Executor, workload: Workload): Promise<number> {
  const engine = engineOf(workload);
  const session = await executor.open(engine.state);
  try {
    await session.write(engine.initial(rootKey(1), null));
    const compiled = await session.compile(engine.step(ROWS, { values: false }));
    const feeds = Array.from({ length: BLOCK }, (_, i) => feedOf(compiled.program, i));
    await session.run(compiled, feeds);
    const times: number[] = [];
    const start = performance.now();
    while (times.length < 3 || performance.now() - start < LONG_ENOUGH) {
      const before = performance.now();
      await session.run(compiled, feeds);
      times.push((performance.now() - before) / BLOCK);
    }
    return times.sort((a, b) => a - b)[times.length >> 1]!;
  } finally {
    session.dispose();
  }
}

function engineOf(workload: Workload): EngineProgram {
  const { program } = parse({ name: 'measure', text: programText(workload) });
  const facts = new Map<string, DataFacts>([['d', { rows: { train: 60_000, test: 10_000 } }]]);
  const { runs } = check(program, { catalogue, facts, overrides: new Map() });
  const step = runs[0]?.steps[0];
  if (step?.kind !== 'infer') throw new Error('internal: the program that is timed does not check');
  const density = buildDensity(step.model);
  return engines
    .get(step.engine)!
    .build({ ...step, density, masks: new Map(), course: courseOf(step, step.model.rows) });
}

function feedOf(program: StepProgram, step: number): Feed {
  const named = (specs: readonly { readonly name: string; readonly type: TensorType }[]) =>
    Object.fromEntries(specs.map(({ name, type }) => [name, arrayOf(type, name, step)]));
  return {
    batch: named(program.batch),
    noise: named(program.noise),
    scalars: Object.fromEntries(program.scalars.map((name) => [name, 1e-3])),
  };
}

function arrayOf(type: TensorType, name: string, step: number): HostArray {
  const size = sizeOf(type.shape);
  if (type.dtype !== 'f32') return { type, data: new Int32Array(size) };
  const data = new Float32Array(size);
  fillNormal(keyAt(rootKey(1), name, step), data);
  return { type, data };
}
