/** Reading the parser's tree: typed access to children, and the places of nodes. */
import type { CstNode } from 'chevrotain';
import { type Span, span } from '../../base/span.ts';
import type { Token } from './tokens.ts';

export type { CstNode };

const NONE: readonly never[] = [];

export function nodes(cst: CstNode, name: string): readonly CstNode[] {
  return (cst.children[name] ?? NONE) as readonly CstNode[];
}

export function tokens(cst: CstNode, name: string): readonly Token[] {
  return (cst.children[name] ?? NONE) as readonly Token[];
}

export function node(cst: CstNode, name: string): CstNode | null {
  return nodes(cst, name)[0] ?? null;
}

export function token(cst: CstNode, name: string): Token | null {
  return tokens(cst, name)[0] ?? null;
}

/** A child that a rule without recovery always has. */
export function needNode(cst: CstNode, name: string): CstNode {
  const found = node(cst, name);
  if (found === null) throw new Error(`rule ${cst.name} has no child ${name}`);
  return found;
}

export function needToken(cst: CstNode, name: string): Token {
  const found = token(cst, name);
  if (found === null) throw new Error(`rule ${cst.name} has no token ${name}`);
  return found;
}

/** The one child that an alternation made. */
export function onlyNode(cst: CstNode): CstNode {
  for (const name in cst.children) {
    const first = cst.children[name]![0];
    if (first !== undefined && 'children' in first) return first;
  }
  throw new Error(`rule ${cst.name} has no alternative`);
}

/** True for a statement that was taken out. */
export function isBroken(cst: CstNode): boolean {
  return node(cst, 'brokenStatement') !== null;
}

/** Tokens and nodes in the order of the text, whatever their rule calls them. */
export function childrenInOrder(cst: CstNode): readonly (CstNode | Token)[] {
  const all = Object.values(cst.children).flat() as (CstNode | Token)[];
  return all.filter((child) => Number.isFinite(startOf(child))).sort((a, b) => startOf(a) - startOf(b));
}

export function isNode(child: CstNode | Token): child is CstNode {
  return 'children' in child;
}

function startOf(child: CstNode | Token): number {
  return isNode(child) ? (child.location?.startOffset ?? Number.NaN) : child.startOffset;
}

/** The written text of a node; an empty one has no place of its own and gets the beginning of the text. */
export function nodeSpan(source: string, cst: CstNode): Span {
  const start = cst.location?.startOffset;
  const end = cst.location?.endOffset;
  if (start === undefined || end === undefined || !Number.isFinite(start)) return span(source, 0, 0);
  return span(source, start, Math.max(start, end + 1));
}

/** The written text of a token. */
export function tokenSpan(source: string, written: Token): Span {
  return span(source, written.startOffset, written.endOffset! + 1);
}
