import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { grammarRules } from '../../../src/tools/dev/ebnf.ts';
import { railroad } from '../../../src/tools/dev/railroad.ts';

it('grammar/railroad.html is what the parser says', () => {
  const written = readFileSync(join(import.meta.dirname, '../../../grammar/railroad.html'), 'utf8');
  expect(written, 'run `npx tsx src/tools/dev/railroad.ts`').toBe(railroad());
});

it('draws every rule once, and every link leads to one', () => {
  const page = railroad();
  const drawn = [...page.matchAll(/ id="(\w+)"/g)].map((m) => m[1]!);
  expect(drawn).toEqual(grammarRules().map((rule) => rule.name));
  const links = new Set([...page.matchAll(/href="#(\w+)"/g)].map((m) => m[1]!));
  expect([...links].filter((name) => !drawn.includes(name))).toEqual([]);
  expect(page).not.toMatch(/NaN|undefined/);
});
