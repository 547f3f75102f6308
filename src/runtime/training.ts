/** A training in progress: an engine's program in a session, run block by block. What to do between blocks is the caller's. */
import type { Compiled, Feed, Info, Session, Staged } from '../executors/executor.ts';
import type { StepProgram } from '../graph/program.ts';
import { courseOf } from '../inference/course.ts';
import type { EngineProgram, StateArrays } from '../inference/engine.ts';
import { engines } from '../inference/index.ts';
import type { PlanInfer } from '../language/check/checked.ts';
import { buildDensity } from '../model/density.ts';
import { blockSteps, nextPace } from './block-length.ts';
import { type Feeder, feeder, trainingOn } from './feed.ts';
import { refuseTooLarge } from './memory.ts';
import { type Mover, moversOf, withMemories } from './moves/index.ts';
import { refuseImpossible } from './observed.ts';
import { pruneInside, prunesAt, startMasks } from './prune-inside.ts';
import { explainNonFinite, firstNonFinite } from './steps/non-finite.ts';
import { type RunContext, type RunState, stepKey } from './steps/step.ts';

/** Steps of the first blocks, before any was timed. */
const FIRST_BLOCK = 4;
/** The state is copied at most so often, in milliseconds: a copy for each block would keep the garbage collector busy. */
const MARK_EVERY = 2000;

/** What a step says of the whole data set; null for what this step did not compute. */
export interface Figures {
  readonly nll: number;
  readonly kl: number | null;
  readonly loss: number | null;
}

/** The steps first ... end - 1: one program runs them in one call. */
interface Block {
  readonly first: number;
  readonly end: number;
  readonly rows: number;
  readonly compiled: Compiled;
  readonly feeds: readonly Feed[] | Staged;
}

export interface Training {
  readonly step: PlanInfer;
  readonly context: RunContext;
  readonly program: EngineProgram;
  readonly session: Session;
  readonly feeder: Feeder;
  /** All steps of this training, and rows of the training split. */
  readonly steps: number;
  readonly rows: number;
  readonly compiled: Map<string, Compiled>;
  /** State tensors that the steps change or read; the others are taken down between them. */
  readonly moving: readonly string[];
  /** Rules that set `param`s between them. */
  readonly movers: readonly Mover[];
  done: number;
  /** The steps of the epoch that is going on, or of the last one: rows seen, and each row's share of their negative log likelihood. */
  epoch: { rows: number; nll: number };
  last: Figures;
  /** Steps of the next block as far as time goes. */
  pace: number;
  /** The next block, made while the one before it ran. */
  ready: Block | null;
  /** From where to look again when a value leaves the real numbers: the last copy of the state that was made before a block. */
  mark: Mark;
  /** The copy before it, for when that one was bad already. */
  earlier: Mark;
}

/** A training between two blocks, in no executor's own form. */
export interface TrainingSnapshot {
  readonly done: number;
  readonly epoch: Readonly<Training['epoch']>;
  readonly last: Figures;
  /** All tensors of the engine's program. */
  readonly state: StateArrays;
}

/** A state, the number of steps that led to it, and when it was taken. */
interface Mark {
  readonly step: number;
  readonly state: StateArrays;
  readonly at: number;
}

/** Opens the training of a step; from a snapshot, it goes on where that was taken. */
export async function openTraining(
  step: PlanInfer,
  state: RunState,
  context: RunContext,
  snapshot: TrainingSnapshot | null = null,
): Promise<Training> {
  const engine = engines.get(step.engine);
  if (engine === undefined) throw new Error(`internal: engine ${step.engine} is not registered`);
  refuseImpossible(step.model, context.dataset, step.split);
  const masks = startMasks(step, state.posterior);
  const dataset = trainingOn(step.split, context.dataset);
  const split = dataset.splits.train!;
  const course = courseOf(step, split.rows);
  const program = withMemories(engine.build({ ...step, density: buildDensity(step.model), masks, course }), step);
  const key = stepKey(step, context);
  const batch = Math.min(step.batch, split.rows);
  const forecast = refuseTooLarge(step, program, batch, context.dataset, context.executor, context.host.freeMemory());
  // A training that goes on has said so already.
  if (snapshot === null)
    await context.record.timings({ step: step.index, forecast_mib: Math.round(forecast / 2 ** 20) });
  const session = await context.executor.open(program.state);
  const feeds = feeder(dataset, batch, program.scalars, key, await context.executor.feedLoops?.());
  const initial = snapshot?.state ?? program.initial(key, state.posterior);
  await session.write(initial);
  const mark = { step: snapshot?.done ?? 0, state: initial, at: context.host.now() };
  return {
    step,
    context,
    program,
    session,
    feeder: feeds,
    steps: course.steps,
    rows: split.rows,
    compiled: new Map(),
    moving: program.step(batch, { values: false }).state.map((s) => s.name),
    movers: moversOf(step),
    done: snapshot?.done ?? 0,
    epoch: { ...(snapshot?.epoch ?? { rows: 0, nll: 0 }) },
    last: snapshot?.last ?? { nll: Number.NaN, kl: null, loss: null },
    pace: FIRST_BLOCK,
    ready: null,
    mark,
    earlier: mark,
  };
}

