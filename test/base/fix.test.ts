/** Edits of texts. */
import { describe, expect, it } from 'vitest';
import { areApart, withEdits } from '../../src/base/fix.ts';
import { span } from '../../src/base/span.ts';

const edit = (start: number, end: number, text: string) => ({ span: span('p', start, end), text });

describe('edits', () => {
  it('are made at their old places, in whatever order they come', () => {
    expect(withEdits('abcdef', [edit(4, 5, 'E!'), edit(0, 0, '>'), edit(1, 3, '')])).toBe('>adE!f');
  });

  it('are apart where no place is touched by both', () => {
    expect(areApart([edit(0, 2, 'x')], [edit(3, 4, 'y')])).toBe(true);
    expect(areApart([edit(0, 2, 'x')], [edit(1, 4, 'y')])).toBe(false);
    expect(areApart([edit(2, 2, 'x')], [edit(2, 2, 'y')])).toBe(false);
  });
});
