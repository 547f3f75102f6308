/** Whatever the text, reading it ends, with few messages at places inside it. The long form is in the slow tests. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pieces } from '../helpers/pieces.ts';
import { cut, damaged, GOOD, randomPieces, randomText, survives, survivesAsExpression } from './syntax-fuzz.ts';

const seed = 20241;

describe('reading never throws', () => {
  it('on random characters', () =>
    fc.assert(
      fc.property(randomText, (t) => void survives(t)),
      { numRuns: 300, seed },
    ));
  it('on random words and signs', () =>
    fc.assert(
      fc.property(randomPieces, (t) => void survives(t)),
      { numRuns: 400, seed },
    ));
  it('on programs with one piece changed', () =>
    fc.assert(
      fc.property(damaged, (t) => void survives(t)),
      { numRuns: 400, seed },
    ));
  it('on programs cut anywhere', () =>
    fc.assert(
      fc.property(cut, (t) => void survives(t)),
      { numRuns: 200, seed },
    ));
  it('on expressions', () =>
    fc.assert(fc.property(fc.oneof(randomText, randomPieces), survivesAsExpression), { numRuns: 200, seed }));
});

describe('good programs', () => {
  it('have no diagnostics, and stay good with other line ends and blanks', () => {
    for (const text of GOOD) {
      expect(survives(text)).toEqual([]);
      expect(survives(text.replaceAll('\n', '\r\n'))).toEqual([]);
      expect(survives(text.replaceAll('\n', '\n\n\n').replace(/^ +/gm, '\t'))).toEqual([]);
      expect(survives(`\ufeff${text}`)).toEqual([]);
    }
  });

  it('are told about each bracket that is left out', () => {
    const all = pieces(GOOD[0]!);
    all.forEach((piece, i) => {
      if (!/^[()[\]{}]$/.test(piece)) return;
      const text = all.filter((_, j) => j !== i).join('');
      expect(survives(text).length, text).toBeGreaterThan(0);
    });
  });
});
