/** Closed expressions as functions of the numbers that their names stand for. */
import type { Expr } from '../../base/expr.ts';
import { nodeOf } from './nodes.ts';

export type NumberOf = (names: Readonly<Record<string, number>>) => number;

/** `expr` is closed and its value a number; a name that is not given is a bug. */
export function compileNumber(expr: Expr): NumberOf {
  const compiled = nodeOf(expr).compile();
  const scope = new Map<string, number>();
  return (names) => {
    for (const [name, value] of Object.entries(names)) scope.set(name, value);
    return Number(compiled.evaluate(scope));
  };
}
