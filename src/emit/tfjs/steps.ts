/** The steps of a run: a function with its training loop for each `infer`, and a statement for each of the others. */

import type { Expr } from '../../base/expr.ts';
import { momentOf } from '../../base/statistics.ts';
import { guaranteeOf } from '../../inference/guarantee.ts';
import type {
  CheckedModel,
  PlanEvaluate,
  PlanExport,
  PlanInfer,
  PlanPrune,
  PlanRequire,
  PlanStep,
} from '../../language/check/checked.ts';
import { compileSchedule, figureKey, GUARANTEE } from '../../language/index.ts';
import {
  array,
  arrow,
  binary,
  blank,
  block,
  call,
  constant,
  type FunctionStatement,
  fields,
  fn,
  forOf,
  give,
  id,
  type Js,
  literal,
  member,
  object,
  type Pattern,
  type Property,
  plainValue,
  properties,
  property,
  run,
  type Statement,
  unary,
} from '../target/javascript.ts';
import { printModule } from '../target/print.ts';
import { criteria, metrics } from './criteria.ts';
import { guideOf } from './distributions.ts';
import { engines, estimators, optimizers } from './engines.ts';
import { numberExpression } from './expressions.ts';
import { known, type Writer } from './writer.ts';

/** What the trainer calls the parts of a model. */
export interface ModelNames {
  readonly objective: string;
  readonly likelihood: string;
  readonly parameters: string;
  readonly multiplyAdds: string;
}

export interface StepContext {
  readonly writer: Writer;
  /** The variable of the data. */
  readonly data: string;
  readonly namesOf: (model: CheckedModel) => ModelNames;
}

/** Functions that stand above the run, and the run itself. */
export interface EmittedSteps {
  readonly functions: readonly Statement[];
  readonly body: readonly Statement[];
}

export function emitSteps(context: StepContext, steps: readonly PlanStep[]): EmittedSteps {
  const { writer } = context;
  const functions: Statement[] = [];
  const body: Statement[] = [];
  const trainings = new Map<string, string>();
  const states = new Map<number, Js>();
  const figures = new Map<string, Js>();
  let state: Js = literal(null);
  for (const step of steps) {
    const from = step.from === null ? state : (states.get(step.from) ?? literal(null));
    if (step.seed !== null) writer.refuse(step.span, 'a `sweep` over `seed`');
    const label = step.name === null ? null : wordOf(step.name);
    body.push(blank);
    if (step.kind === 'infer') {
      // Trainings that read the same are one function.
      const training = emitInfer(context, step);
      const text = printModule({ header: [], body: training === null ? [] : [training] });
      const name = trainings.get(text) ?? writer.names.take(`infer_${label ?? step.index}`);
      if (training !== null && !trainings.has(text)) functions.push(blank, { ...training, name });
      trainings.set(text, name);
      state = id(writer.names.take(label ?? `posterior_${step.index}`));
      body.push(announce(step), constant(nameOf(state), call(name, from, literal(step.stream))));
    } else if (step.kind === 'prune') {
      state = id(writer.names.take(label ?? `posterior_${step.index}`));
      body.push(announce(step), constant(nameOf(state), emitPrune(writer, step, from)));
    } else if (step.kind === 'evaluate') {
      state = from;
      body.push(announce(step), ...emitEvaluate(context, step, state, figures));
    } else if (step.kind === 'require') {
      body.push(run(emitRequire(writer, step, figures)));
    } else {
      body.push(...emitExport(writer, step, from));
    }
    states.set(step.index, state);
  }
  return { functions, body };
}

/** A label such as `path[2].rounded` as a name of JavaScript. */
function wordOf(label: string): string {
  return label.replace(/[^A-Za-z0-9_$]+/g, '_').replace(/_$/, '');
}

function nameOf(js: Js): string {
  return js.kind === 'identifier' ? js.name : '';
}

/** The line of the program, for the reader of the code and of the output. */
function announce(step: PlanStep): Statement {
  return run(call(member(id('console'), 'log'), literal(step.text)));
}

