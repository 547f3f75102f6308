/** Small expressions that engines and optimizers make: scalars of a step program that runtime evaluates before each step. */
import type { BinaryOp, Expr } from '../base/expr.ts';
import { span } from '../base/span.ts';

/** A number or an expression, whatever is at hand. */
export type Term = Expr | number;

const NOWHERE = span('', 0, 0);

export function expr(term: Term): Expr {
  return typeof term === 'number' ? { kind: 'number', value: term, unit: null, percent: false, span: NOWHERE } : term;
}

export function variable(name: string): Expr {
  return { kind: 'name', name, span: NOWHERE };
}

export function binary(left: Term, op: BinaryOp, right: Term): Expr {
  return { kind: 'binary', op, left: expr(left), right: expr(right), span: NOWHERE };
}

export function call(name: string, argument: Term): Expr {
  const value = expr(argument);
  const args = [{ name: null, weight: null, value, span: NOWHERE }];
  return { kind: 'call', callee: variable(name), args, span: NOWHERE };
}
