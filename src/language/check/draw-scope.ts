/** Columns as names in the distribution of another column: those above may be used, whole or by element. */
import type { ColumnRequest } from '../../base/data.ts';
import type { Expr } from '../../base/expr.ts';
import type { Shape } from '../../base/host-array.ts';
import { errorNode, type Scope } from './closing.ts';
import { formatColumnType } from './column-types.ts';
import type { Context } from './context.ts';
import { formatExpr } from './format.ts';
import { type Typed, typed, typeOf, UNKNOWN } from './types.ts';

export interface Above {
  /** The column whose distribution it is. */
  readonly own: string;
  /** Columns of the lines above; null where one could not be understood. */
  readonly columns: ReadonlyMap<string, ColumnRequest | null>;
  /** All columns of the declaration. */
  readonly declared: readonly string[];
  /** Lines could not be read: there may be more columns. */
  readonly incomplete: boolean;
  /** Names of the declaration: its parameters. */
  readonly outer: Scope;
}

export function columnScope(ctx: Context, above: Above): Scope {
  const scope: Scope = {
    resolve: (expr, close) => {
      if (expr.kind !== 'name') return null;
      const column = above.columns.get(expr.name);
      if (column !== undefined) return column === null ? errorNode(expr.span) : expr;
      if (!above.declared.includes(expr.name)) return above.outer.resolve(expr, close);
      sayLater(ctx, expr.name, above.own, expr);
      return errorNode(expr.span);
    },
    typeOf: (expr) => {
      if (expr.kind === 'name') return typed('number', 'run', shapeOf(above.columns.get(expr.name)!));
      if (expr.kind !== 'index' || expr.object.kind !== 'name') return null;
      return elementType(ctx, expr, above.columns.get(expr.object.name)!, scope);
    },
    names: [...above.columns.keys(), ...above.outer.names],
    incomplete: above.incomplete,
  };
  return scope;
}

function sayLater(ctx: Context, name: string, own: string, place: Expr): void {
  const itself = name === own;
  const message = itself ? `\`${name}\` cannot depend on itself` : `\`${name}\` is drawn after \`${own}\``;
  const hint = itself
    ? 'name columns of the lines above only'
    : `move the line of \`${name}\` above that of \`${own}\``;
  ctx.report.say('BP7007', place.span, message, { hint });
}

function shapeOf({ type }: ColumnRequest): Shape {
  return type.kind === 'class' ? [] : type.shape;
}

/** `x[i]`: an index that is known must be one that the column has; one that is not is looked at when drawing. */
function elementType(ctx: Context, expr: Extract<Expr, { kind: 'index' }>, column: ColumnRequest, scope: Scope): Typed {
  const shape = shapeOf(column);
  const shown = formatColumnType(column.type);
  const say = (place: Expr, message: string, hint: string) => {
    ctx.report.say('BP7008', place.span, message, {
      labels: [{ span: column.span, message: 'declared here' }],
      hint,
    });
    return UNKNOWN;
  };
  if (shape.length === 0) {
    return say(expr, `\`${column.name}\` is ${shown} and has no elements`, `write \`${column.name}\` alone`);
  }
  if (expr.indices.length !== shape.length) {
    const wanted = shape.length === 1 ? 'one index' : `${shape.length} indices`;
    const example = `${column.name}[${shape.map(() => 1).join(', ')}]`;
    return say(expr, `\`${column.name}\` is ${shown} and takes ${wanted}`, `write for example \`${example}\``);
  }
  for (const [axis, index] of expr.indices.entries()) {
    const found = typeOf(ctx, index, scope);
    if (found.type === 'unknown') return UNKNOWN;
    if (found.type !== 'number' || found.shape.length > 0) {
      return say(
        index,
        `\`${formatExpr(index)}\` is no index: it is not a single number`,
        'put a number in the brackets',
      );
    }
    if (index.kind !== 'number') continue;
    const { value } = index;
    if (Number.isInteger(value) && value >= 1 && value <= shape[axis]!) continue;
    const hint = `elements count from 1 to ${shape[axis]}`;
    return say(index, `\`${formatExpr(expr)}\` is no element of \`${column.name}\`, which is ${shown}`, hint);
  }
  return typed('number', 'run');
}
