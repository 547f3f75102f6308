import { describe, expect, it } from 'vitest';
import { diagnostic } from '../../src/base/diagnostic.ts';
import { renderDiagnostics } from '../../src/base/frame.ts';
import { span } from '../../src/base/span.ts';

function render(text: string, at: [number, number], parts = {}, message = 'something'): string {
  const d = diagnostic('BP2001', span('m.bprune', ...at), message, parts);
  return renderDiagnostics([d], new Map([['m.bprune', text]]));
}

describe('renderDiagnostics', () => {
  it('shows path, line, column, carets, labels of other lines, notes and hint', () => {
    const text = 'const a = 1\n\n\nconst b = aa + 1\n';
    const at: [number, number] = [text.indexOf('aa'), text.indexOf('aa') + 2];
    const labels = [{ span: span('m.bprune', 6, 7), message: 'declared here' }];
    expect(render(text, at, { labels, notes: ['one\ntwo'], hint: 'did you mean `a`?' })).toBe(
      [
        'error BP2001: something',
        '  --> m.bprune:4:11',
        ' 1 | const a = 1',
        '   |       - declared here',
        '   ...',
        ' 4 | const b = aa + 1',
        '   |           ^^',
        '  note: one',
        '        two',
        '  hint: did you mean `a`?',
        '',
      ].join('\n'),
    );
  });

  it('counts tabs, wide and combining characters as a terminal shows them', () => {
    const caretColumn = (text: string, start: number) =>
      render(text, [start, start + 1])
        .split('\n')[3]!
        .indexOf('^');
    const plain = caretColumn('ab x', 3);
    expect(caretColumn('\tx', 1)).toBe(plain - 3 + 2);
    expect(caretColumn('\u6f22x', 1)).toBe(plain - 3 + 2);
    expect(caretColumn('e\u0301x', 2)).toBe(plain - 3 + 1);
  });

  it('marks an empty range, a range beyond the line and the end of the text with at least one caret', () => {
    expect(render('abc', [3, 3])).toContain('|    ^');
    expect(render('ab\ncd', [1, 5])).toContain('|  ^\n');
    expect(render('', [0, 0])).toContain('1 | \n   | ^');
  });

  it('never lets control characters of a program reach the terminal', () => {
    expect(render('a\u001b[31mb', [0, 1])).not.toContain('\u001b');
  });

  it('shows what has no place without a frame, and a source it does not have by name', () => {
    expect(renderDiagnostics([diagnostic('BP9003', null, 'no such flag')], new Map())).toBe(
      'error BP9003: no such flag\n',
    );
    expect(renderDiagnostics([diagnostic('BP7001', span('gone', 1, 2), 'm')], new Map())).toContain('--> gone');
  });

  it('paints only when asked', () => {
    const d = [diagnostic('BP2001', span('s', 0, 1), 'm')];
    const sources = new Map([['s', 'x']]);
    expect(renderDiagnostics(d, sources, { color: true })).toContain('\u001b[31m');
    expect(renderDiagnostics(d, sources, { color: false })).not.toContain('\u001b');
  });
});
