/** Expressions on the host: values, lists, places of what is not finite, schedules. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { functions } from '../../../src/base/functions.ts';
import { hostFunctions } from '../../../src/language/evaluate/math.ts';
import { compileSchedule, evaluateConstant, figureKey, parseExpression } from '../../../src/language/index.ts';

function expr(text: string) {
  const { expr, diagnostics } = parseExpression({ name: 'test', text });
  expect(diagnostics).toEqual([]);
  return expr;
}

function value(text: string, scope = new Map<string, number>()) {
  const result = evaluateConstant(expr(text), scope);
  return result.ok ? result.value : result.diagnostic?.message;
}

describe('constants', () => {
  it.each<[string, unknown]>([
    ['1 + 2 * 3 ^ 2', 19],
    ['-2 ^ 2', -4],
    ['2 ^ 3 ^ 2', 512],
    ['7 - 4 - 2', 1],
    ['1/255 == 1/255', true],
    // Comparisons are exact: no tolerance that a graph would not have.
    ['0.1 + 0.2 == 0.3', false],
    ['1 < 1 + 1e-15', true],
    ['75%', 0.75],
    ['if 1 < 2 then "a" else "b"', 'a'],
    ['"a" == "b"', false],
    ['not true or 2 >= 2', true],
    ['[1, 2, 3] * 2', [2, 4, 6]],
    ['[1, 2] + [10, 20]', [11, 22]],
    ['[1, 2] * [3, 4]', [3, 8]],
    ['relu([-1, 2])', [0, 2]],
    ['1..4', [1, 2, 3, 4]],
    ['(1..4)[2]', 2],
    ['[0.5, 0.75][1]', 0.5],
    ['4..1', []],
    ['clamp(5, 0, 1)', 1],
    ['min(2, 3) + max(2, 3)', 5],
    ['sign(-2) + floor(2.7)', 1],
    ['5_000', 5000],
  ])('%s', (text, expected) => {
    expect(value(text)).toEqual(expected);
  });

  it('has every function of the registry, and no other', () => {
    expect([...hostFunctions].sort()).toEqual([...functions.names].sort());
  });

  it('agrees with JavaScript on every function of one number', () => {
    const independent: Readonly<Record<string, (x: number) => number>> = {
      exp: Math.exp,
      log: Math.log,
      log1p: Math.log1p,
      sqrt: Math.sqrt,
      abs: Math.abs,
      sign: Math.sign,
      floor: Math.floor,
      tanh: Math.tanh,
      sin: Math.sin,
      cos: Math.cos,
      cosh: Math.cosh,
      sigmoid: (x) => 0.5 * (1 + Math.tanh(x / 2)),
      softplus: (x) => Math.log(1 + Math.exp(x)),
      relu: (x) => (x + Math.abs(x)) / 2,
    };
    const unary = [...functions].filter((f) => f.arity.max === 1).map((f) => f.name);
    expect(unary.sort()).toEqual(Object.keys(independent).sort());
    for (const name of unary) {
      for (const x of [0.001, 0.5, 1, 3, 20]) {
        // Two roundings apart at most, from the other formula.
        expect(value(`${name}(${x})`), `${name}(${x})`).toBeCloseTo(independent[name]!(x), 12);
      }
    }
  });

  it('does not overflow far out', () => {
    expect(value('softplus(1000)')).toBe(1000);
    expect(value('softplus(-1000)')).toBe(0);
    expect(value('sigmoid(-1000)')).toBe(0);
    expect(value('sigmoid(1000)')).toBe(1);
  });

  it('reads figures by their key', () => {
    const scope = new Map([
      ['final.error', 0.015],
      ['final.error.se', 0.001],
      ['final.error(validation)', 0.02],
    ]);
    expect(value('final.error + 2 * final.error.se <= 2%', scope)).toBe(true);
    expect(value('final.error(validation)', scope)).toBe(0.02);
    expect(figureKey(expr('final.error(validation).se'))).toBe('final.error(validation).se');
    expect(figureKey(expr('1 + x'))).toBeNull();
  });

  it('gives the place of the part that stopped being finite', () => {
    const text = '2 + log(1 - 1) * 3';
    const result = evaluateConstant(expr(text));
    if (result.ok || result.diagnostic?.span == null) throw new Error('expected a place');
    const { start, end } = result.diagnostic.span;
    expect(text.slice(start, end)).toBe('log(1 - 1)');
    expect(result.diagnostic.code).toBe('BP2009');
  });

  it('passes over what could not be read', () => {
    const result = evaluateConstant({ kind: 'error', span: { source: 'test', start: 0, end: 0 } });
    expect(result).toEqual({ ok: false, diagnostic: null });
  });

  it.each(['1 / 0', 'sqrt(-1)', '[1, 2] + [1, 2, 3]', '[1][2]', '1..2.5', '"a" + 1', 'unknown + 1', 'f(1)'])(
    'refuses %s',
    (text) => {
      const result = evaluateConstant(expr(text));
      expect(result.ok).toBe(false);
      if (!result.ok) expect(result.diagnostic?.code).toBe('BP2009');
    },
  );
});

describe('schedules', () => {
  it('are evaluated at completed epochs and steps', () => {
    const rate = compileSchedule(expr('if epoch < 100 then 1e-3 else 1e-5 * (200 - epoch)'));
    expect(rate({ epoch: 0, step: 0 })).toBe(1e-3);
    expect(rate({ epoch: 150, step: 75_000 })).toBeCloseTo(5e-4, 15);
    expect(compileSchedule(expr('step / 10'))({ epoch: 0, step: 5 })).toBe(0.5);
    expect(compileSchedule(expr('1'))({ epoch: 3, step: 5 })).toBe(1);
  });

  it('agree with arithmetic written in JavaScript', () => {
    const real = fc.double({ min: -50, max: 50, noNaN: true });
    const f = compileSchedule(expr('clamp((epoch - 5) / 15, 0, 1) * exp(-step / 100) + epoch ^ 2'));
    fc.assert(
      fc.property(real, fc.nat(1000), (epoch, step) => {
        const direct = Math.min(Math.max((epoch - 5) / 15, 0), 1) * Math.exp(-step / 100) + epoch ** 2;
        expect(f({ epoch, step })).toBe(direct);
      }),
    );
  });
});
