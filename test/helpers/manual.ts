/** The chapters of the manual and the programs in them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chapters, MANUAL } from '../../src/tools/dev/reference.ts';

/**
 * A fenced block of bprune. Words behind its language say what it is:
 * nothing: a whole program without a message · `defines=NAME`: fragments stand in it, in place of its line `// ...` or behind it ·
 * `preamble=NAME`: such a fragment ·
 * `fails=BP2001,BP4001`: raises these codes and no others · `later=3`: is right, but has three places
 * (one, without a number) that are not available yet.
 */
export interface Block {
  readonly chapter: string;
  readonly line: number;
  readonly text: string;
  readonly flags: ReadonlyMap<string, string>;
}

export interface Chapter {
  readonly name: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

const FENCE = /^```bprune(.*)\n([\s\S]*?)^```$/gm;
const FLAGS = ['defines', 'preamble', 'fails', 'later'];
const PLACE = /^[ \t]*\/\/ \.\.\.$/m;

function blocksOf(chapter: string, text: string): readonly Block[] {
  return [...text.matchAll(FENCE)].map((m) => {
    const words = m[1]!.split(' ').filter((word) => word !== '');
    const flags = new Map(words.map((word) => [word.split('=')[0]!, word.split('=')[1] ?? ''] as const));
    for (const flag of flags.keys()) {
      if (!FLAGS.includes(flag)) throw new Error(`${chapter}: a block is marked \`${flag}\`, which means nothing`);
    }
    return { chapter, line: text.slice(0, m.index).split('\n').length, text: m[2]!, flags };
  });
}

export const manual: readonly Chapter[] = chapters().map((name) => {
  const text = readFileSync(join(MANUAL, name), 'utf8');
  return { name, text, blocks: blocksOf(name, text) };
});

const README = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');

export const allBlocks: readonly Block[] = [...manual.flatMap((c) => c.blocks), ...blocksOf('../../README.md', README)];

const defined = new Map(allBlocks.flatMap((b) => (b.flags.has('defines') ? [[b.flags.get('defines')!, b.text]] : [])));

/** A program that lacks what its fragments put in: it is tried with them. */
export function hasPlace(block: Block): boolean {
  return block.flags.has('defines') && PLACE.test(block.text);
}

/** The program that the block is, or stands in. */
export function wholeProgram(block: Block): string {
  const name = block.flags.get('preamble');
  if (name === undefined) return block.text;
  const around = defined.get(name);
  if (around === undefined) throw new Error(`${block.chapter}: no block defines \`${name}\``);
  return PLACE.test(around) ? around.replace(PLACE, () => block.text) : `${around}\n${block.text}`;
}
