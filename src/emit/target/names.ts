/** Names of the program in the target language: kept as they are where they can be, told apart where they meet. */

const RESERVED = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends false ' +
    'finally for function if implements import in instanceof interface let new null package private protected public return ' +
    'static super switch this throw true try typeof undefined var void while with yield NaN Infinity Math Number Object ' +
    'console process'
  ).split(' '),
);

export function isIdentifier(text: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(text);
}

/** Hands out names that nobody else has: `y`, and `y_2` for the next one. */
export class Names {
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set([...RESERVED, ...taken]);
  }

  /** The wanted name, with what is no letter turned into `_`: `relu[2]` becomes `relu_2`. None of `avoided`. */
  take(wanted: string, avoided: ReadonlySet<string> = new Set()): string {
    const plain = wanted.replace(/[^\w$]+/g, '_').replace(/^_+|_+$/g, '') || 'value';
    const base = /^\d/.test(plain) ? `_${plain}` : plain;
    let name = base;
    for (let i = 2; this.#taken.has(name) || avoided.has(name); i++) name = `${base}_${i}`;
    this.#taken.add(name);
    return name;
  }
}
