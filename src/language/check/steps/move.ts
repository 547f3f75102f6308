/**
 * `move lambda = E every 1 step` within an inference: a rule that sets a `param` between two steps, in the place of a gradient.
 * `move z by gibbs` is in `kernel-move`.
 */
import type { EngineSignature } from '../../../base/catalogue.ts';
import { type Expr, partsOf } from '../../../base/expr.ts';
import { momentOf, normOf, plainCall, reductionOf, WEIGHT } from '../../../base/statistics.ts';
import { holdsError } from '../../evaluate/constant.ts';
import type { InferStep, MoveOption } from '../../syntax/ast.ts';
import type { PlanMove, PlanRule } from '../checked.ts';
import { close, errorNode, type Scope } from '../closing.ts';
import type { Context } from '../context.ts';
import { formatExpr } from '../format.ts';
import { sayUnavailable } from '../later.ts';
import { namesIn } from '../live.ts';
import type { ModelInstance } from '../model.ts';
import type { Horizon } from '../optimizer.ts';
import { formatRange } from '../params.ts';
import type { Piece } from '../placement.ts';
import { PLANNED, sayPlanned } from '../planned.ts';
import { listed, suggestedAt } from '../report.ts';
import type { RunCheck } from '../run.ts';
import { isGuideParam } from '../site-optimizers.ts';
import { nounOf, typed, typeOf, unitFree } from '../types.ts';
import { stepsWithin } from './every.ts';
import { kernelMove } from './kernel-move.ts';

/** Over all groups of a layer. */
const OF_LAYER: readonly string[] = ['rank', 'running_mean'];
/** Of its own group: how many groups there are, and where the training stands. */
const COUNTS: readonly string[] = ['size', 'epoch', 'step'];
const REDUCTIONS: readonly string[] = ['sum', 'mean', 'min', 'max', 'norm'];

/** Null after a report. `rows`: constants and `N`. */
export function moveOptions(
  run: RunCheck,
  step: InferStep,
  engine: EngineSignature | null,
  instance: ModelInstance | null,
  horizon: Horizon | null,
  rows: Scope,
): readonly PlanMove[] | null {
  const written = step.options?.moves ?? [];
  const before = run.ctx.report.errors;
  const found = written.map((move, i) => {
    const earlier = written.slice(0, i).find((other) => other.target.name === move.target.name);
    if (earlier !== undefined) sayTwice(run.ctx, move, earlier);
    if (instance === null) return null;
    return move.sign === 'by'
      ? kernelMove(run, move, engine, instance, horizon, rows)
      : ruleOf(run, move, instance, horizon, rows);
  });
  const whole = found.filter((move) => move !== null);
  return run.ctx.report.errors > before || whole.length < found.length ? null : whole;
}

function ruleOf(
  run: RunCheck,
  move: MoveOption,
  instance: ModelInstance,
  horizon: Horizon | null,
  rows: Scope,
): PlanRule | null {
  const { ctx } = run;
  const { name } = move.target;
  const isParam = instance.names.get(name)?.kind === 'param';
  if (isParam) refuseOpenEnds(ctx, move, instance);
  else if (run.current?.guide !== null || !isGuideParam(ctx, name)) sayNoParam(ctx, move, instance);
  const scope = moveScope(ctx, name, instance, rows);
  const value = close(ctx, move.value, scope);
  const steps = stepsWithin(run, move.period, horizon, rows);
  if (!isParam || holdsError(value) || steps === null) return null;
  const { type } = unitFree(ctx, value, typeOf(ctx, value, scope));
  const pieces = instance.latents.pieces.get(name) ?? [];
  if (type === 'unknown' || !isOneNumber(ctx, move, value, type, pieces)) return null;
  if (!readsWeights(ctx, move, value, instance, pieces)) return null;
  return { kind: 'rule', param: name, sites: pieces.map((piece) => piece.path), value, steps, span: move.span };
}

