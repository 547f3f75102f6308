/** Which `}` a declaration has too many. Bodies are guessed at no further than that: what follows decides which one it is. */
import type { TokenType } from 'chevrotain';
import { is, T, type Token } from './tokens.ts';
import { isHeadOf } from './vocabulary.ts';

/** Where a declaration has more `}` than `{`, those that would end it although it goes on behind them. */
export function surplusBraces(tokens: readonly Token[]): ReadonlySet<Token> {
  return new Set(declarations(tokens).flatMap(surplusOf));
}

function surplusOf(declaration: readonly Token[]): Token[] {
  const surplus = count(declaration, T.RBrace) - count(declaration, T.LBrace);
  const found: Token[] = [];
  if (surplus <= 0) return found;
  let depth = 0;
  for (let i = 0; i < declaration.length; i++) {
    const token = declaration[i]!;
    if (is(token, T.LBrace)) depth++;
    else if (is(token, T.RBrace)) {
      if (depth === 1 && found.length < surplus && goesOn(declaration, i)) found.push(token);
      else depth = Math.max(0, depth - 1);
    }
  }
  return found;
}

function count(tokens: readonly Token[], type: TokenType): number {
  return tokens.reduce((sum, token) => (is(token, type) ? sum + 1 : sum), 0);
}

/** Behind the token stands more than braces, and it begins no declaration; or a brace that can only be the last one. */
function goesOn(declaration: readonly Token[], i: number): boolean {
  const next = declaration.slice(i + 1).find((token) => !is(token, T.NewLine, T.Semi, T.RBrace));
  if (next !== undefined) return !isHeadOf('file', next.image);
  const column = declaration.find((token) => !is(token, T.NewLine))!.startColumn!;
  const endsBody = (k: number) =>
    is(declaration[k], T.RBrace) && declaration[k]!.startColumn! <= column && is(declaration[k - 1], T.NewLine);
  return !endsBody(i) && declaration.some((_, k) => k > i && endsBody(k));
}

/** Cut before each line that begins with the head of a declaration, where no body is open. */
function declarations(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const found: Token[][] = [[]];
  let depth = 0;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    const first = i === 0 || is(tokens[i - 1], T.NewLine);
    if (first && depth === 0 && isHeadOf('file', token.image)) found.push([]);
    if (is(token, T.LBrace)) depth++;
    else if (is(token, T.RBrace)) depth = Math.max(0, depth - 1);
    found.at(-1)!.push(token);
  }
  return found;
}
