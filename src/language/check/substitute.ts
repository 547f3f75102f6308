/** Steps with values in place of the names of loop variables and parameters: how `for`, `sweep` and named steps are unrolled. */
import type { Expr } from '../../base/expr.ts';
import type { Span } from '../../base/span.ts';
import type { Step } from '../syntax/ast.ts';

export type Values = ReadonlyMap<string, Expr>;

/** The values take the place of the names, so that messages point at what was written there. */
export function putIn(step: Step, values: Values): Step {
  return values.size === 0 ? step : (replaced(step, values) as Step);
}

/** The same for a single expression. */
export function putInto(expr: Expr, values: Values): Expr {
  return values.size === 0 ? expr : (replaced(expr, values) as Expr);
}

function replaced(node: unknown, values: Values): unknown {
  if (Array.isArray(node)) return node.map((item) => replaced(item, values));
  if (node === null || typeof node !== 'object') return node;
  const { kind } = node as { readonly kind?: string };
  if (kind === 'name') {
    const { name, span } = node as Extract<Expr, { kind: 'name' }>;
    const value = values.get(name);
    return value === undefined ? node : movedTo(value, span);
  }
  const inner = without(values, declaredBy(node as Step));
  const entries = Object.entries(node).map(([key, value]) => {
    if (key === 'span') return [key, value];
    if (key === 'pattern' || key === 'guide') return [key, renamed(value, values)];
    return [key, replaced(value, key === 'steps' ? inner : values)];
  });
  return Object.fromEntries(entries);
}

/** In selectors and behind `with` a variable stands for a name: `l.filter` becomes `conv1.filter`. */
function renamed(written: unknown, values: Values): unknown {
  if (typeof written === 'string') {
    const value = values.get(written);
    return value?.kind === 'name' ? value.name : written;
  }
  if (written === null || typeof written !== 'object' || !('name' in written)) return written;
  return { ...written, name: renamed(written.name, values) };
}

/** Names that the steps inside see in place of those around them. */
function declaredBy(step: Step): readonly string[] {
  if (step.kind === 'for') return [step.variable.name];
  return step.kind === 'sweep' ? step.axes.map((a) => a.name.name) : [];
}

function without(values: Values, names: readonly string[]): Values {
  return names.length === 0 ? values : new Map([...values].filter(([name]) => !names.includes(name)));
}

/** The expression with all its places at one. */
export function movedTo(expr: Expr, place: Span): Expr {
  const moved = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(moved);
    if (node === null || typeof node !== 'object') return node;
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, key === 'span' ? place : moved(value)]));
  };
  return moved(expr) as Expr;
}
