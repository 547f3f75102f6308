/**
 * One expression language, two places: random expressions are worked out by mathjs, as before a run, and in a graph by the reference
 * executor, as in a run, at arguments of every kind. Both are float64 and do the same operations, so they give the very same numbers.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BinaryOp, Expr } from '../../src/base/expr.ts';
import { functions } from '../../src/base/functions.ts';
import type { Ref } from '../../src/graph/builder.ts';
import { compileSchedule } from '../../src/language/evaluate/schedule.ts';
import { lowerExpression } from '../../src/model/expression.ts';
import { call, conditional, HERE, name, number } from '../helpers/models.ts';
import { compute, real } from '../helpers/reference.ts';

const RUNS = { numRuns: 1000, seed: 20241124 };

/** Both zeros, the smallest and largest numbers, what is none, where exponentials overflow, and the ordinary. */
const EDGES: readonly number[] = [
  ...[0, -0, 1, -1, 0.5, -0.5, 1.5, -1.5, 2, 3, -3, 1 / 3, 0.1, 7.25, 12],
  ...[5e-324, -5e-324, 2.3e-308, 1e-300, 1e-17, -1e-17, 1e15 + 0.5, 2 ** 53, 1e300, -1e300],
  ...[700, -700, 711, -711, 745.2, -745.2, Number.MAX_VALUE, -Number.MAX_VALUE],
  ...[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN],
];

const COMPARISONS: readonly BinaryOp[] = ['<', '<=', '>', '>=', '==', '!='];
const ARITHMETIC: readonly BinaryOp[] = ['+', '-', '*', '/', '^'];

const binary = (op: BinaryOp, left: Expr, right: Expr): Expr => ({ kind: 'binary', op, left, right, span: HERE });
const unary = (op: '-' | 'not', operand: Expr): Expr => ({ kind: 'unary', op, operand, span: HERE });

/** `epoch` and `step` are the names that both sides know: here they stand for any two numbers. */
const NAMES = ['epoch', 'step'] as const;

/** The values of `expr`, or of its truth, at each pair of numbers. */
async function inGraph(expr: Expr, at: readonly (readonly [number, number])[]): Promise<readonly number[]> {
  const inputs = { epoch: real(at.map(([x]) => x)), step: real(at.map(([, y]) => y)) };
  const { value } = await compute(inputs, ({ graph: b }, refs) => {
    const found = lowerExpression(b, expr, (e) => (e.kind === 'name' ? refs[e.name]! : null));
    const ref: Ref = typeof found === 'number' ? b.constant(found) : found;
    return { value: b.broadcast(ref.type.dtype === 'bool' ? b.cast(ref, 'f32') : ref, [at.length]) };
  });
  return [...value!];
}

function onHost(expr: Expr, at: readonly (readonly [number, number])[]): readonly number[] {
  const value = compileSchedule(expr);
  return at.map(([epoch, step]) => value({ epoch, step }));
}

/** Zeros are equal whatever their sign: a graph leaves out what adds 0. */
const same = (found: number, expected: number) => found === expected || (Number.isNaN(found) && Number.isNaN(expected));

async function expectEqual(expr: Expr, at: readonly (readonly [number, number])[]): Promise<void> {
  const [found, expected] = [await inGraph(expr, at), onHost(expr, at)];
  const wrong = at.flatMap((point, i) =>
    same(found[i]!, expected[i]!) ? [] : [{ point, graph: found[i], host: expected[i] }],
  );
  expect(wrong).toEqual([]);
}

const pairs = EDGES.flatMap((x) => EDGES.map((y) => [x, y] as const));

describe('at edges, the host and the graph agree on', () => {
  it.each([...functions])('$name', async ({ name: f, arity }) => {
    const [x, y] = NAMES.map(name);
    const args = [x!, y!, number(1.25)].slice(0, arity.max);
    await expectEqual(call(f, ...args), pairs);
  });

  it('log(cosh(x)), which does not overflow', async () => {
    const expr = call('log', call('cosh', name('epoch')));
    await expectEqual(expr, pairs);
    expect(onHost(expr, [[1e6, 0]])).toEqual([1e6 - Math.LN2]);
  });

  it.each(ARITHMETIC)('x %s y', async (op) => {
    await expectEqual(binary(op, name('epoch'), name('step')), pairs);
    for (const constant of [2, -1, 0.5, 0]) await expectEqual(binary(op, name('epoch'), number(constant)), pairs);
  });

  it.each(COMPARISONS)('x %s y', async (op) => {
    await expectEqual(binary(op, name('epoch'), name('step')), pairs);
  });

  it('and, or, not, and both sides of `if`', async () => {
    const [x, y] = [binary('<', name('epoch'), name('step')), binary('>=', name('step'), number(1))];
    for (const truth of [binary('and', x, y), binary('or', x, y), unary('not', x)]) {
      await expectEqual(truth, pairs);
      await expectEqual(conditional(truth, name('epoch'), unary('-', name('step'))), pairs);
    }
  });
});

/** A literal, or one of the two names. No zeros: of what is divided by one, the sign of the zero would be the sign. */
const leaf: fc.Arbitrary<Expr> = fc.oneof(
  fc.constantFrom(...NAMES.map(name)),
  fc.constantFrom(...EDGES.filter((x) => Number.isFinite(x) && x !== 0)).map(number),
);

const trees = fc.letrec<{ value: Expr; truth: Expr }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    leaf,
    fc
      .tuple(fc.constantFrom(...functions), tie('value'), tie('value'), tie('value'))
      .map(([f, ...args]) => call(f.name, ...args.slice(0, f.arity.max))),
    fc.tuple(fc.constantFrom(...ARITHMETIC), tie('value'), tie('value')).map(([op, x, y]) => binary(op, x, y)),
    tie('value').map((x) => unary('-', x)),
    fc.tuple(tie('truth'), tie('value'), tie('value')).map(([c, x, y]) => conditional(c, x, y)),
  ),
  truth: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.tuple(fc.constantFrom(...COMPARISONS), tie('value'), tie('value')).map(([op, x, y]) => binary(op, x, y)),
    fc.tuple(fc.constantFrom<BinaryOp>('and', 'or'), tie('truth'), tie('truth')).map(([op, x, y]) => binary(op, x, y)),
    tie('truth').map((x) => unary('not', x)),
  ),
}));

const argument = fc.oneof(fc.constantFrom(...EDGES.filter((x) => !Object.is(x, -0))), fc.double({ min: -20, max: 20 }));

describe('random expressions', () => {
  it('have the same value on the host and in a graph', async () => {
    await fc.assert(
      fc.asyncProperty(
        trees.value,
        fc.array(fc.tuple(argument, argument), { minLength: 8, maxLength: 8 }),
        expectEqual,
      ),
      RUNS,
    );
  });

  it('are true on the host where they are in a graph', async () => {
    await fc.assert(
      fc.asyncProperty(
        trees.truth,
        fc.array(fc.tuple(argument, argument), { minLength: 8, maxLength: 8 }),
        expectEqual,
      ),
      RUNS,
    );
  });
});