/** Runs the next block of steps. Throws `DiagnosticError` when a value left the real numbers. */
export async function runBlock(t: Training): Promise<void> {
  const block = t.ready ?? (await prepare(t, t.done));
  if (block.first % t.feeder.stepsPerEpoch === 0) t.epoch = { rows: 0, nll: 0 };
  const started = t.context.host.now();
  const before = started - t.mark.at >= MARK_EVERY ? t.session.read(t.moving) : null;
  const running = t.session.run(block.compiled, block.feeds);
  // Whatever happens to the next block, this one's end is waited for.
  const settled = Promise.allSettled([before, running]);
  t.ready = block.end < t.steps ? await prepare(t, block.end) : null;
  await settled;
  if (before !== null) mark(t, block.first, await before, started);
  await account(t, block, await running);
  if (isCollected(t, t.done)) await collect(t);
  if (isSet(t, t.done)) await applyMoves(t);
  await applyKernels(t, t.done);
  if (prunesAt(t.step, t.done)) await pruneInside(t);
  // Steps that are repeated follow the kernels, but neither rules nor prunings.
  if (isSet(t, t.done) || prunesAt(t.step, t.done))
    mark(t, t.done, await t.session.read(t.moving), t.context.host.now());
  t.pace = nextPace(block.end - block.first, t.context.host.now() - started);
}

/** True where something is set, drawn or pruned after so many steps. */
function changesAt(t: Training, done: number): boolean {
  return prunesAt(t.step, done) || isSet(t, done) || t.program.moves?.some(({ due }) => due(done)) === true;
}

/** True where a rule sets something. */
function isSet({ movers }: Training, done: number): boolean {
  return movers.some((mover) => mover.isDue(done));
}

/** Draws what is due by kernels, one move after the other: two that were drawn from the same state need not fit together. */
async function applyKernels(t: Training, done: number): Promise<void> {
  for (const [i, { due, program }] of (t.program.moves ?? []).entries()) {
    if (due(done)) await runBetween(t, `move ${i}`, program, t.feeder.feed(program, done - 1));
  }
}

/** A program over the state of the training, between two of its steps; compiled where it first comes. */
async function runBetween({ session, compiled }: Training, name: string, program: StepProgram, feed: Feed) {
  const known = compiled.get(name) ?? (await session.compile(program));
  compiled.set(name, known);
  await session.run(known, [feed]);
}

/** All rules that are due see the state as the step left it. */
async function applyMoves({ session, program, movers, done, feeder }: Training): Promise<void> {
  const due = movers.filter((mover) => mover.isDue(done));
  if (due.length === 0) return;
  const state = await session.read();
  const posterior = program.posterior(state);
  const at = { done, epoch: done / feeder.stepsPerEpoch };
  await session.write(Object.assign({}, ...due.map((mover) => mover.next(program, state, posterior, at))));
}

function mark(t: Training, step: number, state: StateArrays, at: number): void {
  t.earlier = t.mark;
  t.mark = { step, state, at };
}

export async function snapshotOf({ session, done, epoch, last }: Training): Promise<TrainingSnapshot> {
  return { done, epoch: { ...epoch }, last, state: await session.read() };
}

/** The posterior at the state that the training has reached. */
export async function posteriorNow(t: Training) {
  return t.program.posterior(await t.session.read());
}

/** The block that begins with step `first`: as many steps as one program can run, within an epoch. */
async function prepare(t: Training, first: number): Promise<Block> {
  const rows = t.feeder.rowsOf(first);
  const values = valuesWanted(t, first);
  const compiled = await compiledFor(t, rows, values);
  const longest = Math.min(t.pace, blockSteps(compiled.program));
  let end = first + 1;
  const fits = (step: number) =>
    step < t.steps &&
    step - first < longest &&
    !isCollected(t, step) &&
    !changesAt(t, step) &&
    step % t.feeder.stepsPerEpoch !== 0 &&
    t.feeder.rowsOf(step) === rows &&
    valuesWanted(t, step) === values;
  while (fits(end)) end += 1;
  return { first, end, rows, compiled, feeds: feedsFor(t, compiled, first, end - first) };
}

