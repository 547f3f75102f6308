/** Reading the parser's tree: typed access to children, and the places of nodes. */
import type { CstNode } from 'chevrotain';
import { type Span, span } from '../../base/span.ts';
import { T, type Token } from './tokens.ts';

export function nodes(cst: CstNode, name: string): readonly CstNode[] {
  return (cst.children[name] ?? []) as readonly CstNode[];
}

export function tokens(cst: CstNode, name: string): readonly Token[] {
  return (cst.children[name] ?? []) as readonly Token[];
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
  for (const children of Object.values(cst.children)) {
    const first = children[0];
    if (first !== undefined && 'children' in first) return first;
  }
  throw new Error(`rule ${cst.name} has no alternative`);
}

/** Rules that are items of a body: a mistake in one leaves the body and its other items whole. */
const ITEMS: ReadonlySet<string> = new Set([
  'declaration',
  'dataLine',
  'networkLine',
  'modelLine',
  'step',
  'optionsLine',
  'optionItem',
]);

/** True when recovery left a gap in this node, items of bodies inside it aside. */
export function isBroken(cst: CstNode): boolean {
  if (cst.recoveredNode) return true;
  for (const children of Object.values(cst.children)) {
    for (const child of children) {
      if ('children' in child) {
        if (!ITEMS.has(child.name) && isBroken(child)) return true;
      } else if (child.isInsertedInRecovery || child.tokenType === T.Broken) return true;
    }
  }
  return false;
}

/** The written text of a node; an empty one gets the zero-width place `fallback`. */
export function nodeSpan(source: string, cst: CstNode, fallback = 0): Span {
  const start = cst.location?.startOffset;
  const end = cst.location?.endOffset;
  if (start === undefined || end === undefined || !Number.isFinite(start) || !Number.isFinite(end)) {
    return span(source, fallback, fallback);
  }
  return span(source, start, Math.max(start, end + 1));
}

/** The written text of a token. Tokens of recovery and the end of the file have no place: they get `fallback`. */
export function tokenSpan(source: string, written: Token, fallback = 0): Span {
  const { startOffset: start, endOffset: end } = written;
  if (!Number.isFinite(start) || end === undefined || !Number.isFinite(end)) return span(source, fallback, fallback);
  return span(source, start, Math.max(start, end + 1));
}
