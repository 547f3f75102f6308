/** Fixes as changes of texts: made, joined, and seen from behind. `trial.ts` says which of them work. */
import type { Edit, Fix } from './diagnostic.ts';
import type { Span } from './span.ts';

/** `text` in place of what stands at `place`, which is empty for an insertion. `otherwise`: see `Fix`. */
export function replacement(place: Span, text: string, otherwise: string | null = null): Fix {
  return { edits: [{ span: place, text }], otherwise };
}

/** The text with the edits made. They lie in this text and do not overlap. */
export function withEdits(text: string, edits: readonly Edit[]): string {
  let out = '';
  let from = 0;
  for (const { span, text: inserted } of inOrder(edits)) {
    out += text.slice(from, span.start) + inserted;
    from = span.end;
  }
  return out + text.slice(from);
}

/** Whether two sets of edits can be made at once: no place is touched by both. */
export function areApart(a: readonly Edit[], b: readonly Edit[]): boolean {
  return a.every(({ span: x }) =>
    b.every(({ span: y }) => x.source !== y.source || x.end < y.start || y.end < x.start),
  );
}

/** All texts by source, the changed ones among them. */
export function changedTexts(
  sources: ReadonlyMap<string, string>,
  edits: readonly Edit[],
): ReadonlyMap<string, string> {
  const own = (name: string) => edits.filter((e) => e.span.source === name);
  return new Map([...sources].map(([name, text]) => [name, withEdits(text, own(name))]));
}

/** Where the start of a place was before the edits; within inserted text, where that was inserted. */
export function earlierOffset({ source, start }: Span, edits: readonly Edit[]): number {
  let moved = 0;
  for (const { span, text } of inOrder(edits.filter((e) => e.span.source === source))) {
    const at = span.start + moved;
    if (start < at) break;
    if (start < at + text.length) return span.start;
    moved += text.length - (span.end - span.start);
  }
  return start - moved;
}

function inOrder(edits: readonly Edit[]): readonly Edit[] {
  return [...edits].sort((a, b) => a.span.start - b.span.start);
}
