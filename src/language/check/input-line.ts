/**
 * The `input` line of a network or block. A name in its sizes that has a value (a parameter, a constant) is held against what
 * the lines are applied to; one that has none takes the size that it meets: `input image[h, w, c]`, `input real[d]`.
 */
import type { Expr } from '../../base/expr.ts';
import type { Shape } from '../../base/host-array.ts';
import type { BlockDeclaration, InputLine, NetworkDeclaration, TypeNode } from '../syntax/ast.ts';
import { literal } from './closing.ts';
import type { Context } from './context.ts';
import { headOf, KNOWN_WHILE_TRAINING, ROW_COUNT } from './declarations.ts';
import { formatExpr } from './format.ts';

export type Values = ReadonlyMap<string, Expr>;

/** The one `input` line; undefined where there is none, null after a report. A second one is a mistake. */
export function onlyInputLine(
  ctx: Context,
  owner: NetworkDeclaration | BlockDeclaration,
): InputLine | undefined | null {
  const [first, second] = owner.lines.filter((line) => line.kind === 'input');
  if (second === undefined) return first;
  ctx.report.say('BP3004', second.span, `${owner.kind} \`${owner.name.name}\` has two \`input\` lines`, {
    labels: [{ span: first!.span, message: 'first here' }],
    hint: 'leave one of the two out',
  });
  return null;
}

/** The sizes that are names without a value: null at the other places. */
function openNames(ctx: Context, type: TypeNode, values: Values): readonly (string | null)[] {
  return type.sizes.map((size) => {
    if (size.kind !== 'name' || values.has(size.name) || ctx.declarations.consts.has(size.name)) return null;
    // Words of the language are no sizes, which is said where sizes are read.
    return [...KNOWN_WHILE_TRAINING, ROW_COUNT].includes(size.name) ? null : size.name;
  });
}

/** True where a size is left to what the lines are applied to. */
export function isOpen(ctx: Context, type: TypeNode, values: Values): boolean {
  return openNames(ctx, type, values).some((name) => name !== null);
}

/**
 * The values with those of the open sizes. Where `shape` is not known or has another number of axes they are error nodes, about
 * which nothing more is said.
 */
export function withSizes(ctx: Context, type: TypeNode, values: Values, shape: Shape | null): Values {
  const fits = shape?.length === type.sizes.length;
  const whole = new Map(values);
  openNames(ctx, type, values).forEach((name, axis) => {
    if (name === null || whole.has(name)) return;
    const unknown: Expr = { kind: 'error', span: type.sizes[axis]!.span };
    whole.set(name, fits ? literal(shape[axis]!, unknown) : unknown);
  });
  return whole;
}

/** As written: `image[h, w, 3]`. */
export function formatType({ name, sizes }: TypeNode): string {
  return sizes.length === 0 ? name.name : `${name.name}[${sizes.map(formatExpr).join(', ')}]`;
}

/** A network must say what it is applied to. */
export function sayNoInput(ctx: Context, declaration: NetworkDeclaration): void {
  ctx.report.say('BP3004', headOf(declaration), `network \`${declaration.name.name}\` has no \`input\` line`, {
    hint: 'begin with the shape of an example: `input image[28, 28, 1]`, or `input real[d]` for as many numbers as the data have',
  });
}
