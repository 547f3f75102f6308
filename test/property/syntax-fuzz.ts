/** Damaged programs for the fuzz tests, and what must hold for each of them. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Diagnostic } from '../../src/base/diagnostic.ts';
import { syntaxCodes } from '../../src/language/syntax/codes.ts';
import { isIncomplete, parse, parseExpression } from '../../src/language/syntax/parse.ts';
import { ALL_WORDS } from '../../src/language/syntax/vocabulary.ts';
import { pieces } from '../helpers/pieces.ts';
import { program } from '../language/syntax/helpers.ts';

export const GOOD = ['first', 'everything', 'whole'].map(program);

const SIGNS = '.. . ** <= >= == != < > = ~ + - * / ^ ( ) [ ] { } ; : | ,'.split(' ');
const OTHERS = [
  'x',
  'fc1',
  'weight',
  '3',
  '20%',
  '1e-3',
  '"t"',
  "'t'",
  '"open',
  '.5',
  '1.',
  '#',
  '\u2264',
  '/*',
  '*/',
  '// c',
];
const PIECES = [...ALL_WORDS, ...SIGNS, ...OTHERS, '\n', '\n  ', ' ', 'epochs', 'Normal', '\u00e9', '\u0000', '\r'];

/** No throw, few messages, each with a known code and a place inside the text. */
export function survives(text: string): readonly Diagnostic[] {
  const { program: tree, diagnostics } = parse({ name: 'f', text });
  expect(tree.kind).toBe('program');
  expect(diagnostics.length).toBeLessThanOrEqual(50);
  for (const d of diagnostics) {
    expect(syntaxCodes.has(d.code), `${d.code} for ${JSON.stringify(text)}`).toBe(true);
    const inside = d.span !== null && d.span.start >= 0 && d.span.end >= d.span.start && d.span.end <= text.length;
    expect(inside, `${d.message} ${JSON.stringify(d.span)} in ${JSON.stringify(text)}`).toBe(true);
    for (const label of d.labels) {
      expect(label.span.start >= 0 && label.span.end >= label.span.start && label.span.end <= text.length).toBe(true);
    }
    expect(d.message).not.toMatch(/word_|undefined|NaN|\[object/);
  }
  const errors = JSON.stringify(tree).includes('"kind":"error"');
  if (errors) expect(diagnostics.length, `an error node without a message: ${JSON.stringify(text)}`).toBeGreaterThan(0);
  expect(typeof isIncomplete(text)).toBe('boolean');
  return diagnostics;
}

export const randomText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => String.fromCharCode(...bytes)),
);

export const randomPieces = fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((all) => all.join(' '));

const splitGood = GOOD.map(pieces);

/** One piece of a good program left out, doubled, exchanged with another or replaced. */
export const damaged = fc
  .record({
    which: fc.nat(splitGood.length - 1),
    how: fc.constantFrom('drop', 'double', 'swap', 'replace', 'insert'),
    at: fc.double({ min: 0, max: 0.999, noNaN: true }),
    to: fc.double({ min: 0, max: 0.999, noNaN: true }),
    piece: fc.constantFrom(...PIECES),
  })
  .map(({ which, how, at, to, piece }) => {
    const all = [...splitGood[which]!];
    const i = Math.floor(at * all.length);
    const j = Math.floor(to * all.length);
    if (how === 'drop') all.splice(i, 1);
    else if (how === 'double') all.splice(i, 0, all[i]!);
    else if (how === 'swap') [all[i], all[j]] = [all[j]!, all[i]!];
    else if (how === 'insert') all.splice(i, 0, piece);
    else all[i] = piece;
    return all.join('');
  });

/** The beginning of a good program, cut anywhere. */
export const cut = fc
  .record({ which: fc.nat(GOOD.length - 1), at: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ which, at }) => GOOD[which]!.slice(0, Math.floor(at * GOOD[which]!.length)));

export function survivesAsExpression(text: string): void {
  const { diagnostics } = parseExpression({ name: 'f', text });
  expect(diagnostics.length).toBeLessThanOrEqual(50);
  for (const d of diagnostics) expect(d.span !== null && d.span.end <= text.length).toBe(true);
}
