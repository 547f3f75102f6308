/** JSON text as an object of named values, and nested lists of numbers as one array with a shape. */
import { diagnostic } from '../../base/diagnostic.ts';
import type { Shape } from '../../base/host-array.ts';
import { baseName, locateWritten, readUnpacked } from '../files.ts';
import type { ReadContext } from '../reader.ts';
import { jsonMistakeAt } from './json-mistake.ts';

export interface JsonObject {
  /** The file's name, for messages. */
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly bytes: Uint8Array;
}

/** Null after a report. */
export async function readJsonObject(context: ReadContext, written: string): Promise<JsonObject | null> {
  const path = await locateWritten(context, written, 'file');
  if (path === null) return null;
  const place = context.request.readerSpan;
  if (await context.files.isDirectory(path)) {
    const hint = 'name the file in it';
    context.report(diagnostic('BP7101', place, `\`${written}\` is a directory, not a JSON file`, { hint }));
    return null;
  }
  const bytes = await readUnpacked(context, path, place);
  if (bytes === null) return null;
  const name = baseName(path);
  const parsed = parsedText(new TextDecoder().decode(bytes));
  if (!parsed.ok) {
    const hint = parsed.hint ?? 'texts and names stand in double quotes, and no comma behind the last element';
    context.report(diagnostic('BP7119', place, `\`${name}\` is no JSON text: ${parsed.problem}`, { hint }));
    return null;
  }
  const { value } = parsed;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { name, values: value as Readonly<Record<string, unknown>>, bytes };
  }
  const hint = 'write an object of lists: `{ "x": [[1, 2], [3, 4]], "y": [5, 6] }`';
  context.report(diagnostic('BP7119', place, `\`${name}\` holds ${nounOf(value)}, not an object of lists`, { hint }));
  return null;
}

type Parsed =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string; readonly hint: string | null };

function parsedText(text: string): Parsed {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const at = jsonMistakeAt(text);
    if (at >= text.length) return { ok: false, problem: 'it ends too early', hint: null };
    const found = /^(?:[-\w.+]+|.)/u.exec(text.slice(at, at + 20))?.[0] ?? text[at];
    const infinite = /^[+-]?(nan|inf|infinity)$/i.test(found!);
    const hint = infinite
      ? 'JSON has no such numbers: remove these rows, or put in a value that you can stand by'
      : null;
    return { ok: false, problem: `\`${found}\` in line ${lineAt(text, at)} cannot stand there`, hint };
  }
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** Indices from 0, the outermost first. */
export type JsonPlace = readonly number[];

type Values =
  | { readonly ok: true; readonly shape: Shape; readonly data: Float64Array }
  | { readonly ok: false; readonly place: JsonPlace; readonly found: string; readonly hint: string };

/** Nested lists of equal lengths as one array, the innermost index running fastest. */
export function valuesOf(value: unknown): Values {
  const shape: number[] = [];
  for (let inner = value; Array.isArray(inner); inner = inner[0]) shape.push(inner.length);
  const data = new Float64Array(shape.reduce((a, b) => a * b, 1));
  let at = 0;
  const place: number[] = [];
  const fill = (inner: unknown, depth: number): Values | null => {
    if (depth === shape.length) {
      if (typeof inner !== 'number')
        return wrong(place, nounOf(inner), 'write numbers only; what is not known must be left out with its row');
      data[at++] = inner;
      return null;
    }
    if (!Array.isArray(inner)) return wrong(place, nounOf(inner), 'all rows must be lists');
    if (inner.length !== shape[depth]) {
      return wrong(
        place,
        `a list of ${inner.length}, where the first one has ${shape[depth]}`,
        'all rows must have equally many numbers',
      );
    }
    for (const [i, element] of inner.entries()) {
      place[depth] = i;
      const problem = fill(element, depth + 1);
      if (problem !== null) return problem;
    }
    place.length = depth;
    return null;
  };
  return fill(value, 0) ?? { ok: true, shape, data };
}

function wrong(place: JsonPlace, found: string, hint: string): Values {
  return { ok: false, place: [...place], found, hint };
}

function nounOf(value: unknown): string {
  if (value === null) return '`null`';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return `the text ${JSON.stringify(value.slice(0, 20))}`;
  return typeof value === 'object' ? 'an object' : `\`${String(value)}\``;
}
