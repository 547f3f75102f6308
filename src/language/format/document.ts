/** Text with the places where it may be broken: the algebra of Wadler, "A prettier printer" (2003), with comments that wait for the line end. */

export type Doc = string | readonly Doc[] | Break | Indent | Group | IfBroken | Suffix | Remark | Mark;

/** A place for a line end. */
export interface Break {
  readonly kind: 'break';
  /** What stands here when the line goes on. */
  readonly flat: string;
  /** What ends the line when it does not. */
  readonly broken: string;
  /** The line always ends here. */
  readonly hard: boolean;
  /** An empty line follows. */
  readonly blank: boolean;
  /** The next line begins with a closing bracket: what waited stands deeper than it. */
  readonly closes: boolean;
}

export interface Indent {
  readonly kind: 'indent';
  readonly content: Doc;
}

/** On one line if it fits; otherwise all of its own breaks are line ends. */
export interface Group {
  readonly kind: 'group';
  readonly content: Doc;
  readonly broken: boolean;
}

/** A text that stands only where the group is broken. */
export interface IfBroken {
  readonly kind: 'if-broken';
  readonly text: string;
}

/** A comment that is put at the end of the line. */
export interface Suffix {
  readonly kind: 'suffix';
  readonly text: string;
}

/** A block comment inside a line, as it was written; behind one that waits for the line end it has to wait too. */
export interface Remark {
  readonly kind: 'remark';
  readonly lines: readonly string[];
}

/** The place in a line that `align.ts` may shift; none inside one-line bodies. */
export interface Mark {
  readonly kind: 'mark';
}

const breakOf = (flat: string, broken = '', hard = false, blank = false): Break => ({
  kind: 'break',
  flat,
  broken,
  hard,
  blank,
  closes: false,
});

/** Nothing or a line end. */
export const soft = breakOf('');
/** A blank or a line end. */
export const line = breakOf(' ');
export const mark: Mark = { kind: 'mark' };

export function hard(blank = false): Break {
  return breakOf('', '', true, blank);
}

/** `flat` and a blank on one line, and a line end (behind `broken`) otherwise. */
export function separator(flat: string, broken = ''): Break {
  return breakOf(`${flat} `, broken);
}

/** The same place, where the line must end. */
export function hardened(place: Break, blank: boolean): Break {
  return { ...place, hard: true, blank };
}

export function indent(content: Doc): Indent {
  return { kind: 'indent', content };
}

export function group(content: Doc): Group {
  return { kind: 'group', content, broken: mustBreak(content) };
}

export function ifBroken(text: string): IfBroken {
  return { kind: 'if-broken', text };
}

export function suffix(text: string): Suffix {
  return { kind: 'suffix', text };
}

function mustBreak(doc: Doc): boolean {
  if (typeof doc === 'string') return false;
  if (isSequence(doc)) return doc.some(mustBreak);
  if (doc.kind === 'indent') return mustBreak(doc.content);
  if (doc.kind === 'group') return doc.broken;
  return doc.kind === 'suffix' || (doc.kind === 'break' && doc.hard);
}

export function isSequence(doc: Doc): doc is readonly Doc[] {
  return Array.isArray(doc);
}
