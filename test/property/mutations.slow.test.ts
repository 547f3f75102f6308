/** All single-token changes of all good programs, as `npm run mutations` counts them. */
import { expect, it } from 'vitest';
import { mutationsOf, PROGRAMS } from './mutation-cases.ts';
import { measure, shareNear } from './mutation-counts.ts';

it('no single changed token gets more than five messages, or throws', () => {
  const { rows } = measure([...PROGRAMS].flatMap(([file, text]) => mutationsOf(file, text)));
  const counts = rows.get('all')!;
  expect(counts.thrown).toBe(0);
  expect(counts.messages.at(-1)).toBe(0);
  expect(shareNear(counts)).toBeGreaterThan(0.95);
});
