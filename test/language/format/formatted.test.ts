/** The programs that people read first are in the form that `bprune fmt` writes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { format } from '../../../src/language/format/format.ts';
import { programsBelow, ROOT } from './programs.ts';

const programs = programsBelow(
  'examples',
  'models',
  'test/golden/good',
  'test/golden/systems',
  'test/emit',
  'test/bench',
);
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```bprune\n([\s\S]*?)^```/gm)].map((m, i) => ({
  name: `README.md ${i}`,
  text: m[1]!,
}));

it.each([...programs, ...blocks].map((p) => [p.name, p.text] as const))('%s', (name, text) => {
  expect(text, `run \`npx bprune fmt ${name}\``).toBe(format({ name, text }).text);
});
