/** Schedules and optimizers: `kl_weight = clamp(epoch / 10, 0, 1)`, `adam(1e-3, beta1 = 0.9)`. */
import type { OptimizerSignature, OptionType } from '../../base/catalogue.ts';
import type { Label } from '../../base/diagnostic.ts';
import type { Expr } from '../../base/expr.ts';
import type { Span } from '../../base/span.ts';
import { holdsError } from '../evaluate/constant.ts';
import { compileSchedule } from '../evaluate/schedule.ts';
import type { CheckedOptimizer } from './checked.ts';
import { close, literal, type Scope } from './closing.ts';
import type { Context } from './context.ts';
import { KNOWN_WHILE_TRAINING } from './declarations.ts';
import { formatExpr, formatNumber } from './format.ts';
import { argumentsAsOptions, matchOptions, plainOptions } from './options.ts';
import { suggested } from './report.ts';
import { nounOf, typed, typeOf, unitFree } from './types.ts';

/** What `inner` knows, and `epoch` and `step`. */
export function scheduleScope(inner: Scope): Scope {
  const counts = (expr: Expr) => expr.kind === 'name' && KNOWN_WHILE_TRAINING.includes(expr.name);
  return {
    resolve: (expr, closePart) => (counts(expr) ? expr : inner.resolve(expr, closePart)),
    typeOf: (expr) => (counts(expr) ? typed('number', 'schedule') : inner.typeOf(expr)),
    names: [...inner.names, ...KNOWN_WHILE_TRAINING],
  };
}

/** The last moment at which a schedule is evaluated, as far as it is known. */
export interface Horizon {
  readonly epochs: number;
  readonly steps: number;
}

/** A closed schedule whose value is finite and in the range of its type at the beginning and at the end; null after a report. */
export function checkSchedule(
  ctx: Context,
  expr: Expr,
  scope: Scope,
  what: string,
  type: OptionType,
  horizon: Horizon | null,
): Expr | null {
  const closed = close(ctx, expr, scope);
  if (holdsError(closed)) return null;
  const found = unitFree(ctx, closed, typeOf(ctx, closed, scope)).type;
  if (found === 'unknown') return null;
  if (found !== 'number') {
    ctx.report.say(
      'BP2014',
      expr.span,
      `${what} is a number or a schedule, but \`${formatExpr(expr)}\` is ${nounOf(found)}`,
      {
        hint: 'write a number, or an expression of `epoch` and `step`',
      },
    );
    return null;
  }
  const min = type.kind === 'schedule' ? (type.min ?? Number.NEGATIVE_INFINITY) : Number.NEGATIVE_INFINITY;
  return staysInRange(ctx, closed, expr, what, min, horizon) ? closed : null;
}

function staysInRange(
  ctx: Context,
  closed: Expr,
  written: Expr,
  what: string,
  min: number,
  horizon: Horizon | null,
): boolean {
  const value = compileSchedule(closed);
  const moments = [{ epoch: 0, step: 0 }];
  if (horizon !== null && horizon.steps > 1) {
    const step = horizon.steps - 1;
    moments.push({ epoch: (horizon.epochs * step) / horizon.steps, step });
  }
  const labels = definitionOf(ctx, written);
  for (const at of moments) {
    const found = value(at);
    if (Number.isFinite(found) && found >= min) continue;
    const when = at.step === 0 ? 'at the first step, where `epoch` and `step` are 0' : `at the last step (${at.step})`;
    if (Number.isFinite(found)) {
      ctx.report.say(
        'BP2015',
        written.span,
        `${what} must not be below ${min}, but is ${formatNumber(found)} ${when}`,
        {
          labels,
          hint: `change the expression so that it is at least ${min} from the first step to the last`,
        },
      );
      return false;
    }
    const shown = Number.isNaN(found) ? 'not a number' : 'infinite';
    ctx.report.say('BP2009', written.span, `${what} is ${shown} ${when}`, {
      labels,
      hint: 'change the expression so that it is finite from the first step to the last',
    });
    return false;
  }
  return true;
}