/** The state of a non-centred site holds its numbers before they are multiplied by their scale. */
function readsWeights(
  ctx: Context,
  move: MoveOption,
  value: Expr,
  { model }: ModelInstance,
  pieces: readonly Piece[],
): boolean {
  if (!namesIn(value).has(WEIGHT)) return true;
  const layers = pieces.map(({ layer }) => layer?.path ?? null);
  const inside = (model?.sites ?? []).find(
    ({ scale, layer }) => scale !== undefined && (layers.includes(null) || layers.includes(layer)),
  );
  if (inside === undefined) return true;
  sayUnavailable(ctx.report, move.span, `a \`move\` by the non-centred \`${inside.path}\``);
  return false;
}

/** What the rule may mention. `random`: of the other names of the model. */
function moveScope(ctx: Context, target: string, { names }: ModelInstance, rows: Scope): Scope {
  const isNumber = (expr: Expr) => expr.kind === 'name' && (expr.name === target || COUNTS.includes(expr.name));
  const isStatistic = (expr: Expr) =>
    momentOf(expr) !== null ||
    normOf(expr) !== null ||
    reductionOf(expr) !== null ||
    OF_LAYER.includes(plainCall(expr)?.name ?? '');
  return {
    resolve(expr, closePart) {
      if (isNumber(expr) || momentOf(expr) !== null) return expr;
      if (reductionOf(expr) !== null) return closedReduction(ctx, expr, closePart);
      if (isStatistic(expr) && expr.kind === 'call')
        return { ...expr, args: expr.args.map((a) => ({ ...a, value: closePart(a.value) })) };
      const lack = lacking(ctx, expr, names);
      if (lack !== null) sayUnavailable(ctx.report, expr.span, `${lack} in a \`move\``);
      const planned = expr.kind === 'name' && sayPlanned(ctx.report, 'quantity', expr.name, expr.span);
      return lack !== null || planned ? errorNode(expr.span) : rows.resolve(expr, closePart);
    },
    typeOf: (expr) => (isNumber(expr) || isStatistic(expr) ? typed('number', 'run') : null),
    names: [target, ...COUNTS, ...OF_LAYER, ...rows.names],
    planned: [...PLANNED.quantity, WEIGHT, ...names.keys()],
  };
}

/** In words, what would be needed for `expr`; null where it is nothing of a later version. */
function lacking(ctx: Context, expr: Expr, names: ModelInstance['names']): string | null {
  if (expr.kind !== 'name') return null;
  if (expr.name === WEIGHT) return '`weight` outside of `mean(weight)` and `sd(weight)`';
  return names.has(expr.name) || ctx.catalogue.criteria.has(expr.name) ? `\`${expr.name}\`` : null;
}

function closedReduction(ctx: Context, expr: Expr, closePart: (part: Expr) => Expr): Expr {
  const { by, value, axis } = reductionOf(expr)!;
  if (expr.kind !== 'call' || axis.kind !== 'name' || axis.name !== 'weights' || !REDUCTIONS.includes(by)) {
    closePart(value);
    sayUnavailable(ctx.report, expr.span, `\`${by}\` over \`${formatExpr(axis)}\` in a \`move\``);
    return errorNode(expr.span);
  }
  const [over] = expr.args;
  const inner = over!.value as Extract<Expr, { kind: 'call' }>;
  const [first, second] = inner.args;
  const args = [{ ...first!, value: closePart(value) }, second!];
  return { ...expr, args: [{ ...over!, value: { ...inner, args } }] };
}

