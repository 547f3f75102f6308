/**
 * Statistics within expressions of criteria, as the parser leaves them: moments of the posterior, `mean(weight)`, and reductions
 * along an axis, `sum(E over inputs)`. The checker closes them, `pruning` lowers them to the graph.
 */
import type { Expr } from './expr.ts';

type Call = Extract<Expr, { kind: 'call' }>;

export const WEIGHT = 'weight';
/** Over the posterior; with `over` along an axis. */
export const MOMENTS: readonly string[] = ['mean', 'sd'];

/** `f(E)`, with a name before the brackets and one plain argument. */
export function plainCall(expr: Expr): { readonly name: string; readonly argument: Expr; readonly call: Call } | null {
  if (expr.kind !== 'call' || expr.callee.kind !== 'name' || expr.args.length !== 1) return null;
  const [argument] = expr.args;
  if (argument!.name !== null || argument!.weight !== null) return null;
  return { name: expr.callee.name, argument: argument!.value, call: expr };
}

/** The moment that `expr` is: `mean(weight)`; null for everything else. */
export function momentOf(expr: Expr): string | null {
  const found = plainCall(expr);
  const isWeight = found?.argument.kind === 'name' && found.argument.name === WEIGHT;
  return found !== null && isWeight && MOMENTS.includes(found.name) ? found.name : null;
}

/** `norm(E)` and `norm(E, p)`, over the members of a group; null for everything else. */
export function normOf(expr: Expr): { readonly value: Expr; readonly power: Expr | null } | null {
  if (expr.kind !== 'call' || expr.callee.kind !== 'name' || expr.callee.name !== 'norm') return null;
  if (reductionOf(expr) !== null || expr.args.length < 1 || expr.args.length > 2) return null;
  if (expr.args.some((a) => a.name !== null || a.weight !== null)) return null;
  return { value: expr.args[0]!.value, power: expr.args[1]?.value ?? null };
}

export interface Reduction {
  readonly by: string;
  readonly value: Expr;
  readonly axis: Expr;
}

/** `sum(E over inputs)`; null for everything else. The parser reads `E over A` as a call. */
export function reductionOf(expr: Expr): Reduction | null {
  const found = plainCall(expr);
  if (found?.argument.kind !== 'call' || found.argument.callee.kind !== 'name') return null;
  const [value, axis] = found.argument.args;
  if (found.argument.callee.name !== 'over' || value === undefined || axis === undefined) return null;
  return { by: found.name, value: value.value, axis: axis.value };
}
