/** Graphs of single numbers on the host, against the values that mathjs gives the expressions that they were made of. */
import { describe, expect, it } from 'vitest';
import type { BinaryOp, Expr } from '../../src/base/expr.ts';
import { functions } from '../../src/base/functions.ts';
import { f32 } from '../../src/base/host-array.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { hostFunction } from '../../src/graph/host-function.ts';
import { evaluateConstant } from '../../src/language/evaluate/constant.ts';
import { lowerExpression } from '../../src/model/expression.ts';
import { call, conditional, HERE, name, number } from '../helpers/models.ts';

const [X, Y] = [name('x'), name('y')];
const binary = (op: BinaryOp, left: Expr, right: Expr): Expr => ({ kind: 'binary', op, left, right, span: HERE });

function compiled(expr: Expr): (x: number, y: number) => number {
  const b = new GraphBuilder();
  const inputs: Readonly<Record<string, ReturnType<typeof b.input>>> = {
    y: b.input('y', f32([])),
    x: b.input('x', f32([])),
  };
  const value = lowerExpression(b, expr, (e) => (e.kind === 'name' ? inputs[e.name]! : null));
  b.output('value', typeof value === 'number' ? b.constant(value) : value);
  const compute = hostFunction(b.finish());
  return (x, y) => compute([y, x]);
}

function hosted(expr: Expr, x: number, y: number): number {
  const found = evaluateConstant(
    expr,
    new Map([
      ['x', x],
      ['y', y],
    ]),
  );
  if (!found.ok) throw new Error(found.diagnostic?.message);
  return Number(found.value);
}

const PAIRS = [
  [0.3, 1.7],
  [2.5, 0.4],
  [1, 1],
] as const;

describe('a function on the host', () => {
  it.each(functions.names)('computes %s', (own) => {
    const { min } = functions.get(own)!.arity;
    const expr = call(own, ...[X, Y, number(2)].slice(0, min));
    for (const [x, y] of PAIRS) expect(compiled(expr)(x, y)).toBeCloseTo(hosted(expr, x, y), 13);
  });

  it.each(['+', '-', '*', '/', '^'] as const)('computes x %s y', (op) => {
    for (const [x, y] of PAIRS)
      expect(compiled(binary(op, X, Y))(x, y)).toBeCloseTo(hosted(binary(op, X, Y), x, y), 13);
  });

  it.each(['<', '<=', '>', '>=', '==', '!='] as const)('decides by x %s y, and by what is joined with it', (op) => {
    const one = binary(op, X, Y);
    const other = binary('<', X, number(2));
    for (const condition of [one, binary('and', one, other), binary('or', one, other)]) {
      const expr = conditional(condition, X, binary('*', Y, number(3)));
      for (const [x, y] of PAIRS) expect(compiled(expr)(x, y)).toBe(hosted(expr, x, y));
    }
  });
});
