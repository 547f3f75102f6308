/** Good programs with a single token changed, and what is measured of the messages that they get. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Diagnostic } from '../../src/base/diagnostic.ts';
import { positionAt } from '../../src/base/span.ts';
import { checkText, filesBelow, filesBeside } from '../helpers/check-text.ts';
import { pieces } from '../helpers/pieces.ts';

const GOLDEN = resolve(import.meta.dirname, '../golden/good');
const EXAMPLES = resolve(import.meta.dirname, '../../examples');
const SYSTEMS = resolve(import.meta.dirname, '../golden/systems');

/** The examples, the golden good programs and those for published methods, by path. */
export const PROGRAMS: ReadonlyMap<string, string> = new Map(
  [EXAMPLES, GOLDEN, SYSTEMS].flatMap((folder) =>
    filesBelow(folder, '.bprune').map((file) => [file, readFileSync(resolve(folder, file), 'utf8')] as const),
  ),
);

/** Only the programs for published methods import files that lie beside them. */
const readImport = filesBeside(SYSTEMS);

export const WAYS = ['delete', 'double', 'swap', 'misspell'] as const;
export type Way = (typeof WAYS)[number];

export interface Mutation {
  readonly file: string;
  readonly way: Way;
  /** The token that was changed; with `swap` the first of the two. */
  readonly token: string;
  readonly text: string;
  /** First and last line of the change in the mutated text. */
  readonly lines: readonly [number, number];
}

/** Every single-token change of a program. */
export function mutationsOf(file: string, text: string): readonly Mutation[] {
  const all = pieces(text);
  const starts: number[] = [];
  let at = 0;
  for (const piece of all) {
    starts.push(at);
    at += piece.length;
  }
  const isToken = (i: number) => i < all.length && all[i]!.trim() !== '' && !all[i]!.startsWith('//');
  return all.flatMap((token, i) => {
    if (!isToken(i)) return [];
    const next = [i + 1, i + 2].find(isToken);
    const made: Mutation[] = [];
    const add = (way: Way, pieces: readonly string[], last: number) => {
      const changed = pieces.join('');
      const lineOf = (offset: number) => positionAt({ name: file, text: changed }, offset).line;
      made.push({ file, way, token, text: changed, lines: [lineOf(starts[i]!), lineOf(last)] });
    };
    add('delete', all.with(i, ''), starts[i]!);
    add('double', all.with(i, `${token} ${token}`), starts[i]! + token.length);
    if (next !== undefined) add('swap', all.with(i, all[next]!).with(next, token), starts[next]!);
    const wrong = misspelt(token);
    if (wrong !== null) add('misspell', all.with(i, wrong), starts[i]!);
    return made;
  });
}

/** Two letters of a word exchanged, or one left out of a short one; other tokens are not spelt. */
function misspelt(token: string): string | null {
  if (!/^[A-Za-z_]\w+$/.test(token)) return null;
  const middle = Math.floor(token.length / 2);
  const swapped = token.slice(0, middle - 1) + token[middle]! + token[middle - 1]! + token.slice(middle + 1);
  return swapped === token ? token.slice(1) : swapped;
}

export interface Told {
  /** Those that the program does not get when it is whole: what is not available yet is said of it all the same. */
  readonly diagnostics: readonly Diagnostic[];
  /** True when the program is still right. */
  readonly valid: boolean;
  /** Lines between the change and the nearest place of the first message; 0 when it lies on one of its lines. */
  readonly distance: number;
}

const said = new Map<string, readonly string[]>();

/** What is said of the whole program, by code and words. */
function saidOfWhole(file: string): readonly string[] {
  const known =
    said.get(file) ??
    checkText(file, PROGRAMS.get(file)!, {}, undefined, readImport).diagnostics.map((d) => `${d.code} ${d.message}`);
  said.set(file, known);
  return known;
}

/** What the front end says of a mutation; throws when the front end does. */
export function told({ file, text, lines: [from, to] }: Mutation): Told {
  const left = [...saidOfWhole(file)];
  const diagnostics = checkText(file, text, {}, undefined, readImport).diagnostics.filter((d) => {
    const at = left.indexOf(`${d.code} ${d.message}`);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  const errors = diagnostics.filter((d) => d.severity === 'error');
  const distances = diagnostics.flatMap((d) =>
    [d.span, ...d.labels.map((l) => l.span)].flatMap((span) => {
      if (span === null) return [];
      const { line } = positionAt({ name: file, text }, span.start);
      return [line < from ? from - line : Math.max(0, line - to)];
    }),
  );
  return { diagnostics, valid: errors.length === 0, distance: Math.min(...distances) };
}