/** `function infer(before, index)`: from a posterior, or null, to the posterior after the training; `index` is its branch of randomness. */
function emitInfer(context: StepContext, step: PlanInfer): FunctionStatement | null {
  const { writer } = context;
  const engine = known(writer, engines, step.engine, 'the engine', step.span);
  const optimizer = known(writer, optimizers, step.optimizer.name, 'the optimizer', step.optimizer.span ?? step.span);
  const estimator = known(writer, estimators, step.estimator, 'the estimator', step.span);
  // Lengths, batch, estimator and schedules are kept apart: what is left has no counterpart.
  const unknown = Object.keys(step.options);
  if (step.schedules.objective !== undefined) writer.refuse(step.schedules.objective.span, '`objective`');
  const ofSites = [...new Set(Object.values(step.optimizers))];
  for (const { span } of ofSites) writer.refuse(span ?? step.span, 'an optimizer of single sites');
  for (const { span } of step.every) writer.refuse(span, '`every`');
  for (const name of unknown) writer.refuse(step.span, `the option \`${name}\` of \`${step.engine}\``);
  if (engine === null || optimizer === null || estimator === null) return null;
  if (unknown.length + ofSites.length > 0 || step.schedules.objective !== undefined) return null;
  const names = context.namesOf(step.model);
  const weight = step.schedules[engine.weight];
  const schedule = (expr: Expr): Js => emitSchedule(writer, expr);
  const training = member(id(context.data), 'train');
  const [key, guides, length, record] = [id('key'), id('guides'), id('length'), id('record')];
  const body: Statement[] = [
    constant('key', call(writer.use('runStepKey'), member(id('options'), 'seed'), id('index'))),
    constant(
      'guides',
      call(writer.use('startGuides'), id(names.parameters), emitGuides(writer, step), key, id('before')),
    ),
    constant('optimizer', optimizer.make(step.optimizer.options)),
    constant('rate', schedule(step.optimizer.rate)),
    constant(engine.weight, weight === undefined ? arrow([], literal(1)) : schedule(weight)),
    constant('length', call(writer.use('lengthOf'), lengthOf(step, training))),
    constant('record', call(writer.use('startRecord'), length, id('index'), member(id('options'), 'losses'))),
    forOf(fields('step', 'epoch', 'rows'), call(writer.use('batches'), length, key), [
      optimizer.setRate(id('optimizer'), call('rate', object({ epoch: id('epoch'), step: id('step') }))),
      constant('figures', emitDescent(context, step, names, engine.weight, writer.use(estimator))),
      run(call(member(record, 'add'), id('step'), id('figures'))),
    ]),
    run(call(member(record, 'close'))),
    run(call(member(id('optimizer'), 'dispose'))),
    give(call(member(guides, 'finish'))),
  ];
  return fn('infer', [id('before'), id('index')], writer.quote(step.span), body);
}

function lengthOf(step: PlanInfer, training: Js): Js {
  return object({
    rows: member(training, 'rows'),
    batch: literal(step.batch),
    [step.length.unit]: literal(step.length.count),
    limit: member(id('options'), 'steps'),
  });
}

/** One gradient step: the objective of the batch, written where its parts are. */
function emitDescent(context: StepContext, step: PlanInfer, names: ModelNames, weight: string, estimator: Js): Js {
  const { writer } = context;
  const training = member(id(context.data), 'train');
  const column = (name: string) => call(writer.use('gather'), training, literal(name), id('rows'));
  const noise = call(writer.use('noiseOf'), id('key'), id('step'));
  const objective = arrow(
    [],
    block([
      constant('views', call(member(id('guides'), 'views'))),
      constant('weights', call(estimator, id('views'), noise)),
      constant('x', column(step.model.input)),
      constant('y', column(step.model.likelihood.observed)),
      give(call(names.objective, object({ weights: id('weights'), guides: id('views'), x: id('x'), y: id('y') }))),
    ]),
  );
  return call(
    writer.use('descend'),
    object({
      variables: member(id('guides'), 'variables'),
      optimizer: id('optimizer'),
      weight: call(weight, object({ epoch: id('epoch'), step: id('step') })),
      rows: member(training, 'rows'),
      objective,
    }),
  );
}

/** `({ epoch }) => 0.001 * clamp(...)`: completed epochs and steps, from 0. */
function emitSchedule(writer: Writer, expr: Expr): Js {
  const used = new Set<string>();
  const value = numberExpression(writer, expr, (part) => {
    if (part.kind !== 'name' || (part.name !== 'epoch' && part.name !== 'step')) return null;
    used.add(part.name);
    return id(part.name);
  });
  const parameters: Pattern[] = used.size === 0 ? [] : [fields(...['epoch', 'step'].filter((name) => used.has(name)))];
  return arrow(parameters, value);
}

/** The families by site, those of one line of the program together below it. */
function emitGuides(writer: Writer, step: PlanInfer): Js {
  const byLine = new Map<string, Property[]>();
  for (const guide of step.guide) {
    const quotation = writer.quote(guide.span);
    const known = byLine.get(quotation.join('\n')) ?? [];
    byLine.set(quotation.join('\n'), [
      ...known,
      property(guide.site, guideOf(writer, guide), known.length === 0 ? quotation : []),
    ]);
  }
  return properties([...byLine.values()].flat());
}

