/** Expressions in a graph: the functions of the language, each against JavaScript's own arithmetic, and random trees. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BinaryOp, Expr } from '../../src/base/expr.ts';
import { functions } from '../../src/base/functions.ts';
import type { Operand } from '../../src/graph/builder.ts';
import { evaluateConstant } from '../../src/language/evaluate/constant.ts';
import { lowerExpression, loweredFunctions } from '../../src/model/expression.ts';
import { call, conditional, HERE, name, number } from '../helpers/models.ts';
import { compute, real } from '../helpers/reference.ts';

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** What each function means, in JavaScript. */
const meaning: Readonly<Record<string, (...xs: number[]) => number>> = {
  exp: Math.exp,
  log: Math.log,
  log1p: Math.log1p,
  sqrt: Math.sqrt,
  abs: Math.abs,
  sign: Math.sign,
  floor: Math.floor,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  cosh: Math.cosh,
  sigmoid,
  softplus: (x) => Math.log1p(Math.exp(x)),
  relu: (x) => Math.max(x, 0),
  min: Math.min,
  max: Math.max,
  clamp: (x, low, high) => Math.min(Math.max(x!, low!), high!),
};

function binary(op: BinaryOp, left: Expr, right: Expr): Expr {
  return { kind: 'binary', op, left, right, span: HERE };
}

async function lowered(expr: Expr, x: number): Promise<number> {
  const { y } = await compute({ x: real([x]) }, ({ graph: b }, inputs) => {
    const value: Operand = lowerExpression(b, expr, (e) => (e.kind === 'name' && e.name === 'x' ? inputs.x! : null));
    return { y: typeof value === 'number' ? b.constant(value) : value };
  });
  return y![0]!;
}

/** The same expression on the host. */
function hosted(expr: Expr, x: number): number {
  const found = evaluateConstant(expr, new Map([['x', x]]));
  if (!found.ok) throw new Error(found.diagnostic?.message);
  return Number(found.value);
}

/** A random tree of arithmetic over x, with its value. Divisions and powers stay away from their poles. */
interface Tree {
  readonly expr: Expr;
  readonly at: (x: number) => number;
}

const leaf: fc.Arbitrary<Tree> = fc.oneof(
  fc.constant<Tree>({ expr: name('x'), at: (x) => x }),
  fc.integer({ min: -9, max: 9 }).map((n): Tree => ({ expr: number(n / 4), at: () => n / 4 })),
);

const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.tuple(fc.constantFrom<BinaryOp>('+', '-', '*'), tie('tree'), tie('tree')).map(
      ([op, l, r]): Tree => ({
        expr: binary(op, l.expr, r.expr),
        at: (x) => (op === '+' ? l.at(x) + r.at(x) : op === '-' ? l.at(x) - r.at(x) : l.at(x) * r.at(x)),
      }),
    ),
    fc
      .tuple(fc.constantFrom('sin', 'cos', 'tanh', 'sigmoid', 'relu', 'abs', 'softplus'), tie('tree'))
      .map(
        ([f, t]): Tree => ({ expr: call(f, t.expr), at: (x) => meaning[f]!(Math.max(-500, Math.min(500, t.at(x)))) }),
      ),
    fc.tuple(tie('tree'), tie('tree'), tie('tree')).map(
      ([c, l, r]): Tree => ({
        expr: conditional(binary('>', c.expr, number(0.1)), l.expr, r.expr),
        at: (x) => (c.at(x) > 0.1 ? l.at(x) : r.at(x)),
      }),
    ),
  ),
}));

describe('expressions in a graph', () => {
  it('know exactly the functions of the language', () => {
    expect([...loweredFunctions].sort()).toEqual([...functions.names].sort());
  });

  it.each([...functions])('$name means what it says', async ({ name: f, arity }) => {
    for (const x of [0.3, 1.7, 2]) {
      const rest = [0.4, 1.5].slice(0, arity.min - 1);
      const found = await lowered(call(f, name('x'), ...rest.map(number)), x);
      expect(found).toBeCloseTo(meaning[f]!(x, ...rest), 12);
      expect(found).toBeCloseTo(hosted(call(f, name('x'), ...rest.map(number)), x), 12);
    }
  });

  it('compare, choose, and combine truth values', async () => {
    const both = binary('and', binary('<', name('x'), number(2)), binary('!=', name('x'), number(1)));
    const either: Expr = {
      kind: 'unary',
      op: 'not',
      operand: binary('or', both, binary('>=', name('x'), number(3))),
      span: HERE,
    };
    const chosen = conditional(either, number(7), name('x'));
    expect(await Promise.all([0, 1, 2, 3].map((x) => lowered(chosen, x)))).toEqual([0, 7, 7, 3]);
  });

  it('read percentages, powers and signs', async () => {
    const percent: Expr = { kind: 'number', value: 0.4, unit: null, percent: true, span: HERE };
    expect(await lowered(binary('*', percent, name('x')), 5)).toBeCloseTo(2, 12);
    expect(await lowered(binary('^', name('x'), number(3)), 1.5)).toBeCloseTo(3.375, 12);
    expect(await lowered({ kind: 'unary', op: '-', operand: binary('^', name('x'), number(2)), span: HERE }, -3)).toBe(
      -9,
    );
  });

  it('agree with JavaScript and with the host on random trees', async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.integer({ min: -12, max: 12 }), async ({ expr, at }, n) => {
        const expected = at(n / 4);
        fc.pre(Math.abs(expected) < 500);
        const found = await lowered(expr, n / 4);
        // Float64 roundings of a tree of a few dozen operations.
        const tolerance = 1e-9 * Math.max(1, Math.abs(expected));
        expect(Math.abs(found - expected)).toBeLessThanOrEqual(tolerance);
        expect(Math.abs(found - hosted(expr, n / 4))).toBeLessThanOrEqual(tolerance);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('refuse what has no place in a graph', async () => {
    await expect(lowered({ kind: 'string', value: 'a', span: HERE }, 1)).rejects.toThrow('cannot stand in a graph');
    await expect(lowered(call('nothing', name('x')), 1)).rejects.toThrow('`nothing`');
  });
});
