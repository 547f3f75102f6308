/** Prose for what the parser could not read: one message per mistake, none on a line that was already explained. */
import type { Expectation, Fault } from '../syntax/faults.ts';
import type { Report } from '../syntax/report.ts';
import { endSlips, firstSlips, lastSlips } from './ends.ts';
import { formSlips } from './forms.ts';
import { headSlips } from './heads.ts';
import { missingName } from './names.ts';
import type { Message } from './slip.ts';
import { Spot } from './spot.ts';
import { missingValue } from './values.ts';

export function explainFaults(faults: readonly Fault[], report: Report): void {
  const lineOf = lineFinder(report.source.text);
  const spoken = new Set(report.diagnostics.flatMap((d) => (d.span === null ? [] : [lineOf(d.span.start)])));
  for (const fault of faults) {
    const spot = new Spot(fault, report);
    const message = explain(spot);
    const { code, text, place = spot.place, ...parts } = message;
    const line = lineOf(place.start);
    if (spoken.has(line)) continue;
    spoken.add(line);
    const phrase = spot.placePhrase;
    report.say(code, place, text, { ...parts, notes: [...(parts.notes ?? []), ...(phrase === null ? [] : [phrase])] });
  }
}

/** From the particular to the general. */
function explain(spot: Spot): Message {
  for (const slip of [...firstSlips, ...formSlips, ...headSlips, ...endSlips]) {
    const message = slip(spot);
    if (message !== null) return message;
  }
  if (spot.wantsValue) return missingValue(spot);
  if (spot.fault.expected.length === 1 && spot.expects('Ident')) return missingName(spot);
  for (const slip of lastSlips) {
    const message = slip(spot);
    if (message !== null) return message;
  }
  return { code: 'BP1030', text: `Expected ${listOf(spot.fault.expected)}, but found ${spot.foundText}.` };
}

function listOf(expected: readonly Expectation[]): string {
  const labels = [...new Set(expected.map((e) => e.label))];
  const shown = labels.length > 6 ? [...labels.slice(0, 5), 'something similar'] : labels;
  return shown.length === 1 ? shown[0]! : `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`;
}

function lineFinder(text: string): (offset: number) => number {
  return (offset) => text.slice(0, offset).split(/\r\n|\n|\r/).length;
}
