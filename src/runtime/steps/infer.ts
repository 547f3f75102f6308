/** `infer`: trains an engine's program in blocks of steps, watches every loss, keeps the record. */
import { runStepKey } from '../../base/streams.ts';
import type { Compiled, Info, Session } from '../../executors/executor.ts';
import type { EngineProgram, StateArrays } from '../../inference/engine.ts';
import { engines } from '../../inference/index.ts';
import type { PlanInfer } from '../../language/check/checked.ts';
import { buildDensity } from '../../model/density.ts';
import { masksOf } from '../../model/posterior.ts';
import { type Feeder, feeder } from '../feed.ts';
import { explainNonFinite, firstNonFinite } from './non-finite.ts';
import { Interrupted, type RunContext, type RunState, resultOf, type StepKind, type StepOutcome } from './step.ts';

/** Steps between two looks at the clock and the keyboard; each block keeps its start state, to go back to. */
const BLOCK = 50;

export const inferStep: StepKind<PlanInfer> = {
  kind: 'infer',
  async run(step, state, context) {
    const training = await openTraining(step, state, context);
    try {
      await train(training);
      if (training.done === 0) throw new Interrupted(step);
      return await finish(training);
    } finally {
      training.session.dispose();
    }
  },
};

/** What a step says of the whole data set; null for what this step did not compute. */
interface Figures {
  readonly nll: number;
  readonly kl: number | null;
  readonly loss: number | null;
}

interface Training {
  readonly step: PlanInfer;
  readonly context: RunContext;
  readonly program: EngineProgram;
  readonly session: Session;
  readonly feeder: Feeder;
  readonly steps: number;
  readonly rows: number;
  readonly compiled: Map<string, Compiled>;
  done: number;
  /** The steps of the epoch that is going on, or of the last one: rows seen, and each row's share of their negative log likelihood. */
  epoch: { rows: number; nll: number };
  last: Figures;
}

async function openTraining(step: PlanInfer, state: RunState, context: RunContext): Promise<Training> {
  const engine = engines.get(step.engine);
  if (engine === undefined) throw new Error(`internal: engine ${step.engine} is not registered`);
  const masks = state.posterior === null ? new Map<string, Uint8Array>() : masksOf(state.posterior);
  const program = engine.build({ ...step, density: buildDensity(step.model), masks });
  const key = runStepKey(context.seed, step.index);
  const split = context.dataset.splits.train!;
  const feeds = feeder(split, Math.min(step.batch, split.rows), program.scalars, key);
  const { unit, count } = step.length;
  const steps = Math.max(1, Math.round(unit === 'steps' ? count : count * feeds.stepsPerEpoch));
  const session = await context.executor.open(program.state);
  await session.write(program.initial(key, state.posterior));
  const last = { nll: Number.NaN, kl: null, loss: null };
  return {
    step,
    context,
    program,
    session,
    feeder: feeds,
    steps,
    rows: split.rows,
    compiled: new Map(),
    done: 0,
    epoch: { rows: 0, nll: 0 },
    last,
  };
}

async function compiledFor(t: Training, rows: number, values: boolean): Promise<Compiled> {
  const key = `${rows} ${values}`;
  const known = t.compiled.get(key) ?? (await t.session.compile(t.program.step(rows, { values })));
  t.compiled.set(key, known);
  return known;
}

async function train(t: Training): Promise<void> {
  const { context, feeder: feeds } = t;
  const started = context.host.now();
  let epochStarted = started;
  while (t.done < t.steps && !context.host.interrupted()) {
    const endOfEpoch = (Math.floor(t.done / feeds.stepsPerEpoch) + 1) * feeds.stepsPerEpoch;
    const end = Math.min(t.done + BLOCK, endOfEpoch, t.steps);
    if (t.done % feeds.stepsPerEpoch === 0) t.epoch = { rows: 0, nll: 0 };
    await runBlock(t, end);
    const progress = {
      step: t.done,
      steps: t.steps,
      stepsPerEpoch: feeds.stepsPerEpoch,
      nll: t.last.nll / t.rows,
      secondsSoFar: (context.host.now() - started) / 1000,
    };
    context.reporter.trained(progress);
    if (t.done === endOfEpoch || t.done === t.steps) {
      const epoch = Math.ceil(t.done / feeds.stepsPerEpoch);
      const summary = { epoch, nll: meanNll(t), kl: t.last.kl, loss: t.last.loss };
      await context.record.metrics({ step: t.step.index, name: t.step.name, ...summary });
      const seconds = (context.host.now() - epochStarted) / 1000;
      await context.record.timings({ step: t.step.index, epoch, seconds });
      context.reporter.epochDone({ ...summary, progress });
      epochStarted = context.host.now();
    }
    await context.host.breathe();
  }
}

