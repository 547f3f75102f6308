/** Values that must be known before the run: closing, type and value in one go, with one report for whatever is wrong. */
import type { Expr, HostValue } from '../../base/expr.ts';
import { evaluateConstant, holdsError } from '../evaluate/constant.ts';
import { close, type Scope } from './closing.ts';
import type { Context } from './context.ts';
import { formatExpr } from './format.ts';
import { nounOf, typeOf, unitFree } from './types.ts';

/** The value of `expr` in `scope`; null when something was reported (now or before). `what` is named when it is not a constant. */
export function constantIn(ctx: Context, expr: Expr, scope: Scope, what: string): HostValue | null {
  return closedConstant(ctx, close(ctx, expr, scope), scope, what);
}

/** The same for an expression that is closed already. */
export function closedConstant(ctx: Context, closed: Expr, scope: Scope, what: string): HostValue | null {
  if (holdsError(closed)) return null;
  const { type, stage } = unitFree(ctx, closed, typeOf(ctx, closed, scope));
  if (type === 'unknown') return null;
  if (type === 'distribution') {
    ctx.report.say('BP2008', closed.span, `${what} is a value, but \`${formatExpr(closed)}\` is a distribution`, {
      hint: 'put a value here',
    });
    return null;
  }
  if (stage !== 'constant') {
    ctx.report.say('BP2010', closed.span, `${what} must be known before the run`, {
      hint: 'use numbers and constants only',
    });
    return null;
  }
  const result = evaluateConstant(closed);
  if (result.ok) return result.value;
  if (result.diagnostic !== null) ctx.report.add(result.diagnostic);
  return null;
}

/** A number; anything else is reported. */
export function numberIn(ctx: Context, expr: Expr, scope: Scope, what: string): number | null {
  const value = constantIn(ctx, expr, scope, what);
  if (value === null || typeof value === 'number') return value;
  ctx.report.say('BP2008', expr.span, `${what} is a number, but \`${formatExpr(expr)}\` is ${kindOfValue(value)}`, {
    hint: 'put a number here',
  });
  return null;
}

/** A whole number of at least `min`; anything else is reported. */
export function wholeIn(ctx: Context, expr: Expr, scope: Scope, what: string, min: number): number | null {
  const value = numberIn(ctx, expr, scope, what);
  if (value === null || (Number.isInteger(value) && value >= min)) return value;
  ctx.report.say('BP2015', expr.span, `${what} must be a whole number of at least ${min}, but is ${value}`, {
    hint: `write a whole number, \`${Math.max(min, Math.round(value))}\` for instance`,
  });
  return null;
}

export function kindOfValue(value: HostValue): string {
  if (Array.isArray(value)) return 'a list';
  return nounOf(typeof value as 'number' | 'boolean' | 'string');
}
