/** Prose for what the parser could not read: one message per mistake, none on a line that was already explained. */
import type { Fault } from '../syntax/faults.ts';
import type { Report } from '../syntax/report.ts';

export function explainFaults(faults: readonly Fault[], report: Report): void {
  const lineOf = lineFinder(report.source.text);
  const spoken = new Set(report.diagnostics.map((d) => lineOf(d.span?.start ?? 0)));
  for (const fault of [...faults].sort((a, b) => a.index - b.index)) {
    if (fault.found.inserted) continue;
    const end = (fault.tokens[fault.index - 1]?.endOffset ?? -1) + 1;
    const place = { source: report.source.name, start: end, end };
    if (spoken.has(lineOf(place.start))) continue;
    spoken.add(lineOf(place.start));
    report.say('BP1030', place, `Expected ${fault.expected.map((e) => e.label).join(' or ')}.`);
  }
}

function lineFinder(text: string): (offset: number) => number {
  return (offset) => text.slice(0, offset).split(/\r\n|\n|\r/).length;
}
