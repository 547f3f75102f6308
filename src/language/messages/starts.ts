/** A line that begins with something that begins nothing there. Asked by the layout pass, before the parser would trip over it. */
import type { Body } from '../syntax/vocabulary.ts';

/** The beginning of a statement, in words. */
export interface Start {
  readonly body: Body;
  /** The first token as written. */
  readonly text: string;
  /** Its first token is a plain name. */
  readonly isName: boolean;
  /** `=` follows directly; `~` comes somewhere in the statement. */
  readonly assigns: boolean;
  readonly hasTilde: boolean;
}

export interface StartMessage {
  readonly code: string;
  readonly text: string;
  readonly hint: string | null;
}

const KINDS: Readonly<Record<Body, { readonly what: string; readonly hint: string }>> = {
  file: {
    what: 'A declaration',
    hint: 'it begins with a word such as `const`, `data`, `network`, `model`, `guide` or `run`',
  },
  data: {
    what: 'A line of a `data` body',
    hint: 'write for example `x: image[28, 28, 1]` or `validation = split(train, 5_000)`',
  },
  network: { what: 'A line of a `network`', hint: 'write a layer, for example `fc1 = dense(300)` or `relu`' },
  model: { what: 'A line of a `model` or `guide`', hint: 'write for example `dense.weight ~ Normal(0, 1)`' },
  run: { what: 'A step', hint: 'it begins with a word such as `infer`, `prune`, `evaluate`, `require` or `export`' },
  options: { what: 'An option', hint: 'write for example `epochs = 20`' },
  terms: {
    what: 'A line of a `criterion` or `density`',
    hint: 'write a name and its value, such as `score = abs(mean(weight))`',
  },
  other: { what: 'A line', hint: 'it begins with a name' },
};

export function explainStart(start: Start): StartMessage {
  const { body, text } = start;
  const kind = KINDS[body];
  if (body === 'file' && start.isName && start.assigns) {
    return {
      code: 'BP1030',
      text: `\`${text} = ...\` stands outside any body.`,
      hint: `a constant is written \`const ${text} = ...\``,
    };
  }
  if (body === 'file' && start.hasTilde) {
    return {
      code: 'BP1012',
      text: 'A distribution is given in a `model` or `guide`.',
      hint: 'move this line into the body of one',
    };
  }
  return { code: 'BP1030', text: `${kind.what} cannot begin with \`${text}\`.`, hint: kind.hint };
}
