/** Every program of the manual and of the README does what the text around it says. */
import { describe, expect, it } from 'vitest';
import { renderDiagnostics } from '../../src/base/frame.ts';
import { writtenByHand } from '../../src/tools/dev/reference.ts';
import { checkText } from '../helpers/golden.ts';
import { allBlocks, type Block, hasPlace, manual, wholeProgram } from '../helpers/manual.ts';

const NOT_AVAILABLE = 'BP2003';

/** The codes that the block promises, or what is said though nothing should be. */
function expectPromise(block: Block): void {
  const text = wholeProgram(block);
  const { diagnostics } = checkText(block.chapter, text);
  const codes = [...new Set(diagnostics.map((d) => d.code))].sort();
  const said = renderDiagnostics(diagnostics, new Map([[block.chapter, text]]));
  if (block.flags.has('later')) {
    expect(codes, said === '' ? 'all of it is available now: take `later` away' : said).toEqual([NOT_AVAILABLE]);
    expect(diagnostics.length, said).toBe(Number(block.flags.get('later') || 1));
  } else {
    expect(codes, said).toEqual(block.flags.get('fails')?.split(',').sort() ?? []);
  }
}

describe('programs of the manual', () => {
  it.each(allBlocks.filter((b) => !hasPlace(b)).map((b) => [`${b.chapter}:${b.line}`, b] as const))('%s', (_, block) => expectPromise(block));
});

describe('chapters', () => {
  it.each(manual.map((c) => [c.name, c] as const))('%s is short and begins with a whole program', (_, chapter) => {
    expect(writtenByHand(chapter.text).split('\n').length).toBeLessThanOrEqual(250);
    const [first] = chapter.blocks;
    expect([...(first?.flags.keys() ?? ['no program'])].filter((flag) => flag !== 'defines')).toEqual([]);
  });

  it.each(manual.map((c) => [c.name, c] as const))('%s stands in the map, and its links lead somewhere', (_, chapter) => {
    const files = manual.map((c) => c.name);
    const links = [...chapter.text.matchAll(/\]\(([\w-]+\.md)(#[\w-]+)?\)/g)].map((m) => m[1]!);
    expect(links.filter((link) => !files.includes(link))).toEqual([]);
    const map = manual.find((c) => c.name === 'README.md')!.text;
    expect(chapter.name === 'README.md' || map.includes(`(${chapter.name})`)).toBe(true);
  });
});
