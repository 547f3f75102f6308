/**
 * Expressions of columns in the form in which rows are computed: what is known is a number or a list of numbers, the rest is
 * arithmetic on single numbers and on lists of them.
 */
import { type Expr, partsOf } from '../../base/expr.ts';
import { evaluateConstant } from '../evaluate/constant.ts';
import { errorNode, literal, type Scope } from './closing.ts';
import type { Context } from './context.ts';
import { formatExpr } from './format.ts';
import { typeOf, unitFree } from './types.ts';

/** `expr` is closed and of a known type; it holds error nodes where something was reported. */
export function foldConstants(ctx: Context, expr: Expr, scope: Scope): Expr {
  const fold = (part: Expr): Expr => foldConstants(ctx, part, scope);
  if (expr.kind === 'number' || expr.kind === 'boolean' || expr.kind === 'name') return expr;
  if (!namesSomething(expr)) return simple(ctx, computed(ctx, expr), scope);
  switch (expr.kind) {
    case 'list':
      return simple(ctx, { ...expr, items: expr.items.map(fold) }, scope);
    case 'unary':
      return { ...expr, operand: fold(expr.operand) };
    case 'binary':
      if (expr.op === '..') return refuse(ctx, expr, 'the ends of a range must be known');
      if (comparesMany(ctx, expr, scope)) return refuse(ctx, expr, 'it compares more than single numbers');
      return { ...expr, left: fold(expr.left), right: fold(expr.right) };
    case 'conditional':
      // biome-ignore lint/suspicious/noThenProperty: the tree uses the language's own words
      return { ...expr, condition: fold(expr.condition), then: fold(expr.then), else: fold(expr.else) };
    case 'call':
      return { ...expr, args: expr.args.map((a) => ({ ...a, value: fold(a.value) })) };
    case 'index':
      return { ...expr, object: fold(expr.object), indices: expr.indices.map(fold) };
    default:
      return refuse(ctx, expr, 'it is not made of numbers');
  }
}

/** Columns are the only names that closing leaves; functions stand as callees. */
function namesSomething(expr: Expr): boolean {
  return expr.kind === 'name' || partsOf(expr).some(namesSomething);
}

function computed(ctx: Context, expr: Expr): Expr {
  const result = evaluateConstant(expr);
  if (result.ok) return literal(result.value, expr);
  if (result.diagnostic !== null) ctx.report.add(result.diagnostic);
  return errorNode(expr.span);
}

/** `==` of two lists is one truth value, which no row needs. */
function comparesMany(ctx: Context, expr: Extract<Expr, { kind: 'binary' }>, scope: Scope): boolean {
  return (expr.op === '==' || expr.op === '!=') && typeOf(ctx, expr.left, scope).shape.length > 0;
}

/** Lists hold single numbers. */
function simple(ctx: Context, expr: Expr, scope: Scope): Expr {
  if (expr.kind !== 'list') return expr;
  for (const item of expr.items) {
    const { type, shape } = unitFree(ctx, item, typeOf(ctx, item, scope));
    if (type === 'unknown') return errorNode(expr.span);
    if (type !== 'number' || shape.length > 0) {
      return refuse(ctx, expr, `its element \`${formatExpr(item)}\` is not a single number`);
    }
  }
  return expr;
}

function refuse(ctx: Context, expr: Expr, why: string): Expr {
  ctx.report.say('BP2008', expr.span, `rows cannot be computed from \`${formatExpr(expr)}\`: ${why}`, {
    hint: 'use numbers, columns of the lines above and lists of single numbers',
  });
  return errorNode(expr.span);
}
