/** One token of a good program deleted, doubled, exchanged or misspelt: every hundredth of all such changes. */
import { expect, it } from 'vitest';
import { hasErrors } from '../../src/base/diagnostic.ts';
import { mutationsOf, PROGRAMS, told } from './mutation-cases.ts';

it('a single changed token gets few messages, near the change', () => {
  const all = [...PROGRAMS].flatMap(([file, text]) => mutationsOf(file, text));
  const sample = all.filter((_, i) => i % 100 === 0);
  let wrong = 0;
  let near = 0;
  for (const mutation of sample) {
    const { diagnostics, valid, distance } = told(mutation);
    if (valid) continue;
    expect(hasErrors(diagnostics)).toBe(true);
    expect(
      diagnostics.length,
      `${mutation.file}:${mutation.lines[0]} ${mutation.way} ${mutation.token}`,
    ).toBeLessThanOrEqual(5);
    wrong++;
    if (distance <= 1) near++;
  }
  expect(sample.length).toBeGreaterThan(100);
  // 99 % of all changes when written.
  expect(near / wrong).toBeGreaterThan(0.95);
});
