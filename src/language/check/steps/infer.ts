/** `infer ENGINE ... { options }`: model, guide, length, batch, optimizer, estimator, and the engine's own options. */
import type { EngineSignature, OptionSpec } from '../../../base/catalogue.ts';
import { countOf } from '../../../base/counts.ts';
import type { Expr, HostValue } from '../../../base/expr.ts';
import { replacement } from '../../../base/fix.ts';
import type { InferStep } from '../../syntax/ast.ts';
import { rowScope } from '../bindings.ts';
import type { PlanInfer } from '../checked.ts';
import { chooseGuide } from '../choose-guide.ts';
import type { Scope } from '../closing.ts';
import type { Context } from '../context.ts';
import { formatExpr } from '../format.ts';
import { withGateEstimators } from '../gate-estimators.ts';
import { guidedModel } from '../guided-model.ts';
import { sayUnavailable } from '../later.ts';
import type { ModelInstance } from '../model.ts';
import { checkOptimizer, checkSchedule, defaultOptimizer, type Horizon, scheduleScope } from '../optimizer.ts';
import { duration, type Given, matchOptions, type Owner, optionValue, period } from '../options.ts';
import { parameterized, refuseOtherParameterization } from '../parameterization.ts';
import { PLANNED, PLANNED_OPTIONS, sayPlanned } from '../planned.ts';
import { suggested, suggestedAt } from '../report.ts';
import type { RunCheck, StepBase } from '../run.ts';
import { siteOptimizers } from '../site-optimizers.ts';
import { chooseModel } from '../subjects.ts';
import {
  refuseAnyProximal,
  refuseFactors,
  refuseGuide,
  refuseParams,
  refuseTooLarge,
  warnUnbounded,
} from './engine-limits.ts';
import { everyOptions } from './every.ts';
import { refuseUndrawn, refuseUnheld } from './kernel-move.ts';
import { laterOptions } from './later-options.ts';
import { moveOptions } from './move.ts';
import { refuseObjective } from './objective.ts';
import { checkObjective, refuseBesideObjective } from './own-objective.ts';
import { movingSites, type TrainingRows, trainingRows } from './part.ts';

type Call = Extract<Expr, { kind: 'call' }>;

export function inferStep(run: RunCheck, step: InferStep, base: StepBase): PlanInfer | null {
  const { ctx } = run;
  const before = ctx.report.errors;
  const earlier = run.current;
  checkDataClause(run, step);
  const named = modelOf(run, step);
  const engine = engineOf(ctx, step);
  const settings = step.options?.ofSites ?? [];
  const instance = named === null || engine === null ? named : parameterized(ctx, settings, named, engine);
  if (instance !== null) refuseOtherParameterization(ctx, step.engine.span, run.current?.model ?? null, instance);
  const written = step.guide ?? run.declaration.guide;
  const needsGuide = engine === null || engine.guides.length > 1;
  const chosen = chooseGuide(ctx, written, instance?.name ?? null, step.engine.span, needsGuide);
  const network = instance?.application?.instance.network ?? null;
  const all = ctx.facts.get(run.data.name)?.rows.train ?? null;
  const guide = network === null || chosen === undefined ? null : run.guides.instance(chosen, network, instance!, all);
  const guided = instance === null || engine === null ? null : guidedModel(ctx, instance, guide, engine);
  const families = guided?.sites ?? null;
  const model = guided?.model.model ?? null;
  const rowsKnown = rowScope(all);
  const rows = engine === null ? null : trainingRows(run, step, engine);
  const sites = families === null ? null : withGateEstimators(ctx, settings, instance!, families, rowsKnown);
  const options = engine === null || rows === null ? null : new InferOptions(ctx, step, engine, rows, rowsKnown).run();
  const horizon = options === null || rows?.count == null ? null : horizonIn(rows.count, options.length, options.batch);
  const optimizers =
    engine === null || guided === null
      ? null
      : siteOptimizers(ctx, step, engine, guided.model, families, rowsKnown, horizon);
  const moving = engine === null || instance === null ? null : movingSites(run, step, engine, instance);
  refuseUntrained(run, step, options);
  const draws = engine?.draws === undefined ? undefined : options?.options[engine.draws];
  if (instance !== null) {
    const count = typeof draws === 'number' ? draws : null;
    const own = guided?.model ?? instance;
    run.current = { model: own, withoutGuide: instance, guide: sites, draws: count, inference: null };
  } else run.incomplete = true;
  laterOptions(run, step);
  const every = everyOptions(run, step, base, horizon, rowsKnown);
  const moves = moveOptions(run, step, engine, guided?.model ?? instance, horizon, rowsKnown);
  if (model === null || engine === null || sites === null || options === null || every === null) return null;
  if (moves === null || optimizers === null || moving === null || rows === null) return null;
  refuseGuide(ctx, step, engine);
  refuseAnyProximal(ctx, options.optimizer, optimizers, model, sites);
  refuseObjective(ctx, step, options, model, sites);
  refuseBesideObjective(ctx, step, { ...options, optimizers }, sites);
  refuseTooLarge(ctx, step, engine, model, options.options);
  refuseFactors(ctx, step, engine, model);
  refuseParams(ctx, step, engine, model);
  refuseUndrawn(ctx, step, engine, model, moves, horizon);
  const isKnown = !run.incomplete && earlier?.model.model !== null;
  if (isKnown) refuseUnheld(ctx, step, engine, model, earlier?.model.model?.sites ?? []);
  if (engine.guides.length === 1) warnUnbounded(ctx, step, model, engine);
  if (ctx.report.errors > before) return null;
  const inference: PlanInfer = {
    kind: 'infer',
    ...base,
    engine: engine.name,
    model: rows.split === 'train' ? model : { ...model, rows: rows.count ?? model.rows },
    split: rows.split,
    guide: sites,
    ...options,
    options: { ...options.options, ...(moving === undefined ? {} : { sites: moving }) },
    optimizers,
    every,
    moves,
  };
  if (run.current !== null) run.current = { ...run.current, inference };
  return inference;
}

