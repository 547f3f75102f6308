/** What was written between two tokens: line ends and comments. Commas and separators belong to the gaps, since the printer writes its own. */
import type { Comment } from '../syntax/comments.ts';
import { type CstNode, childrenInOrder, isNode } from '../syntax/cst.ts';
import { is, T, type Token } from '../syntax/tokens.ts';

export interface GapComment {
  readonly text: string;
  readonly block: boolean;
  /** Line ends between it and what stands before it. */
  readonly linesBefore: number;
}

export interface Gap {
  readonly comments: readonly GapComment[];
  /** Line ends between the last comment (or the token before) and the token behind. */
  readonly linesAfter: number;
  /** All line ends outside comments. */
  readonly lines: number;
}

export class Gaps {
  private readonly before = new Map<Token, Gap>();
  /** Behind the last token. */
  readonly atEnd: Gap;

  constructor(text: string, cst: CstNode, comments: readonly Comment[]) {
    let at = 0;
    let next = 0;
    const upTo = (end: number): Gap => {
      const from = next;
      while (next < comments.length && comments[next]!.span.start < end) next++;
      const gap = gapBetween(text, at, end, comments.slice(from, next));
      return gap;
    };
    for (const token of tokensOf(cst)) {
      this.before.set(token, upTo(token.startOffset));
      at = token.endOffset! + 1;
    }
    this.atEnd = upTo(text.length);
  }

  /** The gap before a token, or before the first token of a node. */
  ahead(of: CstNode | Token): Gap {
    return this.before.get(firstToken(of))!;
  }
}

export function firstToken(of: CstNode | Token): Token {
  return isNode(of) ? firstToken(childrenInOrder(of)[0]!) : of;
}

/** All that the printer keeps, in the order of the text. */
function tokensOf(cst: CstNode): Token[] {
  return childrenInOrder(cst).flatMap((child) => {
    if (isNode(child)) return tokensOf(child);
    return is(child, T.Comma, T.Sep) ? [] : [child];
  });
}

function gapBetween(text: string, start: number, end: number, comments: readonly Comment[]): Gap {
  let at = start;
  const found = comments.map((comment) => {
    const linesBefore = lineEnds(text.slice(at, comment.span.start));
    at = comment.span.end;
    return { text: tidied(comment.text), block: comment.kind === 'block', linesBefore };
  });
  const linesAfter = lineEnds(text.slice(at, end));
  return { comments: found, linesAfter, lines: linesAfter + found.reduce((sum, c) => sum + c.linesBefore, 0) };
}

function lineEnds(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}

/** The comment without blanks at the ends of its lines. */
export function tidied(comment: string): string {
  return comment
    .split(/\r\n|\n|\r/)
    .map((line) => line.trimEnd())
    .join('\n');
}
