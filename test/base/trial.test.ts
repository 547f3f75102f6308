/** Trials of the changes that hints offer, in a language where every `x` is a mistake that `o` mends. */
import { describe, expect, it } from 'vitest';
import { type Diagnostic, diagnostic } from '../../src/base/diagnostic.ts';
import { replacement } from '../../src/base/fix.ts';
import { span } from '../../src/base/span.ts';
import { triedFixes } from '../../src/base/trial.ts';

/** In the language of this test every `x` is a mistake that is mended with `o`, every `!` one that nothing mends. */
const TRIED = 20;
function wrong(text: string, otherwise: string | null = null): Diagnostic[] {
  return [...text].flatMap((c, i) => {
    const place = span('p', i, i + 1);
    if (c === '!') return [diagnostic('E2', place, 'bad')];
    return c === 'x'
      ? [diagnostic('E1', place, 'wrong', { hint: 'write o', fix: replacement(place, 'o', otherwise) })]
      : [];
  });
}

/** What is offered when `mend` is what comes of a changed text. */
function offered(diagnostics: readonly Diagnostic[], text: string, check: (changed: string) => readonly Diagnostic[]) {
  let trials = 0;
  const trying = triedFixes(diagnostics, new Map([['p', text]]));
  let next = trying.next();
  while (next.done !== true) {
    trials++;
    next = trying.next(check(next.value.get('p')!));
  }
  return { trials, hints: next.value.map((d) => d.hint), fixes: next.value.filter((d) => d.fix !== null).length };
}

describe('a fix', () => {
  it('is offered when its mistake goes and no other comes', () => {
    expect(offered(wrong('axbx!'), 'axbx!', (text) => wrong(text))).toEqual({
      trials: 2,
      hints: ['write o', 'write o', null],
      fixes: 2,
    });
  });

  it('is taken back with its hint when the mistake stays, or another comes', () => {
    const instead = { trials: 1, hints: ['think'], fixes: 0 };
    expect(offered(wrong('ax', 'think'), 'ax', () => wrong('ax'))).toEqual(instead);
    expect(offered(wrong('ax', 'think'), 'ax', () => wrong('!o'))).toEqual(instead);
  });

  it('is tried alone, even where it works together with others', () => {
    // What becomes of the first `x` alone is a mistake of its own.
    const check = (text: string) => wrong(text.replace(/^aobx/, 'a!bx'));
    expect(check('aobo')).toEqual([]);
    expect(offered(wrong('axbx', 'think'), 'axbx', check)).toEqual({
      trials: 2,
      hints: ['think', 'write o'],
      fixes: 1,
    });
  });

  it('may bring to light what was hidden, where that can be mended too', () => {
    // The first mistake hides what stands behind it.
    const first = (text: string) => wrong(text, 'think').slice(0, 1);
    expect(offered(first('x\nx'), 'x\nx', first)).toEqual({ trials: 2, hints: ['write o'], fixes: 1 });
    expect(offered(first('x\n!'), 'x\n!', first)).toEqual({ trials: 1, hints: ['think'], fixes: 0 });
  });

  it('of form may bring to light mistakes of meaning on other lines', () => {
    const text = 'x\nab';
    const form = [diagnostic('BP1001', span('p', 0, 1), 'wrong', { fix: replacement(span('p', 0, 1), 'o', 'think') })];
    const meaning = (at: number) => [diagnostic('BP2001', span('p', at, at + 1), 'bad')];
    expect(offered(form, text, () => meaning(2)).fixes).toBe(1);
    expect(offered(form, text, () => meaning(0)).fixes).toBe(0);
  });

  it('is not held against what was there before, further along', () => {
    const long = [diagnostic('E1', span('p', 0, 1), 'wrong', { fix: replacement(span('p', 0, 1), 'ooo') })];
    const before = [...long, diagnostic('E2', span('p', 2, 3), 'bad')];
    const after = [diagnostic('E2', span('p', 4, 5), 'bad, in other words')];
    expect(offered(before, 'xo!', () => after).fixes).toBe(1);
  });

  it('is not tried behind the twentieth, and then not offered', () => {
    const text = 'x'.repeat(TRIED + 5);
    const told = offered(wrong(text, 'think'), text, (changed) => wrong(changed));
    expect([told.trials, told.fixes]).toEqual([TRIED, TRIED]);
    expect(told.hints.slice(TRIED)).toEqual(new Array(5).fill('think'));
  });
});
