/** Lays a document out: each group on one line where it fits, the comments that wait put behind what they stand by. */
import { type Doc, isSequence } from './document.ts';

/** A line of code holds at most this many characters; comments at its end are not counted. */
export const WIDTH = 100;
const STEP = 2;

export interface Line {
  readonly text: string;
  /** Column of the place that may be shifted, and null when there is none or more than one. */
  readonly mark: number | null;
  /** The comment at the end of the line. */
  readonly comment: string | null;
}

interface Command {
  readonly indent: number;
  readonly flat: boolean;
  readonly doc: Doc;
}

export function linesOf(doc: Doc): Line[] {
  const sheet = new Sheet();
  const todo: Command[] = [{ indent: 0, flat: false, doc }];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) step(next, todo, sheet);
  return sheet.finish();
}

function step(command: Command, todo: Command[], sheet: Sheet): void {
  const { indent, flat, doc } = command;
  if (typeof doc === 'string') sheet.write(doc);
  else if (isSequence(doc)) push(todo, doc, indent, flat);
  else if (doc.kind === 'indent') todo.push({ indent: indent + STEP, flat, doc: doc.content });
  else if (doc.kind === 'suffix') sheet.wait(doc.text);
  else if (doc.kind === 'remark') sheet.remark(doc.lines);
  else if (doc.kind === 'mark') {
    if (!flat) sheet.mark();
  } else if (doc.kind === 'if-broken') {
    if (!flat) sheet.write(doc.text);
  } else if (doc.kind === 'break') {
    if (flat && !doc.hard) sheet.write(doc.flat);
    else {
      sheet.write(doc.broken);
      sheet.newLine(indent, doc.blank, doc.closes ? indent + STEP : indent);
    }
  } else {
    const whole: Command = { indent, flat: true, doc: doc.content };
    todo.push(!doc.broken && (flat || fits(whole, todo, WIDTH - sheet.column)) ? whole : { ...whole, flat: false });
  }
}

function push(todo: Command[], docs: readonly Doc[], indent: number, flat: boolean): void {
  for (let i = docs.length - 1; i >= 0; i--) todo.push({ indent, flat, doc: docs[i]! });
}

/** True when the command, and what follows it up to the next place for a line end, needs no more than `room`. */
function fits(command: Command, rest: readonly Command[], room: number): boolean {
  const todo: Command[] = [command];
  let behind = rest.length;
  let left = room;
  while (left >= 0) {
    const next = todo.pop() ?? rest[--behind];
    if (next === undefined) return true;
    const { indent, flat, doc } = next;
    if (typeof doc === 'string') left -= doc.length;
    else if (isSequence(doc)) push(todo, doc, indent, flat);
    else if (doc.kind === 'indent' || doc.kind === 'group') todo.push({ indent, flat, doc: doc.content });
    else if (doc.kind === 'remark') {
      left -= doc.lines[0]!.length;
      if (doc.lines.length > 1) return left >= 0;
    } else if (doc.kind === 'if-broken') left -= flat ? 0 : doc.text.length;
    else if (doc.kind === 'break') {
      if (!flat || doc.hard) return true;
      left -= doc.flat.length;
    }
  }
  return false;
}

class Sheet {
  private readonly lines: Line[] = [];
  private text = '';
  private marks: number[] = [];
  private waiting: string[] = [];

  get column(): number {
    return this.text.length;
  }

  write(text: string): void {
    this.text += text;
  }

  remark(lines: readonly string[]): void {
    if (this.waiting.length > 0) {
      this.waiting.push(lines.join('\n'));
      return;
    }
    lines.forEach((text, i) => {
      if (i > 0) this.endLine(null);
      this.text += text;
    });
  }

  mark(): void {
    this.marks.push(this.text.length);
  }

  wait(comment: string): void {
    this.waiting.push(comment);
  }

  /** A second comment behind a `//` needs a line of its own. */
  newLine(indent: number, blank: boolean, deeper: number): void {
    const [first, ...more] = this.waiting;
    this.waiting = [];
    this.endLine(first ?? null);
    for (const comment of more) {
      this.text = ' '.repeat(deeper) + comment;
      this.endLine(null);
    }
    if (blank) this.endLine(null);
    this.text = ' '.repeat(indent);
  }

  private endLine(comment: string | null): void {
    const mark = this.marks.length === 1 ? this.marks[0]! : null;
    this.lines.push({ text: this.text.trimEnd(), mark, comment });
    this.text = '';
    this.marks = [];
  }

  finish(): Line[] {
    this.newLine(0, false, 0);
    return this.lines;
  }
}
