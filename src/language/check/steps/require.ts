/** `require final.error <= 2% and final.compression >= 60`: figures of named evaluate steps above. */
import type { Expr } from '../../../base/expr.ts';
import { holdsError, partsOf } from '../../evaluate/constant.ts';
import { figureKey } from '../../evaluate/nodes.ts';
import type { RequireStep } from '../../syntax/ast.ts';
import { rowScope } from '../bindings.ts';
import type { MetricRequest, PlanRequire } from '../checked.ts';
import { close, errorNode, type Scope } from '../closing.ts';
import { formatExpr } from '../format.ts';
import { suggestion } from '../report.ts';
import type { RunCheck, StepBase } from '../run.ts';
import { nounOf, typed, typeOf } from '../types.ts';

/** The figure of a run that is a word: whether the loss of the last inference is a bound. */
export const GUARANTEE = 'guarantee';
const VERDICTS: readonly string[] = ['bound', 'not_a_bound'];

export function requireStep(run: RunCheck, step: RequireStep, base: StepBase): PlanRequire | null {
  const { ctx } = run;
  const scope = figureScope(run);
  const condition = close(ctx, step.condition, scope);
  if (holdsError(condition)) return null;
  const { type } = typeOf(ctx, condition, scope);
  if (type === 'unknown') return null;
  if (type !== 'boolean') {
    ctx.report.say('BP2008', step.condition.span, `\`require\` takes a truth value, but this is ${nounOf(type)}`, {
      hint: 'compare it: `require final.error <= 2%`',
    });
    return null;
  }
  if (!mentionsFigure(condition)) {
    ctx.report.say('BP6009', step.condition.span, 'this requirement depends on nothing that is measured', {
      severity: 'warning',
      hint: 'compare figures of a named evaluate step: `final.error <= 2%`',
    });
  }
  if (!mentionsGuarantee(condition)) return { kind: 'require', ...base, condition, inference: null };
  const inference = run.posterior(step, 'require')?.inference ?? null;
  return inference === null ? null : { kind: 'require', ...base, condition, inference };
}

function mentionsFigure(expr: Expr): boolean {
  return expr.kind === 'member' || isGuarantee(expr) || partsOf(expr).some(mentionsFigure);
}

function mentionsGuarantee(expr: Expr): boolean {
  return isGuarantee(expr) || partsOf(expr).some(mentionsGuarantee);
}

function isGuarantee(expr: Expr): boolean {
  return expr.kind === 'name' && expr.name === GUARANTEE;
}

/** `guarantee`, and the words that it is compared with, unless the program means something else by them. */
function guaranteeWord(run: RunCheck, expr: Expr): Expr | null {
  const { consts } = run.ctx.declarations;
  if (expr.kind !== 'name' || consts.has(expr.name)) return null;
  if (isGuarantee(expr)) return expr;
  return VERDICTS.includes(expr.name) ? { kind: 'string', value: expr.name, span: expr.span } : null;
}

function figureScope(run: RunCheck): Scope {
  const base = rowScope(run.ctx.facts.get(run.data.name)?.rows.train ?? null);
  const figure = (expr: Expr) =>
    expr.kind === 'member' || (expr.kind === 'call' && expr.callee.kind === 'member') ? figureKey(expr) : null;
  return {
    resolve: (expr, closePart) =>
      figure(expr) === null ? (guaranteeWord(run, expr) ?? base.resolve(expr, closePart)) : resolveFigure(run, expr),
    typeOf: (expr) => {
      if (isGuarantee(expr)) return typed('string', 'run');
      return figure(expr) === null ? null : typed('number', 'run');
    },
    names: [...base.names, GUARANTEE, ...run.evaluations.keys()],
  };
}

/** `STEP.METRIC`, `STEP.METRIC(split)`, and `.se` behind both. */
function resolveFigure(run: RunCheck, expr: Expr): Expr {
  const wantsError = expr.kind === 'member' && expr.name === 'se' && expr.object.kind !== 'name';
  const figure = wantsError ? expr.object : expr;
  const member = figure.kind === 'call' ? figure.callee : figure;
  if (member.kind !== 'member' || member.object.kind !== 'name') return unknownFigure(run, expr);
  const step = member.object.name;
  const metrics = run.evaluations.get(step);
  if (metrics === undefined) return unknownStep(run, member.object);
  if (metrics === null) return errorNode(expr.span);
  const key = figureKey(figure)!.slice(step.length + 1);
  const found = metrics.find((m) => m.key === key);
  if (found === undefined) return unknownMetric(run, step, key, metrics, figure);
  if (wantsError && run.ctx.catalogue.metrics.get(found.metric)?.over === 'weights') {
    run.ctx.report.say('BP6004', expr.span, `\`${key}\` is counted, not estimated: it has no standard error`, {
      hint: 'leave `.se` out',
    });
    return errorNode(expr.span);
  }
  return expr;
}

function unknownFigure(run: RunCheck, expr: Expr): Expr {
  run.ctx.report.say('BP6004', expr.span, `\`${formatExpr(expr)}\` is no figure`, {
    hint: 'figures are `STEP.METRIC` and `STEP.METRIC.se`',
  });
  return errorNode(expr.span);
}

function unknownStep(run: RunCheck, step: Extract<Expr, { kind: 'name' }>): Expr {
  const known = [...run.evaluations.keys()];
  if (!run.incomplete) {
    const there = run.states.has(step.name);
    const message = there
      ? `step \`${step.name}\` measures nothing`
      : `no evaluate step above is called \`${step.name}\``;
    run.ctx.report.say('BP6004', step.span, message, {
      hint:
        suggestion(step.name, known, 'the named evaluate steps are') ??
        `name one: \`${step.name} = evaluate on test { error }\``,
    });
  }
  return errorNode(step.span);
}

function unknownMetric(run: RunCheck, step: string, key: string, metrics: readonly MetricRequest[], place: Expr): Expr {
  const exists = run.ctx.catalogue.metrics.has(key);
  const keys = metrics.map((m) => m.key);
  const near = suggestion(key, keys, `\`${step}\` measures`);
  run.ctx.report.say('BP6004', place.span, `\`${step}\` does not measure \`${key}\``, {
    hint: exists ? `add \`${key}\` to the metrics of \`${step}\`` : near,
  });
  return errorNode(place.span);
}