/** A rule gives one number for each group; one that is the `param` itself gives nothing new. */
function isOneNumber(ctx: Context, move: MoveOption, value: Expr, type: string, pieces: readonly Piece[]): boolean {
  const { name } = move.target;
  const shown = formatExpr(move.value);
  if (type !== 'number') {
    ctx.report.say('BP2014', move.value.span, `\`${name}\` is a number, but \`${shown}\` is ${nounOf('boolean')}`, {
      hint: `write an expression of numbers: \`move ${name} = if ... then ... else ...\``,
    });
    return false;
  }
  if (value.kind === 'name' && value.name === name) {
    ctx.report.say('BP5032', move.value.span, `\`move ${name} = ${shown}\` leaves \`${name}\` as it is`, {
      hint: `leave it out, or say how it changes: \`move ${name} = 0.9 * ${name} every 1 epoch\``,
    });
    return false;
  }
  const group = pieces[0]?.group ?? 'group';
  if (group === WEIGHT || !variesInGroup(value)) return true;
  const has = pieces[0]?.group === null ? '`NAME` alone is one' : `\`NAME\` has one for each ${group}`;
  ctx.report.say(
    'BP5032',
    move.value.span,
    `\`${shown}\` has a number for each weight, but ${has.replace('NAME', name)}`,
    {
      hint: 'make one number of those of a group: `norm(mean(weight))`, `norm(mean(weight), 1)` or `max(abs(mean(weight)) over weights)`',
    },
  );
  return false;
}

function variesInGroup(expr: Expr): boolean {
  if (momentOf(expr) !== null) return true;
  if (normOf(expr) !== null || reductionOf(expr) !== null) return false;
  return partsOf(expr).some(variesInGroup);
}

/** A rule may lead anywhere, and there is no nearest number to an end that does not belong to the range. */
function refuseOpenEnds(ctx: Context, { target: { name, span } }: MoveOption, { latents, names }: ModelInstance): void {
  const param = latents.sites.find((site) => site.parameter.role === name)?.param;
  const line = names.get(name)?.line;
  if (param === undefined || line?.kind !== 'param') return;
  const { low, high, lowClosed, highClosed } = param;
  if ((lowClosed || !Number.isFinite(low)) && (highClosed || !Number.isFinite(high))) return;
  const closed = { ...param, lowClosed: Number.isFinite(low), highClosed: Number.isFinite(high) };
  // A scale can be no number that is 0.
  const aboveZero =
    low === 0 && !lowClosed ? `, or \`${formatRange({ ...closed, low: 1e-3 })}\` where it must not be 0` : '';
  ctx.report.say(
    'BP5032',
    span,
    `\`${name}\` cannot be moved: what leads beyond \`${formatRange(param)}\` has no nearest number in it`,
    {
      labels: [{ span: line.range?.span ?? line.span, message: 'its range' }],
      hint: `let its ends belong to it: \`${formatRange(closed)}\`${aboveZero}`,
    },
  );
}

function sayNoParam(ctx: Context, { target: { name, span } }: MoveOption, { names }: ModelInstance): void {
  const known = names.get(name);
  const params = [...names.values()].filter((n) => n.kind === 'param').map((n) => n.name.name);
  if (known !== undefined) {
    ctx.report.say('BP5032', span, `\`${name}\` is a ${known.kind}, and \`move\` sets \`param\`s alone`, {
      labels: [{ span: known.name.span, message: 'declared here' }],
      hint:
        params.length === 0
          ? `declare it as one: \`param ${name} = 1 in [0, inf)\``
          : `the model has ${listed(params)}`,
    });
    return;
  }
  ctx.report.say('BP2001', span, `the model has no \`param\` \`${name}\``, {
    ...suggestedAt(span, name, params, 'its `param`s are', { none: `declare it: \`param ${name} = 1 in [0, inf)\`` }),
  });
}

function sayTwice(ctx: Context, { target: { name, span } }: MoveOption, earlier: MoveOption): void {
  ctx.report.say('BP5032', span, `\`${name}\` is moved twice`, {
    labels: [{ span: earlier.span, message: 'first here' }],
    hint: earlier.sign === 'by' ? 'leave one of the two out' : 'say it in one rule',
  });
}