/** Where the schedule comes from, when it is the call of a definition. */
function definitionOf(ctx: Context, written: Expr): readonly Label[] {
  if (written.kind !== 'call' || written.callee.kind !== 'name') return [];
  const definition = ctx.declarations.defs.get(written.callee.name);
  return definition === undefined ? [] : [{ span: definition.name.span, message: 'defined here' }];
}

/** A written optimizer; null after a report. */
export function checkOptimizer(
  ctx: Context,
  expr: Expr,
  scope: Scope,
  horizon: Horizon | null,
): CheckedOptimizer | null {
  if (expr.kind === 'error') return null;
  const { optimizers } = ctx.catalogue;
  const callee = expr.kind === 'call' ? expr.callee : expr;
  const example = `\`${optimizers.names[0] ?? 'adam'}(1e-3)\``;
  if (callee.kind !== 'name') {
    ctx.report.say('BP2014', expr.span, '`optimizer` is the call of an optimizer', { hint: `write ${example}` });
    return null;
  }
  const record = optimizers.get(callee.name);
  if (record === undefined) {
    ctx.report.say('BP2001', callee.span, `there is no optimizer \`${callee.name}\``, {
      ...suggested(callee, optimizers.names, 'the optimizers are'),
    });
    return null;
  }
  return record.around === undefined
    ? optimizerCall(ctx, expr, record, scope, horizon)
    : optimizerAround(ctx, expr, record, record.around, scope, horizon);
}

/** `proximal(sgd(0.1))`: the rate and the options of the one inside. */
function optimizerAround(
  ctx: Context,
  expr: Expr,
  record: OptimizerSignature,
  around: string,
  scope: Scope,
  horizon: Horizon | null,
): CheckedOptimizer | null {
  const [argument, ...others] = expr.kind === 'call' ? expr.args : [];
  const callee = argument?.value.kind === 'call' ? argument.value.callee : argument?.value;
  if (argument?.name === null && others.length === 0 && callee?.kind === 'name' && callee.name === around) {
    const inner = checkOptimizer(ctx, argument.value, scope, horizon);
    return inner === null ? null : { ...inner, name: record.name, around, span: expr.span };
  }
  if (argument?.value.kind !== 'error') {
    ctx.report.say('BP2014', expr.span, `\`${record.name}\` is written around \`${around}\``, {
      hint: `write \`${record.name}(${around}(0.1))\` for instance`,
    });
  }
  return null;
}

function optimizerCall(
  ctx: Context,
  expr: Expr,
  record: OptimizerSignature,
  scope: Scope,
  horizon: Horizon | null,
): CheckedOptimizer | null {
  const owner = { what: `optimizer \`${record.name}\``, span: expr.span };
  const [rateSpec, ...others] = record.options;
  const order = record.options.map((o) => o.name);
  const given = argumentsAsOptions(ctx, expr.kind === 'call' ? expr.args : [], order, owner);
  if (rateSpec === undefined || given === null) return null;
  // All names at once, so that a misspelt one is compared with all of them.
  if (!matchOptions(ctx, given, record.options, owner).ok) return null;
  const written = given.find((g) => g.name === rateSpec.name);
  const rate =
    written?.value == null
      ? literal(rateSpec.default ?? 0, { kind: 'error', span: expr.span })
      : checkSchedule(
          ctx,
          written.value,
          scheduleScope(scope),
          `the rate of \`${record.name}\``,
          rateSpec.type,
          horizon,
        );
  const options = plainOptions(
    ctx,
    given.filter((g) => g !== written),
    others,
    owner,
    scope,
  );
  return rate === null || options === null ? null : { name: record.name, rate, options, span: expr.span };
}

/** The optimizer of a step that names none: the first of the catalogue, at its default rate. */
export function defaultOptimizer(ctx: Context, place: Span): CheckedOptimizer {
  const [first] = ctx.catalogue.optimizers;
  if (first === undefined) throw new Error('the catalogue has no optimizers');
  const [rate, ...others] = first.options;
  const options = Object.fromEntries(others.flatMap((o) => (o.default === null ? [] : [[o.name, o.default]])));
  return { name: first.name, rate: literal(rate?.default ?? 0, { kind: 'error', span: place }), options, span: null };
}