function emitPrune(writer: Writer, step: PlanPrune, from: Js): Js {
  const sites = array(step.sites.map((site) => literal(site)));
  const [mean, sd] = [id('mean'), id('sd')];
  const statistic = (expr: Expr): Js | null => {
    const moment = momentOf(expr);
    if (moment !== null) return moment === 'mean' ? mean : sd;
    if (expr.kind !== 'name') return null;
    const criterion = known(writer, criteria, expr.name, 'the criterion', expr.span);
    return criterion === null ? literal(0) : call(member(writer.use('criteria'), expr.name), mean, sd);
  };
  const perLayer = step.rule.kind === 'lowest' && step.rule.perLayer ? [object({ perLayer: literal(true) })] : [];
  if (step.rule.kind === 'where') {
    const predicate = numberExpression(writer, step.rule.predicate, statistic);
    return call(writer.use('pruneWhere'), from, sites, arrow([mean, sd], predicate));
  }
  if (step.rule.score !== null) {
    const formula = arrow([mean, sd], numberExpression(writer, step.rule.score, statistic));
    return call(writer.use('pruneLowest'), from, sites, formula, literal(step.rule.share), ...perLayer);
  }
  const criterion = known(writer, criteria, step.rule.criterion, 'the criterion', step.span);
  if (criterion === null) return literal(null);
  const score = member(writer.use('criteria'), step.rule.criterion);
  const need = criterion.highMeansRemove ? arrow([mean, sd], unary('-', call(score, mean, sd))) : score;
  return call(writer.use('pruneLowest'), from, sites, need, literal(step.rule.share), ...perLayer);
}

/** `const final = evaluate({ ... })`; its figures are noted under the words of the program. */
function emitEvaluate(context: StepContext, step: PlanEvaluate, state: Js, figures: Map<string, Js>): Statement[] {
  const { writer } = context;
  const names = context.namesOf(step.model);
  for (const request of step.metrics) known(writer, metrics, request.metric, 'the metric', request.span);
  const { input, likelihood } = step.model;
  const value = call(
    writer.use('evaluate'),
    object({
      posterior: state,
      data: id(context.data),
      on: literal(step.split),
      wanted: plainValue(step.metrics.map(({ key }) => key)),
      likelihood: id(names.likelihood),
      columns: object({ input: literal(input), target: literal(likelihood.observed) }),
      samples: literal(step.of === 'mean' ? null : step.samples),
      key: call(writer.use('runStepKey'), member(id('options'), 'seed'), literal(step.stream)),
      multiplyAdds: id(names.multiplyAdds),
    }),
  );
  if (step.name === null) return [run(value)];
  const name = writer.names.take(wordOf(step.name));
  for (const { key } of step.metrics) {
    figures.set(`${step.name}.${key}`, member(id(name), key, 'value'));
    figures.set(`${step.name}.${key}.se`, member(id(name), key, 'se'));
  }
  return [constant(name, value)];
}

function emitRequire(writer: Writer, step: PlanRequire, figures: ReadonlyMap<string, Js>): Js {
  const guarantee = step.inference === null ? null : guaranteeOf(step.inference, compileSchedule).verdict;
  const condition = numberExpression(writer, step.condition, (expr) => {
    if (expr.kind === 'string') return literal(expr.value);
    if (expr.kind === 'name' && expr.name === GUARANTEE && guarantee !== null) return literal(guarantee);
    const key = expr.kind === 'member' || expr.kind === 'call' ? figureKey(expr) : null;
    return key === null ? null : (figures.get(key) ?? null);
  });
  return call(writer.use('requirement'), literal(step.text), condition);
}

/** Exporters by their names in the catalogue. */
const exporters: Readonly<Record<string, (writer: Writer, step: PlanExport, posterior: Js) => Js>> = {
  safetensors: (writer, step, posterior) =>
    call(
      writer.use('exportSafetensors'),
      binary(member(id('options'), 'out'), '+', literal('/weights.safetensors')),
      posterior,
      literal(step.model.network.name),
    ),
};

export const emittedFormats: readonly string[] = Object.keys(exporters);

function emitExport(writer: Writer, step: PlanExport, posterior: Js): Statement[] {
  return step.formats.flatMap((format) => {
    const emit = known(writer, exporters, format, 'the export format', step.span);
    return emit === null ? [] : [run(emit(writer, step, posterior))];
  });
}