function feedsFor({ session, feeder }: Training, compiled: Compiled, first: number, steps: number) {
  const { program } = compiled;
  return session.stage === null
    ? Array.from({ length: steps }, (_, i) => feeder.feed(program, first + i))
    : session.stage(compiled, steps, (i) => feeder.passingFeed(program, first + i));
}

async function compiledFor(t: Training, rows: number, values: boolean): Promise<Compiled> {
  const key = `${rows} ${values}`;
  const known = t.compiled.get(key) ?? (await compiledNow(t, t.program.step(rows, { values })));
  t.compiled.set(key, known);
  return known;
}

/** Compilation that a person notices, in milliseconds. */
const SLOW_COMPILATION = 1500;

async function compiledNow({ session, compiled, context }: Training, program: StepProgram): Promise<Compiled> {
  const isFirst = compiled.size === 0;
  const notice = setTimeout(() => isFirst && context.reporter.compiling(context.executor.name), SLOW_COMPILATION);
  try {
    return await session.compile(program);
  } finally {
    clearTimeout(notice);
  }
}

/** True where something is taken down after so many steps. */
function isCollected({ program: { collect } }: Training, done: number): boolean {
  return collect?.due(done) === true;
}

/** Takes down what the engine wants of the state between two steps. */
async function collect(t: Training): Promise<void> {
  const { collect: wanted } = t.program;
  if (wanted !== undefined) await runBetween(t, 'collect', wanted.program, { batch: {}, noise: {}, scalars: {} });
}

/** The values of KL and loss cost a tenth of a step: they are computed where somebody reads them. */
function valuesWanted(t: Training, step: number): boolean {
  const lastOfEpoch = (step + 1) % t.feeder.stepsPerEpoch === 0;
  return lastOfEpoch || step + 1 === t.steps || step < t.context.logSteps || step === 0;
}

/** Takes down what the steps of a block said. */
async function account(t: Training, block: Block, infos: readonly Info[]): Promise<void> {
  for (const info of infos) {
    const figures = figuresOf(info);
    if (!Number.isFinite(figures.nll) || !Number.isFinite(figures.loss ?? 0)) await explain(t, t.done);
    t.last = { nll: figures.nll, kl: figures.kl ?? t.last.kl, loss: figures.loss ?? t.last.loss };
    if (t.done < t.context.logSteps) await t.context.record.metrics({ step: t.step.index, at: t.done + 1, ...figures });
    t.epoch.rows += block.rows;
    t.epoch.nll += (figures.nll / t.rows) * block.rows;
    t.done += 1;
  }
  // Behind the last step no loss would show that its update went wrong.
  if (t.done === t.steps && firstNonFinite(await t.session.read()) !== null) await explain(t, t.done - 1);
}

function figuresOf(info: Info): Figures {
  const scalar = (name: string) => info[name]?.data[0] ?? null;
  return { nll: scalar('nll') ?? Number.NaN, kl: scalar('kl'), loss: scalar('loss') };
}

/**
 * Goes back to the last mark, or to the one before where that is bad already, and repeats the steps (batches and noise are
 * keyed, so they are the same) up to the first that leaves the real numbers, which may come before `last`, where it showed;
 * then looks inside that one. Never returns.
 */
async function explain(t: Training, last: number): Promise<never> {
  const good = firstNonFinite(t.mark.state) === null ? t.mark : t.earlier;
  await t.session.write(good.state);
  for (let step = good.step; ; step++) {
    const rows = t.feeder.rowsOf(step);
    const compiled = await compiledFor(t, rows, valuesWanted(t, step));
    const feed = t.feeder.feed(compiled.program, step);
    const before = await t.session.read();
    await t.session.run(compiled, [feed]);
    const after = await t.session.read();
    if (step < last && firstNonFinite(after) === null) {
      await applyKernels(t, step + 1);
      continue;
    }
    await t.session.write(before);
    const whole = await compiledFor(t, rows, true);
    const epoch = Math.floor(step / t.feeder.stepsPerEpoch) + 1;
    throw await explainNonFinite(t.session, whole.program, feed, { step: step + 1, epoch, infer: t.step, after });
  }
}
