/**
 * What a criterion is made of: moments of the posterior, `mean(weight)` and `sd(weight)`, and reductions over axes of a weight tensor,
 * `max(abs(mean(weight)) over inputs)`. Closing leaves both in the expression; `pruning/formula` gives them their values.
 */
import { type Expr, partsOf } from '../../base/expr.ts';
import { MOMENTS, momentOf, plainCall, type Reduction, reductionOf, WEIGHT } from '../../base/statistics.ts';
import { errorNode, type Scope } from './closing.ts';
import type { Context } from './context.ts';
import { formatExpr } from './format.ts';
import { sayUnavailable } from './later.ts';
import { suggestedAt } from './report.ts';
import { type Typed, typed, typeOf, UNKNOWN } from './types.ts';

type Call = Extract<Expr, { kind: 'call' }>;

const REDUCTIONS: readonly string[] = [...MOMENTS, 'sum', 'min', 'max', 'norm'];
/** Axes along which the peers of a weight lie; `weights` are the members of its group, which is the weight alone. */
const AXES: readonly string[] = ['inputs', 'outputs', 'units', 'filters', 'kernel', 'weights'];
const LATER_AXES: readonly string[] = ['data', 'draws', 'columns', 'channels', 'layers'];

/** The closed form of a statistic, an error node after a report; null for everything else. */
export function closedStatistic(ctx: Context, expr: Expr, close: (part: Expr) => Expr): Expr | null {
  if (momentOf(expr) !== null) return expr;
  const reduction = reductionOf(expr);
  if (reduction !== null && REDUCTIONS.includes(reduction.by))
    return closedReduction(ctx, expr as Call, reduction, close);
  if (expr.kind === 'name' && expr.name === WEIGHT) {
    sayUnavailable(ctx.report, expr.span, '`weight` outside of `mean(weight)` and `sd(weight)`');
    return errorNode(expr.span);
  }
  const found = plainCall(expr);
  if (found === null) return null;
  // Of a weight alone the norm is the absolute value.
  if (found.name === 'norm') return { ...found.call, args: [{ ...found.call.args[0]!, value: close(found.argument) }] };
  if (!MOMENTS.includes(found.name)) return null;
  return laterMoment(ctx, expr, found.argument, close);
}

function closedReduction(ctx: Context, expr: Call, { value, axis }: Reduction, close: (part: Expr) => Expr): Expr {
  const name = axis.kind === 'name' ? axis.name : formatExpr(axis);
  const over = expr.args[0]!.value as Call;
  const closed = close(value);
  if (axis.kind !== 'name' || LATER_AXES.includes(name)) {
    sayUnavailable(ctx.report, axis.span, `a reduction over \`${name}\``);
    return errorNode(expr.span);
  }
  if (!AXES.includes(name)) {
    ctx.report.say('BP2001', axis.span, `there is no axis \`${name}\``, {
      ...suggestedAt(axis.span, name, AXES, 'the axes are', { planned: LATER_AXES }),
    });
    return errorNode(expr.span);
  }
  return {
    ...expr,
    args: [{ ...expr.args[0]!, value: { ...over, args: [{ ...over.args[0]!, value: closed }, over.args[1]!] } }],
  };
}

/** Quantities of each draw or row, and what else stands within a moment: its names are looked at, to say so of those that do not exist. */
function laterMoment(ctx: Context, expr: Expr, within: Expr, close: (part: Expr) => Expr): Expr {
  const before = ctx.report.errors;
  for (const leaf of leavesOf(within)) if (leaf.kind !== 'name' || leaf.name !== WEIGHT) close(leaf);
  if (ctx.report.errors === before) sayUnavailable(ctx.report, expr.span, `\`${formatExpr(expr)}\` over the posterior`);
  return errorNode(expr.span);
}

function leavesOf(expr: Expr): readonly Expr[] {
  if (expr.kind === 'name' || expr.kind === 'member') return [expr];
  return partsOf(expr).flatMap(leavesOf);
}

/** Statistics are numbers, one for each weight. */
export function statisticType(ctx: Context, expr: Expr, scope: Scope): Typed | null {
  if (momentOf(expr) !== null) return typed('number', 'run');
  const inner = reductionOf(expr)?.value ?? (plainCall(expr)?.name === 'norm' ? plainCall(expr)!.argument : null);
  if (inner === null) return null;
  const found = typeOf(ctx, inner, scope);
  if (found.type === 'number' || found.type === 'unknown')
    return found.type === 'number' ? typed('number', 'run') : UNKNOWN;
  const message = `\`${formatExpr(inner)}\` cannot be reduced: it is no number`;
  ctx.report.say('BP2008', inner.span, message, { hint: 'reduce numbers: `sum(abs(mean(weight)) over inputs)`' });
  return UNKNOWN;
}
