/** Expressions of `epoch` and `step`, compiled once and evaluated for every step of a training. */
import type { Expr } from '../../base/expr.ts';
import { nodeOf } from './nodes.ts';

/** Completed epochs (a real number) and completed steps, both from 0. */
export interface Moment {
  readonly epoch: number;
  readonly step: number;
}

/** `expr` is closed over `epoch` and `step`, as the checker leaves it; its value is a number. */
export function compileSchedule(expr: Expr): (at: Moment) => number {
  const compiled = nodeOf(expr).compile();
  const scope = new Map<string, number>();
  return ({ epoch, step }) => {
    scope.set('epoch', epoch);
    scope.set('step', step);
    return Number(compiled.evaluate(scope));
  };
}

/** An expression of named numbers, compiled once and evaluated for many values of them. */
export function compileNumber(expr: Expr): (scope: Map<string, number>) => number {
  const compiled = nodeOf(expr).compile();
  return (scope) => Number(compiled.evaluate(scope));
}
