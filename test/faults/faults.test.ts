/** Faults that are still about something: their source and their test are there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { faults } from './faults.ts';

const ROOT = join(import.meta.dirname, '../..');

describe('the fault', () => {
  it.each(faults)('$name: can be made, and has a test', ({ file, find, test, title }) => {
    expect(readFileSync(join(ROOT, 'src', file), 'utf8').split(find)).toHaveLength(2);
    expect(readFileSync(join(ROOT, 'test', test), 'utf8')).toContain(title);
  });
});
