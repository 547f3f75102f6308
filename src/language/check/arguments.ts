/** Parameters of networks and blocks: the values of a call, and the names that the lines inside may use. */
import type { Expr } from '../../base/expr.ts';
import type { Span } from '../../base/span.ts';
import type { Parameter } from '../syntax/ast.ts';
import { close, constantScope, type Scope } from './closing.ts';
import type { Context } from './context.ts';
import { matchArguments } from './match-arguments.ts';

/** The closed value of each parameter of a network or block; null after a report. */
export function argumentValues(
  ctx: Context,
  declaration: { readonly parameters: readonly Parameter[]; readonly name: { readonly span: Span } },
  what: string,
  call: Extract<Expr, { kind: 'call' }>,
  scope: Scope,
): ReadonlyMap<string, Expr> | null {
  const parameters = declaration.parameters.map((p) => ({ name: p.name.name, required: p.default === null }));
  const matched = matchArguments(ctx, call, parameters, what, declaration.name.span);
  if (matched === null) return null;
  const values = new Map<string, Expr>();
  for (const { name, default: standard } of declaration.parameters) {
    const given = matched.get(name.name)?.value;
    values.set(name.name, given === undefined ? close(ctx, standard!, constantScope) : close(ctx, given, scope));
  }
  return values;
}

/** Parameters and loop variables as a scope. */
export function valueScope(values: ReadonlyMap<string, Expr>): Scope {
  return {
    resolve: (expr) => (expr.kind === 'name' ? (values.get(expr.name) ?? null) : null),
    typeOf: () => null,
    names: [...values.keys()],
  };
}
