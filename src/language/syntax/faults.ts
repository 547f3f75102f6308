/** What the parser could not read, in plain data for the message builder: what could stand there, what stands there, and where we were. */
import { EOF, type IRecognitionException } from 'chevrotain';
import { ALL_TOKENS, type Token } from './tokens.ts';

export interface Expectation {
  /** The name of a token type: `Ident`, `Eq`, `word_by`. */
  readonly name: string;
  /** How a person calls it: "a name", "`=`". */
  readonly label: string;
}

export interface Fault {
  readonly expected: readonly Expectation[];
  readonly found: Token;
  /** Where `found` stands among the tokens; their number at the end of the file. */
  readonly index: number;
  /** All tokens that the parser was given. */
  readonly tokens: readonly Token[];
  /** From the outermost rule to the one that failed. */
  readonly rules: readonly string[];
}

const LABELS = new Map(ALL_TOKENS.map((type) => [type.name, type.LABEL ?? type.name]));

export function faultOf(error: IRecognitionException, tokens: readonly Token[]): Fault {
  const found = error.token as Token;
  const names = error.message.split(' ').filter((name) => name !== '' && name !== 'Broken');
  const index = found.tokenType === EOF ? -1 : tokens.indexOf(found);
  return {
    expected: names.map((name) => ({ name, label: LABELS.get(name) ?? 'the end of the file' })),
    found,
    index: index < 0 ? tokens.length : index,
    tokens,
    rules: error.context.ruleStack,
  };
}
