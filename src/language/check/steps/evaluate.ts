/** `evaluate on SPLIT { metrics, samples = 20, of = mean }`. */
import type { MetricSignature, OptionSpec } from '../../../base/catalogue.ts';
import type { Expr } from '../../../base/expr.ts';
import { replacement } from '../../../base/fix.ts';
import { nearest } from '../../../base/suggest.ts';
import type { EvaluateStep } from '../../syntax/ast.ts';
import { rowScope } from '../bindings.ts';
import type { MetricRequest, PlanEvaluate } from '../checked.ts';
import type { Context } from '../context.ts';
import { formatExpr } from '../format.ts';
import { sayUnavailable } from '../later.ts';
import { type Given, plainOptions } from '../options.ts';
import { PLANNED, PLANNED_ARGUMENTS, sayPlanned } from '../planned.ts';
import { listed, suggestedAt } from '../report.ts';
import type { RunCheck, StepBase } from '../run.ts';
import type { RunState } from '../run-names.ts';

const OPTIONS: readonly OptionSpec[] = [
  {
    name: 'samples',
    type: { kind: 'integer', min: 1 },
    default: null,
    required: false,
    doc: 'posterior draws that are averaged; 20 when left out, or each particle once',
  },
  {
    name: 'of',
    type: { kind: 'choice', values: ['draws', 'mean'] },
    default: 'draws',
    required: false,
    doc: 'average over draws, or one pass at the posterior mean',
  },
];
/** Draws from a posterior that never ends. */
const SAMPLES = 20;
const DEFAULT_SPLIT = 'test';

export function evaluateStep(run: RunCheck, step: EvaluateStep, base: StepBase): PlanEvaluate | null {
  const { ctx } = run;
  const before = ctx.report.errors;
  const state = run.posterior(step, 'evaluate');
  const split = splitOf(run, step);
  const metrics = metricsOf(run, step, split ?? DEFAULT_SPLIT, state);
  const options = optionsOf(run, step);
  const ok = ctx.report.errors === before && metrics !== null;
  run.measured = ok ? metrics : null;
  const model = state?.model.model ?? null;
  if (!ok || model === null || split === null || options === null) return null;
  const of = options.of === 'mean' ? 'mean' : 'draws';
  return {
    kind: 'evaluate',
    ...base,
    model,
    split,
    metrics,
    samples: Number(options.samples ?? state?.draws ?? SAMPLES),
    of,
  };
}

function splitOf(run: RunCheck, step: EvaluateStep): string | null {
  if (step.on === null) return isSplit(run, DEFAULT_SPLIT, step) ? DEFAULT_SPLIT : null;
  if (step.on.kind === 'error') return null;
  if (step.on.kind !== 'name') {
    run.ctx.report.say('BP2003', step.on.span, `\`on ${formatExpr(step.on)}\` is not available yet in this version`, {
      hint: 'name a split: `evaluate on test`',
    });
    return null;
  }
  return isSplit(run, step.on.name, step.on) ? step.on.name : null;
}

/** True also where the facts are not known: that was reported with the data. */
export function isSplit(run: RunCheck, name: string, place: Pick<Expr, 'span'>): boolean {
  const rows = run.ctx.facts.get(run.data.name)?.rows;
  if (rows === undefined || rows[name] !== undefined) return true;
  run.ctx.report.say('BP6006', place.span, `data \`${run.data.name}\` have no split \`${name}\``, {
    labels: [{ span: run.data.readerSpan, message: `splits: ${Object.keys(rows).join(', ')}` }],
    ...suggestedAt(place.span, name, Object.keys(rows), 'the splits are'),
  });
  return false;
}

function optionsOf(run: RunCheck, step: EvaluateStep) {
  const { metrics } = run.ctx.catalogue;
  const settings: Given[] = [];
  for (const s of step.options?.settings ?? []) {
    const known = OPTIONS.some((o) => o.name === s.name.name);
    if (!known && metrics.has(s.name.name)) {
      run.ctx.report.say('BP2013', s.name.span, `\`${s.name.name}\` is a metric and takes no value here`, {
        hint: `write \`${s.name.name}\` alone, and compare it in \`require\``,
      });
    } else if (
      !known &&
      s.value.kind === 'call' &&
      s.value.callee.kind === 'name' &&
      metrics.has(s.value.callee.name)
    ) {
      sayUnavailable(run.ctx.report, s.span, `a name of your own for a metric, \`${s.name.name}\`,`);
    } else settings.push({ name: s.name.name, nameSpan: s.name.span, value: s.value, span: s.span });
  }
  const owner = { what: '`evaluate`', span: step.span };
  return plainOptions(
    run.ctx,
    settings,
    OPTIONS,
    owner,
    rowScope(run.ctx.facts.get(run.data.name)?.rows.train ?? null),
  );
}

