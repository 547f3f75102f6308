/**
 * The hint of each code is one that works. Where it is a change of the text, that change, made in the wrong example of the code's
 * page or in a program of `bad/mended`, gives a program without mistakes. Where it is words, because the author has to decide
 * something, a program in which somebody followed them stands beside the wrong one: in
 * `bad/followed/CODE.mended`, else on the code's page.
 */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DataRequest } from '../../src/base/data.ts';
import { withEdits } from '../../src/base/fix.ts';
import { readDataset } from '../../src/data/index.ts';
import { loadSource } from '../../src/runtime/index.ts';
import { codes } from '../../src/tools/cli/codes.ts';
import { folderOf, wholeProgram } from '../../src/tools/explain/whole-program.ts';
import { diagnosticCodes } from '../helpers/codes.ts';
import { type Change, changesBetween, sizeOfChanges } from '../helpers/difference.ts';
import { checkShown, checkText, expectAccepted, FEW, filesBelow, stubFacts } from '../helpers/golden.ts';

const BAD = join(import.meta.dirname, 'bad');

/** Codes of what no program shows, by their first digits: why, and the room that raises them. */
const NOT_OF_A_PROGRAM: Readonly<Record<string, string>> = {
  BP20: '`--set` on the command line, and files of imports',
  BP59: 'a training that failed while it ran',
  BP69: 'a requirement that failed when it was measured',
  BP71: 'data that are no table: their files are damaged, missing or of another format',
  BP72: 'files of programs, and folders of results',
  BP73: 'a run that goes on from saved states',
  BP74: 'saved states that are read',
  BP80: 'executors: packages, compilers and machines that are not there',
  BP83: 'executors: memory and numbers while it runs',
  BP85: 'the project that `bprune compile` writes',
  BP90: 'words of the command line, and our own bugs',
};

/** What no change of the text can know, so that the hint is words: why, and the codes. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  'it is no mistake of the text': ['BP2003'],
  'one of two has to go, or to be renamed at all its places': [
    ...['BP2016', 'BP2018', 'BP2019', 'BP4008', 'BP5015', 'BP5022', 'BP6007'],
  ],
  'a circle can be broken anywhere': ['BP2004'],
  'a number, an argument or a name that only the author knows': [
    ...['BP1031', 'BP1032', 'BP1036', 'BP2009', 'BP2010', 'BP2021', 'BP3004', 'BP3005', 'BP3006', 'BP4005', 'BP4006'],
    ...['BP4010', 'BP4031', 'BP5007', 'BP5008', 'BP5016', 'BP5021', 'BP5031', 'BP5032', 'BP6003', 'BP6009', 'BP6010', 'BP7008', 'BP7012'],
  ],
  'there are several distributions, metrics, types, options or groups to choose from': [
    ...['BP4003', 'BP4004', 'BP4012', 'BP4013', 'BP5011', 'BP5014', 'BP5034', 'BP6005', 'BP6011', 'BP7001', 'BP7006'],
  ],
  'a line, a step or a formula has to be written': [
    ...['BP4007', 'BP4009', 'BP4021', 'BP4022', 'BP5003', 'BP5005', 'BP7002', 'BP7003', 'BP7004'],
  ],
  'what stands in the wrong place has to be moved, split or left out': [
    ...['BP1011', 'BP1012', 'BP1013', 'BP1021', 'BP3007', 'BP5006', 'BP5023', 'BP7007'],
  ],
  'the table has to be mended, or what is said of it': [
    ...['BP7101', 'BP7106', 'BP7121', 'BP7122', 'BP7123', 'BP7124', 'BP7125', 'BP7126', 'BP7127', 'BP7128', 'BP7129'],
    ...['BP7141', 'BP7142', 'BP7143', 'BP7144', 'BP7151', 'BP7161', 'BP7162'],
  ],
};

/** Who follows a hint changes so many words and signs at most: a short line. */
const MOST_CHANGED = 16;

/** Further wrong programs with one mistake of a code that its page shows in a way that only words can mend. */
const ALSO = [
  ...['densities/without-brackets', 'priors/unknown-argument', 'names/estimator', 'names/split', 'guides/selector'],
  'require/metric',
];
const BROKEN = ['power', 'semicolon-in-brackets'];

const facts = (request: DataRequest) => stubFacts(request, FEW);
const errors = (name: string, text: string) =>
  checkText(name, text, {}, facts).diagnostics.filter((d) => d.severity === 'error');

/** Hints whose changes make the program pass, by code. */
function mended(name: string, text: string): readonly (readonly [string, string])[] {
  const fixed = checkShown(name, text, {}, facts).diagnostics.filter((d) => d.fix?.edits.every((e) => e.span.source === name));
  const edits = fixed.flatMap((d) => d.fix!.edits);
  return edits.length === 0 || errors(name, withEdits(text, edits)).length > 0
    ? []
    : fixed.map((d) => [d.code, `${d.message}: ${d.hint}`] as const);
}

