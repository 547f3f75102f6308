import { afterEach, describe, expect, it, vi } from 'vitest';
import { DiagnosticError, diagnostic } from '../../../src/base/diagnostic.ts';
import { span } from '../../../src/base/span.ts';
import { report, reportFailure, wantsColor } from '../../../src/tools/cli/session.ts';

function listening(): () => string {
  const spy = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  return () => spy.mock.calls.map(([text]) => String(text)).join('');
}
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const none = new Map<string, string>();

describe('report', () => {
  it.each([
    ['BP1001', 3],
    ['BP5901', 5],
    ['BP6901', 6],
    ['BP7201', 4],
    ['BP8001', 2],
    ['BP8501', 3],
    ['BP9001', 1],
  ])('ends with the exit code of %s: %i', (code, exit) => {
    const heard = listening();
    expect(report([diagnostic(code, null, 'm')], none, 'never')).toBe(exit);
    expect(heard()).toContain(`bprune explain ${code}`);
  });
  it('does not send a usage mistake, whose hint says all, to its explanation', () => {
    const heard = listening();
    expect(report([diagnostic('BP9002', null, 'm')], none, 'never')).toBe(2);
    expect(heard()).not.toContain('bprune explain');
  });
  it('takes the first error, and warnings alone are no failure', () => {
    const heard = listening();
    const warning = diagnostic('BP2019', null, 'not used', { severity: 'warning' });
    expect(report([warning, diagnostic('BP7201', null, 'a'), diagnostic('BP9001', null, 'b')], none, 'never')).toBe(4);
    expect(report([warning], none, 'never')).toBe(0);
    expect(heard().match(/warning BP2019: not used/g)).toHaveLength(2);
  });
  it('says nothing when there is nothing to say', () => {
    const heard = listening();
    expect(report([], none, 'never')).toBe(0);
    expect(heard()).toBe('');
  });
});

describe('reportFailure', () => {
  it('shows what a diagnostic error carries, with the text above it', () => {
    const heard = listening();
    const error = new DiagnosticError(diagnostic('BP7101', span('m', 0, 3), 'gone'));
    expect(reportFailure(error, new Map([['m', 'abc']]), 'never')).toBe(4);
    expect(heard()).toMatch(/error BP7101: gone\n {2}--> m:1:1\n 1 \| abc/);
  });
  it.each([[new TypeError('x is not a function')], ['a text that was thrown']])(
    'calls %s a bug of ours, without a stack',
    (thrown) => {
      const heard = listening();
      expect(reportFailure(thrown, none, 'never')).toBe(1);
      expect(heard()).toContain('error BP9001');
      expect(heard()).not.toMatch(/^\s+at /m);
    },
  );
  it('gives the same as one document to who asked for JSON', () => {
    listening();
    const spy = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const error = new DiagnosticError(diagnostic('BP7101', span('m', 1, 2), 'gone'));
    const sources = new Map([['m', 'abc']]);
    reportFailure(error, sources, 'never');
    expect(spy).not.toHaveBeenCalled();
    expect(reportFailure(error, sources, 'never', true)).toBe(4);
    expect(spy).toHaveBeenCalledOnce();
    expect(JSON.parse(String(spy.mock.calls[0]![0]))).toMatchObject({
      ok: false,
      exit: 4,
      diagnostics: [{ code: 'BP7101', message: 'gone', place: { source: 'm', start: { line: 1, column: 2 } } }],
    });
  });
  it('shows the stack to who asks for it', () => {
    vi.stubEnv('BPRUNE_DEBUG', '1');
    const heard = listening();
    expect(reportFailure(new TypeError('x'), none, 'never')).toBe(1);
    expect(heard()).toMatch(/^\s+at /m);
  });
});

describe('wantsColor', () => {
  const stream = (isTTY: boolean) => ({ isTTY }) as NodeJS.WriteStream;
  it('follows the flag, then NO_COLOR and the terminal', () => {
    vi.stubEnv('NO_COLOR', '');
    vi.stubEnv('TERM', 'xterm');
    expect(wantsColor('auto', stream(true))).toBe(true);
    expect(wantsColor('auto', stream(false))).toBe(false);
    vi.stubEnv('NO_COLOR', '1');
    expect(wantsColor('auto', stream(true))).toBe(false);
    expect(wantsColor('always', stream(false))).toBe(true);
    expect(wantsColor('never', stream(true))).toBe(false);
  });
});
