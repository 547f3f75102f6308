/**
 * The one expression language of bprune, as a tree with places. The parser makes it, the checker closes it
 * (constants and definitions are put in), `language/evaluate` computes it on the host and `model/expression` lowers it to a graph.
 */
import type { Span } from './span.ts';

export type BinaryOp = 'or' | 'and' | '<' | '<=' | '>' | '>=' | '==' | '!=' | '..' | '+' | '-' | '*' | '/' | '^';
export type UnaryOp = '-' | 'not';

/** An argument of a call: positional, `name = value`, or weighted (`0.5: Normal(0, 1)`). */
export interface Argument {
  readonly name: string | null;
  readonly weight: Expr | null;
  readonly value: Expr;
  readonly span: Span;
}

export type Expr =
  | {
      readonly kind: 'number';
      readonly value: number;
      readonly unit: 'epochs' | 'steps' | null;
      readonly percent: boolean;
      readonly span: Span;
    }
  | { readonly kind: 'string'; readonly value: string; readonly span: Span }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly span: Span }
  | { readonly kind: 'name'; readonly name: string; readonly span: Span }
  | { readonly kind: 'list'; readonly items: readonly Expr[]; readonly span: Span }
  | { readonly kind: 'unary'; readonly op: UnaryOp; readonly operand: Expr; readonly span: Span }
  | { readonly kind: 'binary'; readonly op: BinaryOp; readonly left: Expr; readonly right: Expr; readonly span: Span }
  | {
      readonly kind: 'conditional';
      readonly condition: Expr;
      readonly then: Expr;
      readonly else: Expr;
      readonly span: Span;
    }
  | { readonly kind: 'call'; readonly callee: Expr; readonly args: readonly Argument[]; readonly span: Span }
  | { readonly kind: 'index'; readonly object: Expr; readonly indices: readonly Expr[]; readonly span: Span }
  | { readonly kind: 'member'; readonly object: Expr; readonly name: string; readonly span: Span }
  /** Stands where the parser found nothing it could use; everything later passes it in silence. */
  | { readonly kind: 'error'; readonly span: Span };

/** A value known before or beside the run. Percentages are already multiplied by 0.01. */
export type HostValue = number | boolean | string | readonly HostValue[];

/** The name of an argument, or all of it where it has none. */
export function nameSpanOf({ name, span }: Argument): Span {
  return name === null ? span : { ...span, end: span.start + name.length };
}

/** All names in an expression, as often as they stand there; what a call is of is none. */
export function namesOf(expr: Expr): readonly string[] {
  return expr.kind === 'name' ? [expr.name] : partsOf(expr).flatMap(namesOf);
}

/** The parts that are themselves computed. */
export function partsOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'list':
      return expr.items;
    case 'unary':
      return [expr.operand];
    case 'binary':
      return [expr.left, expr.right];
    case 'conditional':
      return [expr.condition, expr.then, expr.else];
    case 'call':
      return expr.args.flatMap((a) => (a.weight === null ? [a.value] : [a.weight, a.value]));
    case 'index':
      return [expr.object, ...expr.indices];
    case 'member':
      return [expr.object];
    default:
      return [];
  }
}
