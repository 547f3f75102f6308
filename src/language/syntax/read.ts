/** Tokens to the parser's tree: as many passes as there are mistakes, each of which takes one broken statement out. */
import type { CstNode } from 'chevrotain';
import { type Fault, faultOf } from './faults.ts';
import { isolate } from './isolate.ts';
import { parser } from './parser.ts';
import { is, T, type Token } from './tokens.ts';

/** A text with more broken statements is not read any further. */
const MOST_PASSES = 24;

export interface Reading {
  readonly cst: CstNode;
  readonly faults: readonly Fault[];
}

export function readProgram(tokens: readonly Token[]): Reading {
  const engine = parser();
  const faults: Fault[] = [];
  let rest: readonly Token[] | null = tokens;
  for (let pass = 0; pass < MOST_PASSES && rest !== null; pass++) {
    engine.input = [...rest];
    const cst = engine.program();
    const error = engine.errors[0];
    if (error === undefined) return { cst, faults };
    const fault = faultOf(error, rest);
    faults.push(fault);
    rest = isolate(rest, fault.index);
  }
  engine.input = [];
  return { cst: engine.program(), faults };
}

/** The tokens between the separators that stand outside all bodies. */
export function* declarationsIn(tokens: readonly Token[]): Generator<readonly Token[]> {
  let depth = 0;
  let start = 0;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (is(token, T.LBrace)) depth++;
    else if (is(token, T.RBrace)) depth--;
    else if (depth === 0 && is(token, T.Sep)) {
      yield tokens.slice(start, i);
      start = i + 1;
    }
  }
  if (start < tokens.length) yield tokens.slice(start);
}

/** The tree of one declaration, or null when it has a mistake. */
export function readDeclaration(tokens: readonly Token[]): CstNode | null {
  const engine = parser();
  engine.input = [...tokens];
  const cst = engine.declaration();
  return engine.errors.length === 0 ? cst : null;
}

/** The tree is null when the expression has a mistake. */
export function readExpression(tokens: readonly Token[]): {
  readonly cst: CstNode | null;
  readonly faults: readonly Fault[];
} {
  const engine = parser();
  engine.input = [...tokens];
  const cst = engine.loneExpression();
  const error = engine.errors[0];
  return error === undefined ? { cst, faults: [] } : { cst: null, faults: [faultOf(error, tokens)] };
}