function metricsOf(
  run: RunCheck,
  step: EvaluateStep,
  split: string,
  state: RunState | null,
): readonly MetricRequest[] | null {
  const { report, catalogue } = run.ctx;
  const items = step.options?.items ?? [];
  if (items.length === 0) {
    report.say('BP6007', step.span, 'nothing is measured', {
      hint: `list metrics: \`{ ${catalogue.metrics.names.slice(0, 2).join(', ')} }\``,
    });
    return null;
  }
  const requests: MetricRequest[] = [];
  for (const item of items) {
    const request = metricOf(run, item, split, state);
    if (request === null) continue;
    const earlier = requests.find((r) => r.key === request.key);
    if (earlier === undefined) requests.push(request);
    else {
      report.say('BP6007', item.span, `\`${request.key}\` is listed twice`, {
        labels: [{ span: earlier.span, message: 'first here' }],
        hint: 'leave one of the two out',
      });
    }
  }
  return requests.length < items.length ? null : requests;
}

function metricOf(run: RunCheck, item: Expr, split: string, state: RunState | null): MetricRequest | null {
  const { report, catalogue } = run.ctx;
  if (item.kind === 'error') return null;
  const callee = item.kind === 'call' ? item.callee : item;
  const metric = callee.kind === 'name' ? catalogue.metrics.get(callee.name) : undefined;
  if (metric === undefined) {
    if (callee.kind === 'name' && sayPlanned(report, 'metric', callee.name, callee.span)) return null;
    const shown = formatExpr(callee);
    const options = OPTIONS.map((o) => o.name);
    const near = nearest(shown, [...catalogue.metrics.names, ...options]);
    const hint = near !== null && options.includes(near) ? `write \`${near} = ...\`` : null;
    report.say('BP2001', callee.span, `there is no metric \`${shown}\``, {
      ...(hint === null
        ? suggestedAt(callee.span, shown, catalogue.metrics.names, 'the metrics are', { planned: PLANNED.metric ?? [] })
        : { hint }),
    });
    return null;
  }
  if (!fitsLikelihood(run.ctx, metric, callee, state)) return null;
  if (item.kind !== 'call') return { key: metric.name, metric: metric.name, split, span: item.span };
  const own = splitArgument(run, item, metric);
  if (own === null) return null;
  return { key: `${metric.name}(${own})`, metric: metric.name, split: own, span: item.span };
}

function splitArgument(run: RunCheck, call: Extract<Expr, { kind: 'call' }>, metric: MetricSignature): string | null {
  const [argument, ...more] = call.args;
  const value = argument?.value;
  if (metric.over === 'data' && more.length === 0 && argument?.name === null && value?.kind === 'name') {
    return isSplit(run, value.name, value) ? value.name : null;
  }
  const planned = PLANNED_ARGUMENTS[metric.name] ?? new Set<string>();
  const word = value?.kind === 'name' && more.length === 0 ? value.name : '';
  if (planned.has(word)) {
    sayUnavailable(run.ctx.report, call.span, `\`${formatExpr(call)}\``);
    return null;
  }
  const near = word === '' ? null : nearest(word, planned);
  const alone = `write \`${metric.name}\` alone`;
  const meant = `${metric.name}(${argument?.name == null ? '' : `${argument.name} = `}${near})`;
  const hinted =
    metric.over === 'data'
      ? { hint: `name a split: \`${metric.name}(test)\`` }
      : near === null
        ? { hint: alone, fix: replacement(call.span, metric.name) }
        : { hint: `did you mean \`${meant}\`?`, fix: replacement(call.span, meant, alone) };
  run.ctx.report.say('BP2007', call.span, `\`${metric.name}\` does not take these arguments`, hinted);
  return null;
}

function fitsLikelihood(ctx: Context, metric: MetricSignature, place: Expr, state: RunState | null): boolean {
  const likelihood = state?.model.model?.likelihood;
  if (metric.over === 'weights' || likelihood === undefined) return true;
  const { name } = likelihood.distribution;
  const predicts = ctx.catalogue.distributions.get(name)?.predicts ?? null;
  const judges = (m: MetricSignature) => predicts !== null && m.judges.includes(predicts);
  if (judges(metric)) return true;
  const fitting = [...ctx.catalogue.metrics].filter((m) => m.over === 'weights' || judges(m));
  ctx.report.say('BP6005', place.span, `\`${metric.name}\` does not judge a \`${name}\` likelihood`, {
    labels: [{ span: likelihood.span, message: 'the likelihood' }],
    hint: `use ${listed(fitting.map((m) => m.name))}`,
  });
  return false;
}