/** The model that the step or the run names, else that of the state, else the only one; null after a report. */
function modelOf(run: RunCheck, step: InferStep): ModelInstance | null {
  const written = step.model ?? run.declaration.model;
  if (written === null && run.current !== null) return run.current.withoutGuide;
  const subject = chooseModel(run.ctx, written, step.engine.span);
  if (subject === null || takesState(run, subject.call)) return null;
  return run.models.instance(subject.declaration, subject.call, run.data);
}

/** True after saying that a model cannot be built on the posterior of a step above: `for second(net, pre)`. */
function takesState(run: RunCheck, call: Call): boolean {
  const states = call.args.filter(({ value }) => value.kind === 'name' && run.hasStep(value.name));
  for (const { value } of states)
    sayUnavailable(run.ctx.report, value.span, `the state \`${formatExpr(value)}\` in a model`);
  return states.length > 0;
}

/** A run is about one data set in this version. */
function checkDataClause(run: RunCheck, step: InferStep): void {
  const { data } = step;
  if (data === null || data.kind === 'error') return;
  if (data.kind === 'name' && data.name === run.data.name) return;
  const known = data.kind === 'name' && run.ctx.declarations.data.has(data.name);
  run.ctx.report.say(
    'BP2003',
    data.span,
    `another data set than the run's (\`${formatExpr(data)}\`) is not available yet in this version`,
    {
      hint: known
        ? `make a run of its own: \`run on ${formatExpr(data)} { ... }\``
        : `the run is on \`${run.data.name}\``,
    },
  );
}

function engineOf(ctx: Context, step: InferStep): EngineSignature | null {
  const { engines } = ctx.catalogue;
  const engine = engines.get(step.engine.name);
  if (engine !== undefined) return engine;
  if (sayPlanned(ctx.report, 'engine', step.engine.name, step.engine.span)) return null;
  ctx.report.say('BP2001', step.engine.span, `there is no engine \`${step.engine.name}\``, {
    ...suggested(step.engine, engines.names, 'the engines are', { planned: PLANNED.engine ?? [] }),
  });
  return null;
}

/** An inference of no step has what it begins with for its result, so there must be something. */
function refuseUntrained(run: RunCheck, step: InferStep, options: Parts | null): void {
  if (options?.length.count !== 0 || run.current !== null || run.incomplete) return;
  const { name, span } = step.engine;
  run.ctx.report.say('BP5003', span, `there is nothing that \`${name}\` without a step of training could start from`, {
    hint: 'put an inference before it, `infer map { epochs = 20 }`, or let it train',
  });
}

