import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ebnf } from '../../../src/tools/dev/ebnf.ts';

it('grammar/bprune.ebnf is what the parser says', () => {
  const written = readFileSync(join(import.meta.dirname, '../../../grammar/bprune.ebnf'), 'utf8');
  expect(written, 'run `npx tsx src/tools/dev/ebnf.ts`').toBe(ebnf());
});
