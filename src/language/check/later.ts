/** Says of parts of the program that this version cannot do them yet, in the words of the program. */
import type { Span } from '../../base/span.ts';
import type { Report } from './report.ts';

/** A warning: the program is right, but what depends on this cannot run. */
export function sayUnavailable(report: Report, place: Span, what: string): void {
  report.say('BP2003', place, `${what} is not available yet in this version`, {
    hint: 'leave it out; what depends on it cannot run',
  });
}
