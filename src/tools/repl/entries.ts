/** What was declared so far: each declaration as it was written, and all of them as one program in which places keep their origin. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Source, Span } from '../../base/span.ts';
import { parse } from '../../language/index.ts';
import type { Declaration } from '../../language/syntax/ast.ts';

/** The name of the composed program: data files are looked for from the working directory. */
export const PROGRAM = 'repl';

export interface Entry {
  readonly kind: string;
  /** The empty text where the name was left out. */
  readonly name: string;
  /** Two entries with the same key are the old and the new version of one declaration. */
  readonly key: string;
  readonly text: string;
  /** Where it was written, and at which offset. */
  readonly origin: Source;
  readonly offset: number;
  /** How much of the text's beginning was not written there: the `const` before `b = 4` of `const a = 3, b = 4`. */
  readonly lead: number;
}

/** The declarations of a text, comments before each included. */
export function entriesOf(origin: Source): readonly Entry[] {
  let from = 0;
  return parse(origin).program.declarations.map((declaration) => {
    const offset = from;
    from = declaration.span.end;
    if (sharesConst(declaration)) {
      // It stands alone from now on, so that it can be redefined without its neighbours.
      const start = declaration.span.start;
      const text = `${CONST}${origin.text.slice(start, from)}`;
      return { text, origin, offset: start, lead: CONST.length, ...nameOf(declaration, start) };
    }
    const text = origin.text.slice(offset, from);
    const blank = /^[\s;]*/.exec(text)![0].length;
    const entry = { text: text.slice(blank), origin, offset: offset + blank, lead: 0 };
    return { ...entry, ...nameOf(declaration, entry.offset) };
  });
}

const CONST = 'const ';

/** Behind the first binding of a `const`: its place begins at its name. */
function sharesConst(declaration: Declaration): boolean {
  return declaration.kind === 'const' && declaration.span.start === declaration.name.span.start;
}

function nameOf(declaration: Declaration, offset: number): Pick<Entry, 'kind' | 'name' | 'key'> {
  const { kind } = declaration;
  if (declaration.kind === 'error') return { kind, name: '', key: `error ${offset}` };
  const name = declaration.name?.name ?? '';
  const target = declaration.kind === 'guide' ? (declaration.model?.name ?? '') : '';
  return { kind, name, key: `${kind} ${name} ${target}` };
}

/** `model m`, or `guide` without a name. */
export function titleOf(entry: Entry): string {
  return entry.name === '' ? entry.kind : `${entry.kind} ${entry.name}`;
}

/** The old entries with the new ones in their places, or behind them. */
export function replaced(old: readonly Entry[], fresh: readonly Entry[]): readonly Entry[] {
  const byKey = new Map(fresh.map((e) => [e.key, e]));
  const kept = old.map((e) => byKey.get(e.key) ?? e);
  return [...kept, ...fresh.filter((e) => !kept.includes(e))];
}

export interface Composition {
  readonly source: Source;
  readonly entries: readonly Entry[];
  /** Texts by name, for the renderer. */
  readonly sources: ReadonlyMap<string, string>;
  /** The entry at an offset of the composed text. */
  entryAt(offset: number): Entry | null;
  /** A place of the composed text where it was written; other places stay. */
  written(place: Span): Span;
}

export function compose(entries: readonly Entry[]): Composition {
  const starts: number[] = [];
  let text = '';
  for (const entry of entries) {
    starts.push(text.length);
    text += `${entry.text}\n\n`;
  }
  const indexAt = (offset: number) => starts.findLastIndex((start) => start <= offset);
  return {
    source: { name: PROGRAM, text },
    entries,
    sources: new Map([[PROGRAM, text], ...entries.map((e) => [e.origin.name, e.origin.text] as const)]),
    entryAt: (offset) => entries[indexAt(offset)] ?? null,
    written(place) {
      const entry = place.source === PROGRAM ? entries[indexAt(place.start)] : undefined;
      if (entry === undefined) return place;
      const by = entry.offset - entry.lead - starts[indexAt(place.start)]!;
      return { source: entry.origin.name, start: Math.max(entry.offset, place.start + by), end: place.end + by };
    },
  };
}

/** The diagnostic at the places where a person wrote them. */
export function relocated(d: Diagnostic, written: (place: Span) => Span): Diagnostic {
  return {
    ...d,
    span: d.span === null ? null : written(d.span),
    labels: d.labels.map((label) => ({ ...label, span: written(label.span) })),
    fix: d.fix === null ? null : { ...d.fix, edits: d.fix.edits.map((e) => ({ ...e, span: written(e.span) })) },
  };
}
