/**
 * Functions of several numbers. Of a whole list, `mean(path.error)` and `any(path.error < 2%)`: for figures, which are on the host when
 * they are compared. Of all numbers of a value in a graph, `sum(abs(net(x)))`: for factors.
 */
import type { Expr } from '../../base/expr.ts';
import { type ListFunction, listFunctions } from '../../base/functions.ts';
import type { Scope } from './closing.ts';
import type { Context } from './context.ts';
import { formatExpr } from './format.ts';
import { nounOf, type Typed, typed, typeOf, UNKNOWN } from './types.ts';

type Call = Extract<Expr, { kind: 'call' }>;

/** The function, where `expr` is a call of one with a single argument: `min` and `max` of two numbers are others. */
function reductionOf(expr: Expr): { readonly call: Call; readonly record: ListFunction } | null {
  if (expr.kind !== 'call' || expr.callee.kind !== 'name' || expr.args.length !== 1) return null;
  const record = listFunctions.get(expr.callee.name);
  return record === undefined ? null : { call: expr, record };
}

/** The call with its argument closed; null for anything else. */
export function reducing(expr: Expr, close: (part: Expr) => Expr): Expr | null {
  const found = reductionOf(expr);
  return found === null ? null : { ...found.call, args: found.call.args.map((a) => ({ ...a, value: close(a.value) })) };
}

export function reducedType(ctx: Context, expr: Expr, scope: Scope): Typed | null {
  const found = reductionOf(expr);
  if (found === null) return null;
  const { record } = found;
  const list = found.call.args[0]!.value;
  const { type, shape, stage } = typeOf(ctx, list, scope);
  if (type === 'unknown') return UNKNOWN;
  // A comparison of lists is a list of truth values.
  const holds = type === 'boolean' && shape.length > 0 ? 'boolean' : type === 'list' ? 'number' : null;
  if (holds === record.of) return typed(record.gives, stage);
  ctx.report.say(
    'BP2008',
    list.span,
    `\`${record.name}\` takes a list of ${PLURAL[record.of]}, but \`${formatExpr(list)}\` is ${holds === null ? nounOf(type) : `a list of ${PLURAL[holds]}`}`,
    {
      hint:
        list.kind === 'conditional'
          ? `\`if\` gives one value, not one for each element: compare the column itself, as in \`all(path.error <= 2%)\``
          : record.of === 'boolean'
            ? 'compare a column: `any(path.error < 2%)`'
            : 'columns of tables are lists: `mean(path.error)`',
    },
  );
  return UNKNOWN;
}

const PLURAL = { boolean: 'truth values', number: 'numbers' } as const;

const OF_VALUES: ReadonlySet<string> = new Set(['sum', 'mean']);

/** `sum(E)` and `mean(E)` with their argument; null for anything else. */
export function reducedBy(expr: Expr): { readonly call: Call; readonly inner: Expr } | null {
  if (expr.kind !== 'call' || expr.callee.kind !== 'name' || !OF_VALUES.has(expr.callee.name)) return null;
  const [argument, ...others] = expr.args;
  if (argument === undefined || others.length > 0 || argument.name !== null) return null;
  return { call: expr, inner: argument.value };
}

export function withInner(call: Call, inner: Expr): Call {
  return { ...call, args: call.args.map((a) => ({ ...a, value: inner })) };
}

/** The call with its argument closed, where the program does not call something of its own so; null for anything else. */
export function reducingValue(ctx: Context, expr: Expr, close: (part: Expr) => Expr): Expr | null {
  const found = reducedBy(expr);
  if (found === null || found.call.callee.kind !== 'name') return null;
  if (ctx.declarations.defs.has(found.call.callee.name)) return null;
  return withInner(found.call, close(found.inner));
}
