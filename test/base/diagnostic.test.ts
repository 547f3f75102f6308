import { describe, expect, it } from 'vitest';
import { diagnostic, sortDiagnostics } from '../../src/base/diagnostic.ts';
import { span } from '../../src/base/span.ts';

describe('sortDiagnostics', () => {
  it('goes by source, then place, then code; what has no place comes last', () => {
    const at = (code: string, source: string | null, start = 0) =>
      diagnostic(code, source === null ? null : span(source, start, start + 1), 'm');
    const sorted = [
      at('BP2001', '--set e', 0),
      at('BP1001', 'm.bprune', 4),
      at('BP2003', 'm.bprune', 4),
      at('BP1002', 'm.bprune', 10),
      at('BP9003', null),
    ];
    expect(sortDiagnostics([4, 3, 2, 1, 0].map((i) => sorted[i]!))).toEqual(sorted);
    expect(sortDiagnostics([2, 4, 0, 3, 1].map((i) => sorted[i]!))).toEqual(sorted);
  });
});
