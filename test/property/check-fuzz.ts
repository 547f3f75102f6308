/** Damaged programs through the whole front end: parser, checker and renderer, as `bprune check` does it. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import { hasErrors } from '../../src/base/diagnostic.ts';
import { renderDiagnostics } from '../../src/base/frame.ts';
import { codes } from '../../src/runtime/codes.ts';
import { checkText, filesBelow } from '../helpers/golden.ts';
import { pieces } from '../helpers/pieces.ts';

const GOLDEN = resolve(import.meta.dirname, '../golden');
const EXAMPLES = resolve(import.meta.dirname, '../../examples');

/** Right programs and wrong ones: damage to a wrong one reaches paths that damage to a right one does not. */
export const PROGRAMS: readonly string[] = [
  ...filesBelow(EXAMPLES, '.bprune').map((f) => readFileSync(resolve(EXAMPLES, f), 'utf8')),
  ...filesBelow(GOLDEN, '.bprune').map((f) => readFileSync(resolve(GOLDEN, f), 'utf8')),
];

const split = PROGRAMS.map(pieces);
const words = [...new Set(split.flat().filter((piece) => piece.trim() !== ''))];

/** One to three pieces dropped, doubled, exchanged or replaced by pieces of other programs. */
export const damagedPrograms = fc
  .record({
    which: fc.nat(PROGRAMS.length - 1),
    changes: fc.array(
      fc.record({
        how: fc.constantFrom('drop', 'double', 'swap', 'replace', 'insert'),
        at: fc.double({ min: 0, max: 0.999, noNaN: true }),
        word: fc.constantFrom(...words),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .map(({ which, changes }) => {
    const all = [...split[which]!];
    for (const { how, at, word } of changes) {
      const i = Math.floor(at * all.length);
      if (how === 'drop') all.splice(i, 1);
      else if (how === 'double') all.splice(i, 0, all[i] ?? '');
      else if (how === 'swap' && i > 0) [all[i - 1], all[i]] = [all[i]!, all[i - 1]!];
      else if (how === 'insert') all.splice(i, 0, ` ${word} `);
      else all[i] = word;
    }
    return all.join('');
  });

/** No throw; known codes and places inside the text; no run without a message is lost; no word of the implementation. */
export function checks(text: string): void {
  const { result, diagnostics } = checkText('f.bprune', text);
  for (const d of diagnostics) {
    expect(codes.has(d.code), d.code).toBe(true);
    if (d.span !== null)
      expect(d.span.start >= 0 && d.span.start <= d.span.end && d.span.end <= text.length).toBe(true);
    expect(`${d.message} ${d.hint}`).not.toMatch(/undefined|\bNaN\b|\[object|internal/);
  }
  expect(renderDiagnostics(diagnostics, new Map([['f.bprune', text]]))).not.toMatch(/^\s+at .*\.[tj]s:\d+/m);
  const explained = hasErrors(diagnostics) || diagnostics.some((d) => d.code === 'BP2003');
  if (/^run\b/m.test(text) && result.runs.length === 0) expect(explained, text).toBe(true);
}
