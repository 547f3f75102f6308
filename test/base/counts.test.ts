import { describe, expect, it } from 'vitest';
import { countOf, withCommas } from '../../src/base/counts.ts';

describe('counts', () => {
  it('are grouped by three, as Intl writes them', () => {
    for (const n of [0, 7, 42, 999, 1000, 12_345, 123_456, 1_234_567, 2 ** 40, -1000, -123_456]) {
      expect(withCommas(n)).toBe(new Intl.NumberFormat('en-US').format(n));
    }
  });

  it('agree with their noun', () => {
    expect([0, 1, 5000].map((n) => countOf(n, 'row'))).toEqual(['0 rows', '1 row', '5,000 rows']);
  });
});
