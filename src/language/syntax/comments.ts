/** Comments, which the parser never sees: kept for the formatter, and `///` for hover. */
import { lineStarts, type Source, type Span, span } from '../../base/span.ts';
import type { Token } from './tokens.ts';

export interface Comment {
  readonly kind: 'line' | 'block' | 'doc';
  /** As written, with its signs. */
  readonly text: string;
  readonly span: Span;
}

const KINDS: Readonly<Record<string, Comment['kind']>> = {
  LineComment: 'line',
  BlockComment: 'block',
  DocComment: 'doc',
};

export function commentsOf(source: Source, lexed: readonly Token[]): Comment[] {
  return lexed.map((token) => ({
    kind: KINDS[token.tokenType.name]!,
    text: token.image,
    span: span(source.name, token.startOffset, token.endOffset! + 1),
  }));
}

/** The `///` lines above the line that a declaration begins; lines of other comments may stand between the two. */
export class DocComments {
  private readonly text: string;
  private readonly starts: readonly number[];
  /** Line number (from 0) to the text of the doc comment that fills that line. */
  private readonly byLine = new Map<number, string>();
  /** Lines that hold comments of the other kinds and nothing else. */
  private readonly remarks = new Set<number>();

  constructor(source: Source, comments: readonly Comment[]) {
    this.text = source.text;
    this.starts = lineStarts(source.text);
    for (const comment of comments) {
      const line = this.lineOf(comment.span.start);
      if (comment.kind !== 'doc') {
        const last = this.lineOf(comment.span.end);
        if (this.outside(line, last) === '') for (let l = line; l <= last; l++) this.remarks.add(l);
        continue;
      }
      if (source.text.slice(this.starts[line], comment.span.start).trim() !== '') continue;
      this.byLine.set(line, comment.text.slice(3).replace(/^ /, '').trimEnd());
    }
  }

  /** The documentation of what begins at `offset`, lines joined; null when there is none. */
  above(offset: number): string | null {
    const own = this.lineOf(offset);
    // The second of two declarations on one line has no documentation of its own.
    if (withoutComments(this.text.slice(this.starts[own], offset)) !== '') return null;
    let line = own - 1;
    while (this.remarks.has(line)) line--;
    const lines: string[] = [];
    for (; this.byLine.has(line); line--) lines.unshift(this.byLine.get(line)!);
    return lines.length === 0 ? null : lines.join('\n');
  }

  /** What these lines hold beside comments. */
  private outside(first: number, last: number): string {
    return withoutComments(this.text.slice(this.starts[first], this.starts[last + 1]));
  }

  private lineOf(offset: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '').trim();
}