/** Of a row, over the rows that the epoch has seen: a short last batch weighs what its rows weigh. */
function meanNll(t: Training): number {
  return t.epoch.nll / t.epoch.rows;
}

/** Runs the steps up to `end`. */
async function runBlock(t: Training, end: number): Promise<void> {
  const before = await t.session.read();
  const first = t.done;
  while (t.done < end) {
    const rows = t.feeder.rowsOf(t.done);
    const values = valuesWanted(t, t.done);
    const compiled = await compiledFor(t, rows, values);
    const feed = t.feeder.feed(compiled.program, t.done);
    const [info] = await t.session.run(compiled, [feed]);
    const figures = figuresOf(info!);
    if (!Number.isFinite(figures.nll) || !Number.isFinite(figures.loss ?? 0)) await explain(t, before, first, t.done);
    t.last = { nll: figures.nll, kl: figures.kl ?? t.last.kl, loss: figures.loss ?? t.last.loss };
    if (t.done < t.context.logSteps) await t.context.record.metrics({ step: t.step.index, at: t.done + 1, ...figures });
    t.epoch.rows += rows;
    t.epoch.nll += (figures.nll / t.rows) * rows;
    t.done += 1;
  }
  // Behind the last step no loss would show that its update went wrong.
  if (t.done === t.steps && firstNonFinite(await t.session.read()) !== null)
    await explain(t, before, first, t.done - 1);
}

/** The values of KL and loss cost a tenth of a step: they are computed where somebody reads them. */
function valuesWanted(t: Training, step: number): boolean {
  const lastOfEpoch = (step + 1) % t.feeder.stepsPerEpoch === 0;
  return lastOfEpoch || step + 1 === t.steps || step < t.context.logSteps || step === 0;
}

function figuresOf(info: Info): Figures {
  const scalar = (name: string) => info[name]?.data[0] ?? null;
  return { nll: scalar('nll') ?? Number.NaN, kl: scalar('kl'), loss: scalar('loss') };
}

/**
 * Goes back to the start of the block and repeats it (batches and noise are keyed, so it is the same) up to the first step
 * that leaves the real numbers, which may come before `last`, where it showed; then looks inside that one. Never returns.
 */
async function explain(t: Training, before: StateArrays, first: number, last: number): Promise<never> {
  await t.session.write(before);
  for (let step = first; ; step++) {
    const rows = t.feeder.rowsOf(step);
    const compiled = await compiledFor(t, rows, valuesWanted(t, step));
    const feed = t.feeder.feed(compiled.program, step);
    const start = await t.session.read();
    await t.session.run(compiled, [feed]);
    const after = await t.session.read();
    if (step < last && firstNonFinite(after) === null) continue;
    await t.session.write(start);
    const whole = await compiledFor(t, rows, true);
    const epoch = Math.floor(step / t.feeder.stepsPerEpoch) + 1;
    throw await explainNonFinite(t.session, whole.program, feed, { step: step + 1, epoch, infer: t.step, after });
  }
}

async function finish(t: Training): Promise<StepOutcome> {
  const posterior = t.program.posterior(await t.session.read());
  const { kl, loss } = t.last;
  const shown = { nll: meanNll(t), ...(kl === null ? {} : { kl }), ...(loss === null ? {} : { loss }) };
  const details = { engine: t.step.engine, steps: t.done, epochs: t.done / t.feeder.stepsPerEpoch };
  return { state: { posterior }, result: resultOf(t.step, { metrics: shown, details }) };
}
