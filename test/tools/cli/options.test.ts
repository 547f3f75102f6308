import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../../src/base/diagnostic.ts';
import { collectSetting, parseChoice, parseCount, parseSeed } from '../../../src/tools/cli/options.ts';

function complaint(action: () => unknown): { code: string; message: string; hint: string | null } {
  try {
    action();
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics[0]!;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('--seed', () => {
  it.each([
    ['0', 0],
    ['7', 7],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('takes %s', (text, seed) => expect(parseSeed(text)).toBe(seed));
  it.each(['-1', '1.5', 'one', '9007199254740992', 'Infinity'])('refuses %s', (text) => {
    expect(complaint(() => parseSeed(text))).toMatchObject({
      code: 'BP9002',
      message: expect.stringContaining(`--seed ${text}`),
      hint: expect.stringContaining('--seed 1'),
    });
  });
});

describe('a count', () => {
  it('is a whole number from 0 on, and a refusal names its flag', () => {
    const parse = parseCount('--log-steps');
    expect(parse('0')).toBe(0);
    expect(parse('20')).toBe(20);
    for (const text of ['-1', '2.5', 'many']) expect(complaint(() => parse(text)).message).toContain('--log-steps');
  });
});

describe('a choice', () => {
  const parse = parseChoice('--color', ['auto', 'always', 'never']);
  it('is one of its words', () => expect(parse('never')).toBe('never'));
  it('suggests the nearest word, or shows one where none is near', () => {
    expect(complaint(() => parse('alwyas')).hint).toBe('did you mean `--color always`?');
    const far = complaint(() => parse('rainbow'));
    expect(far.message).toContain('auto, always, never');
    expect(far.hint).toBe('for instance --color auto');
  });
});

describe('--set', () => {
  it('collects names and values, the last of a name wins, blanks around both go', () => {
    const first = collectSetting('quick=true', new Map());
    const all = collectSetting(' e = 3 ', collectSetting('quick=false', first));
    expect([...all]).toEqual([
      ['quick', 'false'],
      ['e', '3'],
    ]);
    expect([...first]).toEqual([['quick', 'true']]);
  });
  it('keeps what stands behind the first equals sign, comparisons included', () => {
    expect(collectSetting('a=b == c', new Map()).get('a')).toBe('b == c');
  });
  it.each(['quick', '=1', 'quick=', ' = ', ''])('refuses `%s`', (text) => {
    expect(complaint(() => collectSetting(text, new Map()))).toMatchObject({
      code: 'BP9002',
      hint: 'for instance --set quick=true',
    });
  });
});
