/** One token of a good program deleted, doubled, exchanged or misspelt: a fixed sample of all such changes, spread over all programs. */
import { expect, it } from 'vitest';
import { mutationsOf, PROGRAMS } from './mutation-cases.ts';
import { measure, shareNear } from './mutation-counts.ts';

/** A prime, so that no way of changing a token is left out. */
const EVERY = 397;

it('a single changed token gets few messages, near the change', () => {
  const all = [...PROGRAMS].flatMap(([file, text]) => mutationsOf(file, text));
  const { rows, remarks } = measure(all.filter((_, i) => i % EVERY === 0));
  const counts = rows.get('all')!;
  expect(counts.all).toBeGreaterThan(100);
  expect(counts.thrown).toBe(0);
  expect(counts.messages.at(-1), remarks.map((r) => r.text).join('\n')).toBe(0);
  // 99 % of all changes when written; 95 % is what is promised.
  expect(shareNear(counts)).toBeGreaterThan(0.95);
});
