/**
 * Fixes are tried before they are offered, so that a hint that is shown is a hint that works. A fix works when its mistake goes
 * and no error comes that was not there; what its mistake only hid may come if that can be mended in turn.
 */
import type { Diagnostic, Edit } from './diagnostic.ts';
import { areApart, changedTexts, earlierOffset } from './fix.ts';
import type { Span } from './span.ts';

/** Beyond so many proposals no more are tried: each costs a check of the whole program. */
const MOST_TRIED = 20;
/** How often what comes up behind a mistake is mended too. */
const MOST_BEHIND = 3;

export type Texts = ReadonlyMap<string, string>;

/** Hands out all texts of a changed program by source, and is given all that is wrong with it then. */
type Trial<Result> = Generator<Texts, Result, readonly Diagnostic[]>;

/** The diagnostics with the fixes that work. A fix that does not is taken back, with the hint that rested on it. */
export function* triedFixes(diagnostics: readonly Diagnostic[], texts: Texts): Trial<readonly Diagnostic[]> {
  const good = new Set<Diagnostic>();
  for (const d of diagnostics.filter((d) => d.fix !== null).slice(0, MOST_TRIED)) {
    if (yield* works(d, diagnostics, texts)) good.add(d);
  }
  return diagnostics.map((d) =>
    d.fix === null || good.has(d) ? d : { ...d, hint: d.fix.otherwise ?? d.hint, fix: null },
  );
}

export const editsOf = (mistakes: readonly Diagnostic[]): readonly Edit[] =>
  mistakes.flatMap((d) => d.fix?.edits ?? []);

function areAllApart(mistakes: readonly Diagnostic[]): boolean {
  return mistakes.every((d, i) => areApart(editsOf([d]), editsOf(mistakes.slice(0, i))));
}

/** Whether the fix of this mistake, made alone, works. `before` is all that is wrong with the texts. */
function* works(mistake: Diagnostic, before: readonly Diagnostic[], texts: Texts): Trial<boolean> {
  const own = new Set(keysOf(mistake));
  const known = new Set(before.flatMap((d) => keysOf(d)));
  const ofForm = isOfForm(mistake);
  let now = texts;
  let edits = editsOf([mistake]);
  let earlier = (place: Span) => place.start;
  for (let round = 0; ; round++) {
    const [last, made] = [earlier, edits];
    earlier = (place) => last({ ...place, start: earlierOffset(place, made) });
    now = changedTexts(now, edits);
    const after = yield now;
    const keyOf = (d: Diagnostic) => keysOf(d, earlier)[0]!;
    if (after.some((d) => own.has(keyOf(d)))) return false;
    const fresh = after.filter((d) => d.severity === 'error' && !known.has(keyOf(d)));
    const beside = (d: Diagnostic) => isBeside(d, mistake, texts, earlier);
    // What a mistake of meaning hides stands on other lines; what cannot be read hides all that it means, which is no fault of it.
    const counted = fresh.filter((d) => !ofForm || isOfForm(d) || beside(d));
    if (counted.length === 0) return true;
    const canBeMended = counted.every((d) => d.fix !== null && (ofForm || !beside(d))) && areAllApart(counted);
    if (round === MOST_BEHIND || !canBeMended) return false;
    edits = editsOf(counted);
  }
}

/** A mistake of form, after which the text could not be read. */
function isOfForm(d: Diagnostic): boolean {
  return d.code.startsWith('BP1');
}

/** On a line of the fix of this mistake. */
function isBeside(d: Diagnostic, mistake: Diagnostic, texts: Texts, earlier: (place: Span) => number) {
  const place = d.span;
  if (place === null) return true;
  const at = earlier(place);
  return editsOf([mistake]).some(({ span: { source, start, end } }) => {
    const between = (texts.get(source) ?? '').slice(Math.min(at, start), Math.max(at, end));
    return source === place.source && !between.includes('\n');
  });
}

/** What tells a mistake from others: its code, and its places, the first one foremost. */
function keysOf(d: Diagnostic, offset: (place: Span) => number = (place) => place.start): string[] {
  if (d.span === null) return [`${d.code} ${d.message}`];
  return [d.span, ...d.labels.map((l) => l.span)].map((place) => `${d.code} ${place.source} ${offset(place)}`);
}
