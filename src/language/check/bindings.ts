/** Arguments of a model: networks, distributions and values, bound to its parameters at the `for M(...)` of a run. */
import type { Expr } from '../../base/expr.ts';
import { sizeOf } from '../../base/host-array.ts';
import type { Span } from '../../base/span.ts';
import { holdsError } from '../evaluate/constant.ts';
import type { ModelDeclaration } from '../syntax/ast.ts';
import { close, constantScope, LAYER_QUANTITIES, literal, type Origin, type Scope } from './closing.ts';
import type { Context } from './context.ts';
import { ROW_COUNT } from './declarations.ts';
import { matchArguments } from './match-arguments.ts';
import type { NetworkChoice, Networks } from './network.ts';
import type { Range } from './ranges.ts';
import type { SiteRef } from './selectors.ts';
import { type Typed, UNKNOWN } from './types.ts';

export interface Bindings {
  readonly networks: ReadonlyMap<string, NetworkChoice>;
  readonly values: ReadonlyMap<string, Expr>;
}

export const NO_ARGUMENTS: Bindings = { networks: new Map(), values: new Map() };

/** Null after a report. `rows`: N, or null where it is not known; `outer`: what a model that extends this one has for its parameters. */
export function bindModel(
  ctx: Context,
  networks: Networks,
  declaration: ModelDeclaration,
  call: Extract<Expr, { kind: 'call' }>,
  rows: number | null,
  outer: Bindings = NO_ARGUMENTS,
): Bindings | null {
  const parameters = declaration.parameters.map((p) => ({ name: p.name.name, required: p.default === null }));
  const what = declaration.name === null ? 'the model' : `model \`${declaration.name.name}\``;
  const matched = matchArguments(ctx, call, parameters, what, declaration.name?.span ?? null);
  if (matched === null) return null;
  const own = rowScope(rows);
  const scope: Scope = {
    ...own,
    resolve: (expr, closePart) =>
      (expr.kind === 'name' ? outer.values.get(expr.name) : undefined) ?? own.resolve(expr, closePart),
    names: [...outer.networks.keys(), ...outer.values.keys(), ...ctx.declarations.networks.keys(), ROW_COUNT],
  };
  const bound = { networks: new Map<string, NetworkChoice>(), values: new Map<string, Expr>() };
  for (const { name, default: standard } of declaration.parameters) {
    const value = matched.get(name.name)?.value ?? standard!;
    const passed = value.kind === 'name' ? outer.networks.get(value.name) : undefined;
    if (passed !== undefined) {
      bound.networks.set(name.name, passed);
      continue;
    }
    const named = networkNamed(ctx, value);
    if (named === null) {
      const closed = close(ctx, value, scope);
      if (holdsError(closed)) return null;
      bound.values.set(name.name, closed);
      continue;
    }
    const choice = networks.choose(named.declaration, named.call, constantScope);
    if (choice === null || (networks.openInput(choice) === null && networks.instance(choice, null) === null))
      return null;
    bound.networks.set(name.name, choice);
  }
  return bound;
}

/** `lenet300` and `lenet300(a = 100)` as values. */
function networkNamed(ctx: Context, value: Expr) {
  const callee = value.kind === 'call' ? value.callee : value;
  const declaration = callee.kind === 'name' ? ctx.declarations.networks.get(callee.name) : undefined;
  if (declaration === undefined) return null;
  const call: Extract<Expr, { kind: 'call' }> =
    value.kind === 'call' ? value : { kind: 'call', callee, args: [], span: value.span };
  return { declaration, call };
}

/** The number of rows as an expression; where it is not known, that was reported with the data. */
function rowsAt(rows: number | null, span: Span): Expr {
  return rows === null ? { kind: 'error', span } : literal(rows, { kind: 'error', span });
}

/** Constants and `N`. */
export function rowScope(rows: number | null): Scope {
  return {
    resolve: (expr) => (expr.kind === 'name' && expr.name === ROW_COUNT ? rowsAt(rows, expr.span) : null),
    typeOf: () => null,
    names: [ROW_COUNT],
  };
}

/** Names of the model's own lines, as an expression of the model sees them. */
export interface OwnNames {
  /** The closed form of a quantity, the name itself for latents and `param`s, null for all other names. */
  resolve(name: Extract<Expr, { kind: 'name' }>, close: (part: Expr) => Expr): Expr | null;
  has(name: string): boolean;
  /** What is not available yet has a type that nothing can be said of. */
  typeOf(name: string): Typed;
  rangeOf(name: string): Range | null;
  originOf(name: string): Origin | null;
  readonly names: readonly string[];
  /** Lines that could have given more names could not be read. */
  readonly incomplete: boolean;
}

export const NO_NAMES: OwnNames = {
  resolve: () => null,
  has: () => false,
  typeOf: () => UNKNOWN,
  rangeOf: () => null,
  originOf: () => null,
  names: [],
  incomplete: false,
};

/** What a prior may mention: parameters and names of the model, `N`, and `layer.inputs`, `layer.outputs`, `layer.index` of its site. */
export function priorScope(
  bindings: Bindings,
  rows: number | null,
  site: SiteRef | null,
  index: number,
  own: OwnNames = NO_NAMES,
): Scope {
  const base = rowScope(rows);
  return {
    resolve(expr, closePart) {
      if (expr.kind === 'name') {
        const known = bindings.values.get(expr.name) ?? own.resolve(expr, closePart);
        return known ?? base.resolve(expr, closePart);
      }
      if (expr.kind !== 'member' || expr.object.kind !== 'name' || expr.object.name !== 'layer') return null;
      // A line about groups is put in for each layer later.
      if (site === null) return LAYER_QUANTITIES.includes(expr.name) ? expr : null;
      const value = layerQuantities(site, index)[expr.name];
      return value === undefined ? null : literal(value, { kind: 'error', span: expr.span });
    },
    typeOf: (expr) => (expr.kind === 'name' && own.has(expr.name) ? own.typeOf(expr.name) : null),
    rangeOf: (expr) => (expr.kind === 'name' ? own.rangeOf(expr.name) : undefined),
    originOf: (name) => own.originOf(name),
    names: [...bindings.values.keys(), ...own.names, ...base.names],
    incomplete: own.incomplete,
  };
}

/** `index` counts the layers that have weights, from 1. */
function layerQuantities(site: SiteRef, index: number): Readonly<Record<string, number>> {
  return { index, inputs: site.parameter.fanIn, outputs: sizeOf(site.layer.outputShape) };
}
