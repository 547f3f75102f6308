/**
 * The hint of each code is one that works: its change, made in the wrong example of the code's page or in a program of `bad/mended`,
 * gives a program without mistakes. Where a hint is no change of the text, the right example of the page is what follows its words.
 */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DataRequest } from '../../src/base/data.ts';
import { withEdits } from '../../src/base/fix.ts';
import { codes } from '../../src/tools/cli/codes.ts';
import { wholeProgram } from '../../src/tools/explain/whole-program.ts';
import { diagnosticCodes } from '../helpers/codes.ts';
import { checkShown, checkText, expectAccepted, FEW, filesBelow, stubFacts } from '../helpers/golden.ts';

const FOLDER = join(import.meta.dirname, 'bad/mended');

/** What no change of the text can know, so that the hint is words: why, and the codes. */
const NO_CHANGE: Readonly<Record<string, readonly string[]>> = {
  'it is no mistake of the text': ['BP2003', 'BP2011', 'BP2012', 'BP2022', 'BP2023'],
  'one of two has to go, or to be renamed at all its places': [
    ...['BP2002', 'BP2006', 'BP2016', 'BP2018', 'BP2019', 'BP4008', 'BP5022', 'BP6007'],
  ],
  'a circle can be broken anywhere': ['BP2004'],
  'a number, an argument or a name that only the author knows': [
    ...['BP1031', 'BP1032', 'BP1036', 'BP2009', 'BP2010', 'BP2021', 'BP3003', 'BP3004', 'BP3005', 'BP3006', 'BP4005'],
    ...['BP4006', 'BP4010', 'BP5007', 'BP5008', 'BP5021', 'BP6003', 'BP6009', 'BP6010', 'BP7008', 'BP7012'],
  ],
  'there are several distributions, metrics, types, options or groups to choose from': [
    ...['BP4003', 'BP4004', 'BP4012', 'BP4013', 'BP5011', 'BP5012', 'BP5013', 'BP5014', 'BP6005', 'BP6008', 'BP7001', 'BP7006'],
  ],
  'a line, a step or a formula has to be written': [
    ...['BP4007', 'BP4009', 'BP4021', 'BP4022', 'BP5003', 'BP5005', 'BP7002', 'BP7003', 'BP7004'],
  ],
  'what stands in the wrong place has to be moved, split or left out': [
    ...['BP1002', 'BP1003', 'BP1011', 'BP1012', 'BP1013', 'BP1020', 'BP1021', 'BP3007', 'BP5001', 'BP5006'],
    ...['BP7005', 'BP7007', 'BP7009'],
  ],
};

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

const programs = [
  ...[...diagnosticCodes].flatMap((code) => {
    const { place, bad } = codes.get(code)!.example;
    const program = wholeProgram(place, bad);
    return program === null ? [] : [[`page of ${code}`, 'page.bprune', program.text] as const];
  }),
  ...[
    ...filesBelow(FOLDER, '.bprune').map((f) => join(FOLDER, f)),
    ...ALSO.map((f) => join(FOLDER, `../${f}.bprune`)),
    ...BROKEN.map((f) => join(import.meta.dirname, `../language/syntax/broken/${f}.bprune`)),
  ].map((path) => [basename(path), basename(path), readFileSync(path, 'utf8')] as const),
];

describe('hints', () => {
  const found = new Map<string, string>();
  for (const [where, name, text] of programs) {
    for (const [code, told] of mended(name, text)) if (!found.has(code)) found.set(code, `${code} ${where}: ${told}`);
  }

  it('have changes that make a program pass', () => {
    expectAccepted(join(import.meta.dirname, 'repairs.txt'), `${[...found.values()].sort().join('\n')}\n`);
  });

  it('are words only where no change could be known', () => {
    const words = Object.values(NO_CHANGE).flat();
    expect(new Set(words).size).toBe(words.length);
    expect([...diagnosticCodes].filter((code) => !found.has(code)).sort()).toEqual([...words].sort());
  });
});