function horizonIn(rows: number, length: PlanInfer['length'], batch: number): Horizon {
  const perEpoch = Math.ceil(rows / batch);
  return length.unit === 'epochs'
    ? { epochs: length.count, steps: length.count * perEpoch }
    : { epochs: length.count / perEpoch, steps: length.count };
}

type Parts = Pick<PlanInfer, 'length' | 'batch' | 'optimizer' | 'estimator' | 'options' | 'schedules'>;

/** Rows of a batch when the record gives no default. */
const BATCH = 100;

/** Kinds of options that are no plain value and no schedule. */
const ELSEWHERE: ReadonlySet<OptionSpec['type']['kind']> = new Set(['duration', 'optimizer', 'sites', 'split']);

class InferOptions {
  private readonly ctx: Context;
  private readonly step: InferStep;
  private readonly engine: EngineSignature;
  /** How many it trains on. */
  private readonly rows: number | null;
  private readonly rowWords: TrainingRows['words'];
  private readonly owner: Owner;
  private readonly scope: Scope;

  constructor(ctx: Context, step: InferStep, engine: EngineSignature, rows: TrainingRows, scope: Scope) {
    this.ctx = ctx;
    this.step = step;
    this.engine = engine;
    this.rows = rows.count;
    this.rowWords = rows.words;
    this.owner = { what: `engine \`${engine.name}\``, span: step.engine.span, planned: PLANNED_OPTIONS.infer };
    this.scope = scope;
  }

  run(): Parts | null {
    const before = this.ctx.report.errors;
    const { given } = matchOptions(this.ctx, this.written(), this.engine.options, this.owner);
    const length = this.length(given);
    const batch = this.batch(given);
    const horizon = length === null || batch === null ? null : this.horizon(length, batch);
    const optimizer = this.optimizer(given, horizon);
    const values: Record<string, HostValue> = {};
    const schedules: Record<string, Expr> = {};
    for (const spec of this.engine.options) {
      if (spec.type.kind === 'period') this.period(spec, given.get(spec.name), horizon, values);
      else this.option(spec, given.get(spec.name), horizon, values, schedules);
    }
    const { batch: _, estimator, ...options } = values;
    if (this.ctx.report.errors > before || length === null || batch === null || optimizer === null) return null;
    const way = typeof estimator === 'string' ? estimator : this.ctx.catalogue.estimators.names[0]!;
    return { length, batch, optimizer, estimator: way, options, schedules };
  }

  private written(): Given[] {
    const { options } = this.step;
    for (const item of options?.items ?? []) {
      if (item.kind === 'error') continue;
      const names = this.engine.options.map((o) => o.name);
      const shown = formatExpr(item);
      this.ctx.report.say('BP2013', item.span, `${this.owner.what} has no option \`${shown}\``, {
        ...(names.includes(shown)
          ? { hint: `give it a value: \`${shown} = ...\`` }
          : suggestedAt(item.span, shown, names, 'its options are')),
      });
    }
    return (options?.settings ?? []).map((s) => ({
      name: s.name.name,
      nameSpan: s.name.span,
      value: s.value,
      span: s.span,
    }));
  }

  /** Of the durations of the record exactly one is given. */
  private length(given: ReadonlyMap<string, Given>): PlanInfer['length'] | null {
    const durations = this.engine.options.filter((o) => o.type.kind === 'duration');
    const found = durations.filter((o) => given.has(o.name));
    const [spec, second] = found;
    if (spec === undefined) {
      const misspelt = this.step.options?.settings.some(
        (s) => !this.engine.options.some((o) => o.name === s.name.name) && !PLANNED_OPTIONS.infer.has(s.name.name),
      );
      // A misspelt option is most likely the length.
      if (misspelt !== true) {
        const names = durations.map((o) => `\`${o.name}\``).join(' or ');
        this.ctx.report.say('BP2016', this.step.engine.span, `engine \`${this.engine.name}\` needs ${names}`, {
          hint: `say how long it trains: \`{ ${durations[0]?.name ?? 'epochs'} = 20 }\``,
        });
      }
      return null;
    }
    const option = given.get(spec.name)!;
    if (second !== undefined) {
      const other = given.get(second.name)!;
      this.ctx.report.say(
        'BP2016',
        other.nameSpan,
        `the length is given twice, in ${spec.name} and in ${second.name}`,
        {
          labels: [{ span: option.nameSpan, message: 'first here' }],
          hint: 'leave one of the two out',
        },
      );
      return null;
    }
    const count = duration(this.ctx, option, spec, this.scope);
    if (count === null || spec.type.kind !== 'duration') return null;
    return { unit: spec.type.unit, count };
  }

