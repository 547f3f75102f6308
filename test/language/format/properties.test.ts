/** What holds for every program: formatting twice changes nothing, and the formatted program says the same with the same comments. */
import { describe, expect, it } from 'vitest';
import { format } from '../../../src/language/format/format.ts';
import { WIDTH } from '../../../src/language/format/lines.ts';
import { saysTheSame } from '../../../src/language/format/same.ts';
import { parse } from '../../../src/language/index.ts';
import { isGood, programsBelow, rewritten } from './programs.ts';

const GOOD = programsBelow(
  'examples',
  'test/golden/good',
  'test/golden/systems',
  'test/language/syntax/programs',
  'test/emit',
  'test/bench',
).filter(isGood);

/** Formats and checks all that must hold; null for a text that is no program. */
function holds(name: string, text: string): string | null {
  const source = { name, text };
  const formatted = format(source).text;
  if (formatted === null) return null;
  const again = { name, text: formatted };
  expect(format(again).text, `formatted twice:\n${text}`).toBe(formatted);
  expect(saysTheSame(parse(source), parse(again)), text).toBe(true);
  expect(formatted).not.toMatch(/[ \t]\n|\r|\n\n\n|^\n|\n\n$|\{\n\n|\n\n *[})\]]|[^\n]$/);
  return formatted;
}

/** Park and Miller 1988, "minimal standard": the same edits on every machine. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

describe('every good program', () => {
  it('is there', () => expect(GOOD.length).toBeGreaterThan(60));

  it.each(GOOD.map((p) => [p.name, p.text] as const))('%s', (name, text) => {
    const formatted = holds(name, text)!;
    const long = formatted.split('\n').filter((line) => line.replace(/ *\/\/.*/, '').length > WIDTH);
    expect(long, 'lines of code that could not be broken').toEqual([]);
    expect(holds(name, text.replaceAll('\n', '\r\n'))).toBe(formatted);
    expect(holds(name, text.replace(/^ +/gm, '').replaceAll('\n', '\n\n\n').trim())).not.toBeNull();
  });
});

describe('random edits of blanks, line ends and comments', () => {
  it.each([0.02, 0.1, 0.5])('in a share of %s of the gaps', (share) => {
    let programs = 0;
    for (const { name, text } of GOOD) {
      // Of its own for each program: a new one leaves the edits of the others as they are.
      const random = numbers(
        [...name].reduce((sum, c) => sum * 31 + c.charCodeAt(0), 1 + Math.round(1000 * share)) % 65_521,
      );
      for (let i = 0; i < 2; i++) if (holds(name, rewritten(text, random, share)) !== null) programs++;
    }
    expect(programs, 'edits that leave a program').toBeGreaterThan(GOOD.length);
  });
});
