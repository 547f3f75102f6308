/** Ranges of expressions: every value that an expression takes lies in its range, and what is refused is certainly outside. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BinaryOp, Expr } from '../../../src/base/expr.ts';
import { functions } from '../../../src/base/functions.ts';
import { type LeafRange, rangedFunctions, rangeOf, rangeOutside } from '../../../src/language/check/ranges.ts';
import { evaluateConstant } from '../../../src/language/evaluate/constant.ts';
import { parseExpression } from '../../../src/language/index.ts';
import { call, conditional, HERE, name, number } from '../../helpers/models.ts';

const binary = (op: BinaryOp, left: Expr, right: Expr): Expr => ({ kind: 'binary', op, left, right, span: HERE });

/** The names of the random expressions, with their ranges. */
const RANGES: Readonly<Record<string, readonly [number, number]>> = { a: [-2, 3], b: [0, 4], c: [0.5, 1], d: [-3, -1] };
const leafOf: LeafRange = (expr) => {
  const range = expr.kind === 'name' ? RANGES[expr.name] : undefined;
  return range === undefined ? undefined : { low: range[0], high: range[1] };
};

const { tree } = fc.letrec<{ tree: Expr }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(...Object.keys(RANGES)).map(name),
    fc.integer({ min: -8, max: 8 }).map((n) => number(n / 4)),
    fc
      .tuple(fc.constantFrom<BinaryOp>('+', '-', '*', '/'), tie('tree'), tie('tree'))
      .map(([op, l, r]) => binary(op, l, r)),
    fc.tuple(tie('tree'), fc.constantFrom(-2, -1, 0.5, 2, 3)).map(([base, n]) => binary('^', base, number(n))),
    fc
      .tuple(fc.constantFrom(...[...functions].filter((f) => f.arity.max === 1).map((f) => f.name)), tie('tree'))
      .map(([f, x]) => call(f, x)),
    fc.tuple(fc.constantFrom('min', 'max'), tie('tree'), tie('tree')).map(([f, x, y]) => call(f, x, y)),
    fc.tuple(tie('tree'), tie('tree')).map(([x, y]) => conditional(binary('<', name('a'), number(0)), x, y)),
  ),
}));

function parsed(text: string): Expr {
  return parseExpression({ name: 'test', text }).expr;
}

describe('the range of an expression', () => {
  it('knows exactly the functions of the language', () => {
    expect([...rangedFunctions].sort()).toEqual([...functions.names].sort());
  });

  it('holds every value that the expression takes', () => {
    const places = fc.record(
      Object.fromEntries(
        Object.entries(RANGES).map(([n, [min, max]]) => [n, fc.double({ min, max, noNaN: true })] as const),
      ),
    );
    let compared = 0;
    fc.assert(
      fc.property(tree, places, (expr, at) => {
        const range = rangeOf(expr, leafOf);
        const value = evaluateConstant(expr, new Map(Object.entries(at)));
        if (range === null || Number.isNaN(range.low) || !value.ok) return;
        compared++;
        // Rounding of a few operations, relative to the value.
        const room = 1e-9 * (1 + Math.abs(Number(value.value)));
        expect(Number(value.value)).toBeGreaterThanOrEqual(range.low - room);
        expect(Number(value.value)).toBeLessThanOrEqual(range.high + room);
      }),
      { numRuns: 3000, seed: 1 },
    );
    expect(compared).toBeGreaterThan(1500);
  });
});

describe('a scale', () => {
  const outside = (text: string) => rangeOutside(parsed(text), 'positive', leafOf) !== null;

  it('is refused where some of it is certainly not positive', () => {
    expect(
      ['a', '-b', 'd', 'a + 1', 'b - 1', 'log(b)', 'tanh(a)', 'c * a', 'a ^ 3', 'sqrt(a)'].filter(outside),
    ).toEqual([...['a', '-b', 'd', 'a + 1', 'b - 1', 'log(b)', 'tanh(a)', 'c * a', 'a ^ 3', 'sqrt(a)']]);
  });

  it('passes where it is positive, or where that cannot be told', () => {
    const fitting = [
      'b',
      'exp(a)',
      '1 / sqrt(b)',
      'a ^ 2',
      'abs(a)',
      'b * c',
      '-d',
      'max(a, 0.1)',
      'softplus(a)',
      'b + c',
    ];
    // The difference below is positive, which arithmetic of intervals cannot see.
    const open = ['exp(b) - b', 'if a > 0 then a else 1', 'a * a', 'unknown'];
    expect([...fitting, ...open].filter(outside)).toEqual([]);
  });
});
