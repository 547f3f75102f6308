/** Where in a program the cursor stands: inside which bodies, and behind which words of which statement. */
import { type Body, bodyOpenedBy } from '../../language/syntax/vocabulary.ts';

export interface Opened {
  readonly body: Body;
  /** The statement that opened it, such as `infer sgvb`. */
  readonly statement: string;
}

export interface Spot extends Opened {
  /** The head word of the statement that opened the innermost body; null at the top. */
  readonly opener: string | null;
  /** The statement up to the word that is being written, `NAME =` of a step included. */
  readonly before: string;
  /** The word that is being written, dots and stars included. */
  readonly word: string;
}

const PARTS = /\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*|"[^"\n]*"?|[{}();\n[\]]|[^{}();\n[\]"/]+|\//g;

/** The spot at the end of `text`. It is only a guess: the text is not whole. */
export function spotAt(text: string): Spot {
  const word = /[\p{L}_*][\w.*]*$/u.exec(text)?.[0] ?? '';
  const stack: Opened[] = [{ body: 'file', statement: '' }];
  let statement = '';
  let depth = 0;
  for (const [part] of text.slice(0, text.length - word.length).matchAll(PARTS)) {
    const top = stack.at(-1)!;
    if (part.startsWith('//') || part.startsWith('/*')) continue;
    if (part === '{') {
      stack.push({ body: bodyOpenedBy(headOf(statement), top.body), statement: statement.trim() });
      statement = '';
    } else if (part === '}') {
      if (stack.length > 1) stack.pop();
      statement = '';
    } else if ((part === '\n' || part === ';') && depth === 0) {
      // A line that ends in a comma or an operator goes on.
      if (part === ';' || !/[,~=+\-*/^]\s*$/.test(statement)) statement = '';
    } else {
      if (/^[([]$/.test(part)) depth++;
      if (/^[)\]]$/.test(part)) depth = Math.max(0, depth - 1);
      statement += part;
    }
  }
  const top = stack.at(-1)!;
  const opener = top.statement === '' ? null : headOf(top.statement);
  return { ...top, opener, before: statement.trimStart(), word };
}

/** The first word, behind the `NAME =` of a step. */
export function headOf(statement: string): string | null {
  return /^\s*(?:[\p{L}_]\w*\s*=\s*)?([\p{L}_]\w*)/u.exec(statement)?.[1] ?? null;
}