/** Codes that `bprune check` of a program can raise, its tables among what it checks. */
const ofPrograms = [...codes.values()].filter((e) => e.example.place !== 'command');

const programs = [
  ...ofPrograms.flatMap(({ code, example: { place, bad } }) => {
    const program = wholeProgram(place, bad);
    return program === null || !diagnosticCodes.has(code) ? [] : [[`page of ${code}`, 'page.bprune', program.text] as const];
  }),
  ...[
    ...filesBelow(join(BAD, 'mended'), '.bprune').map((f) => join(BAD, 'mended', f)),
    ...ALSO.map((f) => join(BAD, `${f}.bprune`)),
    ...BROKEN.map((f) => join(import.meta.dirname, `../language/syntax/broken/${f}.bprune`)),
  ].map((path) => [basename(path), basename(path), readFileSync(path, 'utf8')] as const),
];

const found = new Map<string, string>();
for (const [where, name, text] of programs) {
  for (const [code, told] of mended(name, text)) if (!found.has(code)) found.set(code, `${code} ${where}: ${told}`);
}

/** A wrong program and what becomes of it when its hint is followed, with the table that both read. */
interface Pair {
  readonly where: string;
  readonly bad: { readonly text: string; readonly table: string };
  readonly good: { readonly text: string; readonly table: string };
}

function pairOf(code: string): Pair {
  const written = join(BAD, 'followed', `${code}.bprune`);
  const { place, bad, good } = codes.get(code)!.example;
  const files = filesBelow(join(BAD, 'followed'), '.bprune');
  if (!files.includes(`${code}.bprune`)) {
    return { where: `page of ${code}`, bad: wholeProgram(place, bad)!, good: wholeProgram(place, good)! };
  }
  const read = (path: string) => ({ ...wholeProgram('file', '')!, text: readFileSync(path, 'utf8') });
  return { where: `${code}.bprune`, bad: read(written), good: read(written.replace('.bprune', '.mended')) };
}

/** What `bprune check` and then the reading of the data say. */
async function told({ text, table }: Pair['bad']) {
  const files = folderOf(table);
  const { diagnostics, checked } = await loadSource(files, { name: 'p.bprune', text }, new Map());
  const run = checked.runs[0];
  const read = run === undefined ? null : await readDataset(run.data, files, 'p.bprune');
  return [...diagnostics, ...(read?.diagnostics ?? [])];
}

const shown = ({ before, after }: Change) =>
  after.length === 0
    ? `without \`${before.join(' ')}\``
    : before.length === 0
      ? `with \`${after.join(' ')}\``
      : `\`${after.join(' ')}\` for \`${before.join(' ')}\``;

describe('hints', () => {
  const words = Object.values(WORDS).flat();

  it('have changes that make a program pass', () => {
    expectAccepted(join(import.meta.dirname, 'repairs.txt'), `${[...found.values()].sort().join('\n')}\n`);
  });

  it('are words only where no change could be known', () => {
    expect(new Set(words).size).toBe(words.length);
    const rest = ofPrograms.map((e) => e.code).filter((code) => !found.has(code));
    expect(rest.sort()).toEqual([...words].sort());
  });

  it('that are words can be followed, which changes little and makes the program pass', async () => {
    const followed: string[] = [];
    const large: string[] = [];
    for (const code of [...words].sort()) {
      const { where, bad, good } = pairOf(code);
      const own = (await told(bad)).filter((d) => d.code === code);
      expect(own.length, `${where} does not show ${code}`).toBeGreaterThan(0);
      expect(own[0]!.hint, where).not.toBeNull();
      expect((await told(good)).map((d) => `${d.code} ${d.message}`), good.text).toEqual([]);
      const changes = changesBetween(`${bad.text}\n${bad.table}`, `${good.text}\n${good.table}`);
      if (sizeOfChanges(changes) > MOST_CHANGED) large.push(`${where}: ${changes.map(shown).join(', ')}`);
      followed.push(`${code} ${where}: ${own[0]!.message}: ${own[0]!.hint}\n  ${changes.map(shown).join(', ') || 'a line is moved'}`);
    }
    expect(large).toEqual([]);
    expectAccepted(join(import.meta.dirname, 'followed.txt'), `${followed.join('\n')}\n`);
  });

  it('of all other codes are about no program, each room for its reason', () => {
    const others = [...codes.values()].filter((e) => e.example.place === 'command').map((e) => e.code.slice(0, 4));
    expect([...new Set(others)].sort()).toEqual(Object.keys(NOT_OF_A_PROGRAM).sort());
  });
});
