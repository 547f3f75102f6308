/** What the parts of the emitter share while one program is written: imports, names, quotations, refusals. */
import { type Diagnostic, diagnostic } from '../../base/diagnostic.ts';
import type { Source, Span } from '../../base/span.ts';
import { id, type Js, type Statement } from '../target/javascript.ts';
import { Names } from '../target/names.ts';
import { type LibraryName, library } from './library.ts';

/** What generated functions call their own; a name that they read from outside must be another. */
const LOCALS = new Set(
  (
    'before key index guides optimizer rate kl_weight prior_weight length record step epoch rows figures views weights x y ' +
    'mean sd site divergences logLikelihood'
  ).split(' '),
);

export class Writer {
  readonly names: Names;
  readonly refusals: Diagnostic[] = [];
  readonly #used = new Set<LibraryName>();
  readonly #source: Source;

  constructor(source: Source) {
    this.#source = source;
    this.names = new Names([...Object.keys(library), 'options', 'parameters', 'multiplyAdds']);
  }

  /** The name of something that generated functions use. */
  shared(wanted: string): string {
    return this.names.take(wanted, LOCALS);
  }

  /** A function of the hand-written part; it is imported. */
  use(name: LibraryName): Js {
    this.#used.add(name);
    return id(name);
  }

  /** One import for each file, in the order of files. */
  imports(): Statement[] {
    const byFile = new Map<string, LibraryName[]>();
    for (const name of this.#used) byFile.set(library[name], [...(byFile.get(library[name]) ?? []), name]);
    return [...byFile]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([file, names]) => ({ kind: 'import', names: names.sort(), from: `./lib/${file}.js` }));
  }

  /** The lines of the program at a place, moved to the left margin. */
  quote(place: Span | null): string[] {
    if (place === null || place.source !== this.#source.name) return [];
    const { text } = this.#source;
    const lineStart = text.lastIndexOf('\n', place.start - 1) + 1;
    const indent = /^[ \t]*/.exec(text.slice(lineStart))![0].length;
    const lines = text.slice(place.start, place.end).split(/\r\n|\n|\r/);
    return lines.map((line, i) => (i === 0 ? line : line.replace(new RegExp(`^[ \\t]{0,${indent}}`), '')).trimEnd());
  }

  /** Says that the program has something that this emitter does not know, once for each place, and stands in for it. */
  refuse(place: Span | null, what: string): Js {
    const message = `${what} cannot be compiled to a standalone trainer`;
    const hint = '`bprune run` can run it';
    const said = ({ span, message: other }: Diagnostic) =>
      other === message && span?.source === place?.source && span?.start === place?.start && span?.end === place?.end;
    if (!this.refusals.some(said)) this.refusals.push(diagnostic('BP8501', place, message, { hint }));
    return id('undefined');
  }
}

/** The entry of a table, or null after a refusal that says what is missing: `the layer \`conv2d\``. */
export function known<T>(
  writer: Writer,
  table: Readonly<Record<string, T>>,
  name: string,
  what: string,
  place: Span | null,
): T | null {
  const entry = Object.hasOwn(table, name) ? table[name] : undefined;
  if (entry === undefined) writer.refuse(place, `${what} \`${name}\``);
  return entry ?? null;
}