  private batch(given: ReadonlyMap<string, Given>): number | null {
    const spec = this.engine.options.find((o) => o.name === 'batch');
    const option = given.get('batch');
    if (spec === undefined || option === undefined) {
      const standard = typeof spec?.default === 'number' ? spec.default : BATCH;
      return Math.min(standard, this.rows ?? standard);
    }
    const value = optionValue(this.ctx, option, spec, this.scope);
    if (value === 'all') return this.rows;
    if (typeof value !== 'number') return null;
    if (this.rows === null || value <= this.rows) return value;
    const place = option.value?.span ?? option.span;
    this.ctx.report.say('BP5004', place, `a batch of ${countOf(value, 'row')} out of ${this.rowWords(this.rows)}`, {
      hint: `write at most \`batch = ${this.rows}\``,
      fix: replacement(place, `${this.rows}`),
    });
    return null;
  }

  private horizon(length: PlanInfer['length'], batch: number): Horizon | null {
    return this.rows === null ? null : horizonIn(this.rows, length, batch);
  }

  private optimizer(given: ReadonlyMap<string, Given>, horizon: Horizon | null) {
    const spec = this.engine.options.find((o) => o.type.kind === 'optimizer');
    const option = spec === undefined ? undefined : given.get(spec.name);
    if (option === undefined) return defaultOptimizer(this.ctx, this.step.span);
    return option.value === null ? null : checkOptimizer(this.ctx, option.value, this.scope, horizon);
  }

  /** A period in steps, within the training. */
  private period(
    spec: OptionSpec,
    given: Given | undefined,
    horizon: Horizon | null,
    values: Record<string, HostValue>,
  ): void {
    if (horizon === null) return;
    const stepsPerEpoch = Math.round(horizon.steps / horizon.epochs);
    const written = given === undefined ? null : period(this.ctx, given, spec, this.scope);
    if (written === null && (given !== undefined || spec.default === null)) return;
    const { count, unit } = written ?? { count: Number(spec.default), unit: 'epochs' };
    const steps = Math.round(unit === 'steps' ? count : count * stepsPerEpoch);
    const least = spec.type.kind === 'period' && spec.type.fromZero === true ? 0 : 1;
    if (steps >= least && steps <= horizon.steps) {
      values[spec.name] = steps;
      return;
    }
    const place = given?.value?.span ?? this.step.engine.span;
    const found = `${countOf(steps, 'step')}, and the training has ${countOf(horizon.steps, 'step')}`;
    this.ctx.report.say('BP2015', place, `\`${spec.name}\` is ${found}`, {
      hint: `write \`${spec.name} = ${horizon.steps} steps\` at most`,
    });
  }

  /** What is neither length nor optimizer: a schedule or a plain value. */
  private option(
    spec: OptionSpec,
    given: Given | undefined,
    horizon: Horizon | null,
    values: Record<string, HostValue>,
    schedules: Record<string, Expr>,
  ): void {
    if (ELSEWHERE.has(spec.type.kind) || spec.name === 'batch') return;
    if (spec.type.kind === 'schedule') {
      const expr = given?.value ?? null;
      const schedule =
        expr === null
          ? defaultSchedule(spec, this.step)
          : spec.type.over !== undefined
            ? checkObjective(this.ctx, expr, spec.type.over, this.scope, spec.name)
            : checkSchedule(this.ctx, expr, scheduleScope(this.scope), `\`${spec.name}\``, spec.type, horizon);
      if (schedule !== null) schedules[spec.name] = schedule;
      return;
    }
    const value = given === undefined ? spec.default : optionValue(this.ctx, given, spec, this.scope);
    if (value !== null) values[spec.name] = value;
  }
}

function defaultSchedule(spec: OptionSpec, step: InferStep): Expr | null {
  if (typeof spec.default !== 'number') return null;
  return { kind: 'number', value: spec.default, unit: null, percent: false, span: step.span };
}
