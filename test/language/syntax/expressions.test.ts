import { describe, expect, it } from 'vitest';
import { parseExpression } from '../../../src/language/syntax/parse.ts';
import { show } from './helpers.ts';

function read(text: string): string {
  const { expr, diagnostics } = parseExpression({ name: 'e', text });
  expect(
    diagnostics.map((d) => d.message),
    text,
  ).toEqual([]);
  return show(expr);
}

describe('operators', () => {
  it.each([
    ['a or b and c', '(a or (b and c))'],
    ['a and b or c', '((a and b) or c)'],
    ['not a and b', '((not a) and b)'],
    ['not a == b', '(not (a == b))'],
    ['not not a', '(not (not a))'],
    ['a < b and b <= c', '((a < b) and (b <= c))'],
    ['a + 1 < b * 2', '((a + 1) < (b * 2))'],
    ['a - b - c', '((a - b) - c)'],
    ['a / b * c', '((a / b) * c)'],
    ['a + b * c ^ d', '(a + (b * (c ^ d)))'],
    ['a ^ b ^ c', '(a ^ (b ^ c))'],
    ['-a ^ 2', '(- (a ^ 2))'],
    ['a ^ -b', '(a ^ (- b))'],
    ['a ^ -b ^ c * d', '((a ^ (- (b ^ c))) * d)'],
    ['-a * b', '((- a) * b)'],
    ['a * -b', '(a * (- b))'],
    ['a - -b', '(a - (- b))'],
    ['--a', '(- (- a))'],
    ['1..n + 1', '(1 .. (n + 1))'],
    ['1..2 == r', '((1 .. 2) == r)'],
    ['(a + b) * c', '((a + b) * c)'],
    ['((a))', 'a'],
    ['f(x)[1].y(z) ^ 2', '(f(x)[1].y(z) ^ 2)'],
    ['-f.x', '(- f.x)'],
    ['1/255', '(1 / 255)'],
    ['a * not b == c', '(a * (not (b == c)))'],
  ])('%s', (text, tree) => expect(read(text)).toBe(tree));

  it('refuses chains of comparisons and ranges', () => {
    for (const text of ['a < b < c', 'a == b != c', '1..2..3']) {
      const { diagnostics } = parseExpression({ name: 'e', text });
      expect(
        diagnostics.map((d) => d.code),
        text,
      ).toEqual(['BP1020']);
    }
  });
});

describe('values', () => {
  it.each([
    ['5_000', '5000'],
    ['1e-3', '0.001'],
    ['2.5E+2', '250'],
    ['0.1%', '0.001p'],
    ['75%', '0.75p'],
    ['1e1%', '0.1p'],
    ['5 epochs', '5 epochs'],
    ['1 epoch', '1 epochs'],
    ['100 steps', '100 steps'],
    ['1 step', '1 steps'],
    ['"a\\"b\\\\c\\n"', '"a\\"b\\\\c\\n"'],
    ['true', 'true'],
    ['[]', '[]'],
    ['[1, 2,]', '[1, 2]'],
    ['if a then b else if c then d else e', '(if a then b else (if c then d else e))'],
    ['f(a, b = 2, 0.5: Normal(0, 1))', 'f(a, b = 2, 0.5: Normal(0, 1))'],
    ['f()', 'f()'],
    ['x[1, 2]', 'x[1, 2]'],
    ['sum(x * 2 over units)', 'sum(over((x * 2), units))'],
    ['uce(by = class, of = mean)', 'uce(by = class, of = mean)'],
    ['a.where.from', 'a.where.from'],
    ['epochs + run + data', '((epochs + run) + data)'],
    ['sample + gap', '(sample + gap)'],
    ['a +\n b', '(a + b)'],
    ['f(\n a,\n b\n)', 'f(a, b)'],
  ])('%s', (text, tree) => expect(read(text)).toBe(tree));

  it('keeps percent and unit apart from the value', () => {
    const percent = parseExpression({ name: 'e', text: '20%' }).expr;
    expect(percent).toMatchObject({ kind: 'number', value: 0.2, percent: true, unit: null });
    const epochs = parseExpression({ name: 'e', text: '3 epochs' }).expr;
    expect(epochs).toMatchObject({ kind: 'number', value: 3, percent: false, unit: 'epochs' });
  });

  it('reports one mistake and gives an error node', () => {
    for (const text of ['', '1 +', '(', 'a b', '1 2', '{', '3 please', 'f(a b)', ')']) {
      const { expr, diagnostics } = parseExpression({ name: 'e', text });
      expect(diagnostics.length, JSON.stringify(text)).toBe(1);
      if (text !== ')' && text !== '(') expect(expr.kind, JSON.stringify(text)).toBe('error');
    }
  });

  it('refuses what would exhaust the stack, and does not throw', () => {
    const deep = [
      `${'('.repeat(5000)}1${')'.repeat(5000)}`,
      `${'-'.repeat(20000)}1`,
      `1${' + 1'.repeat(20000)}`,
      `a${'.b'.repeat(20000)}`,
      `${'if a then '.repeat(5000)}1${' else 2'.repeat(5000)}`,
      `a${'(1)'.repeat(20000)}`,
      `2${' ^ 2'.repeat(20000)}`,
    ];
    for (const text of deep) expect(parseExpression({ name: 'e', text }).diagnostics[0]?.code).toBe('BP1013');
  });
});
