/** Tokens to the parser's tree: as many passes as there are mistakes, each of which takes one broken statement out. */
import type { CstNode } from 'chevrotain';
import { type Fault, faultOf } from './faults.ts';
import { isolate } from './isolate.ts';
import { parser } from './parser.ts';
import type { Token } from './tokens.ts';

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
